"""What the house does about a copy that a reader claims, by the magazine's policy (reference: domain 4.10-4.12)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    TOO_EARLY = "too_early"
    REPLACEMENT = "replacement"
    EXTENSION = "extension"
    PERSON = "person"
    # A person, too, and nothing more is sent to the address meanwhile.
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of `ClaimPolicy`."""

    due_after_days: int = 0
    claimable_issues: int = 6
    replacements_at_home: int = 1
    replacements_abroad: int = 0
    extensions: int = 2
    misses_that_mean_undeliverable: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What is known about the copy, its reason, and what was done for this subscription in the year before.

    `issues_since` are those pulled after it. `misses` counts this issue and those before it, in a row. `may_extend` is
    no where an issue at the end would be the wrong thing: one copy of several, a free or endless term, a special.
    """

    today: dt.date
    in_home_until: dt.date
    issues_since: int = 0
    copy_arrived: bool = False
    may_be_replaced: bool = True
    is_at_home: bool = True
    stock: int = 0
    replacements: int = 0
    extensions: int = 0
    misses: int = 1
    may_extend: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """`come_back_on` is given with too early alone: the first day on which the claim is taken."""

    outcome: Outcome
    come_back_on: dt.date | None = None


def decide(claimed: Claimed, policy: Policy) -> Decision:
    """Too early; another copy while stock lasts and the policy allows; issues at the end; else a person."""
    due_on = claim_due_on(claimed.in_home_until, policy)
    if not claimed.copy_arrived and claimed.today < due_on:
        return Decision(Outcome.TOO_EARLY, due_on)
    if not claimed.copy_arrived and claimed.misses >= policy.misses_that_mean_undeliverable:
        return Decision(Outcome.UNDELIVERABLE)
    if claimed.issues_since >= policy.claimable_issues:
        return Decision(Outcome.PERSON)
    most = policy.replacements_at_home if claimed.is_at_home else policy.replacements_abroad
    if claimed.may_be_replaced and claimed.stock > 0 and claimed.replacements < most:
        return Decision(Outcome.REPLACEMENT)
    if claimed.may_extend and claimed.extensions < policy.extensions:
        return Decision(Outcome.EXTENSION)
    return Decision(Outcome.PERSON)


def claim_due_on(in_home_until: dt.date, policy: Policy) -> dt.date:
    """The first day on which a copy counts as missing."""
    return in_home_until + dt.timedelta(days=policy.due_after_days + 1)
