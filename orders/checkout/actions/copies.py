"""Another number of copies in mid-term: fewer or more issues for the money that is left, or the money evened out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from foundation.actors import Actor
from foundation.errors import DomainError
from orders.checkout import rules
from orders.checkout.actions.refunds import promise
from orders.checkout.models import LineRefund
from subscriptions.terms import actions as terms
from subscriptions.terms import queries
from subscriptions.terms.actions.reaching import reach
from subscriptions.terms.models import Term

# `convert` changes the number of issues, `absorb` nothing (the house bears it), `credit` gives the payer the rest.
How = Literal["convert", "absorb", "credit"]


class CopiesAreTheSame(DomainError):
    code = "copies_are_the_same"


class MoneyDoesNotReach(DomainError):
    code = "money_does_not_reach"


class NothingToCredit(DomainError):
    code = "nothing_to_credit"


@dataclass(frozen=True, slots=True)
class CopiesChanged:
    """The terms that go on with the new number, and what their payers are credited with."""

    terms: Sequence[Term]
    credits: Sequence[LineRefund]


@transaction.atomic
def change_copies(*, subscription_id: int, copies: int, how: How, by: Actor, now: dt.datetime) -> CopiesChanged:
    """Send so many copies from the first issue that a change reaches. Each term that has issues left is split.

    What a conversion leaves over is the payer's, held as a credit.

    :raises CopiesAreTheSame: when nothing is left, or it is that number already
    :raises MoneyDoesNotReach: when the money left in a term does not buy one issue of so many copies
    :raises NothingToCredit: for more copies than before, which cost more and not less
    """
    reach(subscription_id, now=now)  # First: what is left is counted once, and nothing may come between.
    left = [rest for rest in queries.rests(subscription_id, now) if rest.units and rest.term.copies != copies]
    if not left:
        raise CopiesAreTheSame(f"No issue is left of which another number than {copies} would be sent.")
    changed = [_change(rest, copies=copies, how=how, by=by, now=now) for rest in left]
    return CopiesChanged([term for term, _ in changed], [credit for _, credit in changed if credit])


def _change(
    rest: queries.Rest, *, copies: int, how: How, by: Actor, now: dt.datetime
) -> tuple[Term, LineRefund | None]:
    goes_on = _goes_on(rest, copies=copies, how=how)
    split = terms.split(
        term_id=rest.term.pk,
        why="copies",
        copies=copies,
        units=goes_on.issues,
        magazine_cents=rest.magazine_cents - goes_on.magazine_over_cents,
        postage_cents=rest.postage_cents - goes_on.postage_over_cents,
        by=by,
        now=now,
    )
    if not goes_on.over_cents:
        return split.new, None
    credit = promise(
        term=split.old,
        magazine_cents=goes_on.magazine_over_cents,
        postage_cents=goes_on.postage_over_cents,
        way=LineRefund.Way.CREDIT,
        by=by,
        now=now,
    )
    return split.new, credit


def _goes_on(rest: queries.Rest, *, copies: int, how: How) -> rules.GoesOn:
    before, issues, parts = rest.term.copies, rest.units or 0, (rest.magazine_cents, rest.postage_cents)
    if how == "credit":
        if copies > before:
            raise NothingToCredit("More copies cost more: bill them, convert them into fewer issues, or bear the cost.")
        return rules.credited_copies(*parts, issues=issues, before=before, after=copies)
    if how == "absorb" or not rest.cents:
        return rules.GoesOn(issues)
    converted = rules.converted_copies(*parts, issues=issues, before=before, after=copies)
    if converted.issues == 0:
        raise MoneyDoesNotReach(f"The money that is left does not pay for one issue of {copies} copies.")
    return converted
