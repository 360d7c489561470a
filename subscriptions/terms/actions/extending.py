"""Issues on top, as a remedy; what they do to the money follows their reason, which is data.

`bonus` earns nothing, `credit` gives a copy back so that its money is earned again later, `split` spreads the money
that is left over more issues (reference: domain 4.11, finance 1.5.3).
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog.models import Issue
from subscriptions.terms.actions.laying import give_way, lay_again
from subscriptions.terms.actions.reaching import Reach, reach, reach_in_force
from subscriptions.terms.actions.reasons import UnknownReason
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.actions.splitting import split
from subscriptions.terms.models import Entry, ServiceReason, Term
from subscriptions.terms.queries.merged import merged_ones
from subscriptions.terms.queries.served import has_used_up

Effect = ServiceReason.Effect
Use = ServiceReason.Use
MOST = 60


class NothingToExtend(DomainError):
    code = "nothing_to_extend"


class ExtensionIsOdd(DomainError):
    code = "extension_is_odd"


class CopyIsCredited(DomainError):
    code = "copy_is_credited"


class ExtensionIsUsed(DomainError):
    code = "extension_is_used"


class ExtensionIsTakenBack(DomainError):
    code = "extension_is_taken_back"


@dataclass(frozen=True, slots=True)
class Extension:
    """The entry in the expire ledger, and the term that it lengthened."""

    entry: Entry
    term: Term


@transaction.atomic
def extend(
    *,
    subscription_id: int,
    issues: int,
    reason_code: str,
    by: Actor,
    now: dt.datetime,
    copy_issue_id: int | None = None,
    link: str = "",
    about: str = "",
) -> Extension:
    """Give `issues` more (in units), for a reason of an extension or a claim. A credit names the copy it answers for;
    for a special, which used up nothing, it is a bonus.

    What has run out already goes on with a free term of its own; what was made one with another subscription, there.

    :raises UnknownReason: when the code is no reason for an extension or a claim
    :raises ExtensionIsOdd: below one and above sixty issues, or for a credit that names no copy, or one that was never
        sent here or used up nothing
    :raises CopyIsCredited: when that copy was given back before
    :raises NothingToExtend: when nothing was ever bought, or the subscription has no end
    """
    reason = ServiceReason.objects.filter(code=reason_code, use__in=(Use.EXTENSION, Use.CLAIM), is_active=True).first()
    if reason is None:
        raise UnknownReason(f"“{reason_code}” is not a reason for more issues.")
    if not 1 <= issues <= MOST:
        raise ExtensionIsOdd(f"Give between 1 and {MOST} issues.")
    at = reach_in_force(subscription_id, now=now)
    if not at.life.terms or any(term.c_to is None for term in at.life.terms):
        raise NothingToExtend("Nothing was bought yet, or it has no end: there is nothing to extend.")
    copy = _creditable(at, copy_issue_id) if reason.effect == Effect.CREDIT else None

    words = about or reason.name
    if reason.effect == Effect.SPLIT and (running := _running(at)) is not None:
        entry = _spread(running, at, issues, reason=reason, link=link, by=by)
    else:
        term = _running(at) or _successor_of_what_is_over(at, by=by)
        entry = _lengthen(term, at, issues, reason=reason, copy=copy, link=link, about=words, by=by)
    lay_again(at.subscription.pk)
    audit.record(by, "subscription.extended", at.subscription, reason=reason.code, issues=issues, entry=entry.pk)
    service_shifted([at.subscription.pk])
    return Extension(entry, entry.term)


@transaction.atomic
def take_back(*, entry_id: int, by: Actor, now: dt.datetime) -> Entry:
    """Reverse an extension by the same amount: the copy came after all.

    :raises ExtensionIsTakenBack: when that was done, or the entry is none of an extension
    :raises ExtensionIsUsed: when its issues are on their way already
    """
    entry = Entry.objects.select_related("term").get(pk=entry_id)
    at = reach(entry.term.subscription_id, now=now)
    entry = Entry.objects.select_related("term").get(pk=entry_id)
    kinds = (Entry.Kind.BONUS, Entry.Kind.CREDIT)
    if entry.kind not in kinds or entry.units < 1 or Entry.objects.filter(reverses=entry).exists():
        raise ExtensionIsTakenBack("That is no extension that could be taken back.")
    term = entry.term
    if term.ended_at is not None or term.c_to is None or term.c_to - entry.units < max(term.c_from, at.clock):
        raise ExtensionIsUsed("The issues of this extension have gone out, or the term has ended.")

    setattr(term, entry.kind, getattr(term, entry.kind) - entry.units)
    term.save(update_fields=[entry.kind])
    reversal = Entry.objects.create(
        term=term, kind=entry.kind, units=-entry.units, about=f"taken back: {entry.about}"[:120], reason=entry.reason,
        link=entry.link, reverses=entry, at=now, by=by.reference,
    )  # fmt: skip
    lay_again(term.subscription_id)
    audit.record(by, "subscription.extension_taken_back", at.subscription, entry=entry.pk)
    service_shifted([term.subscription_id])
    return reversal


def _creditable(at: Reach, copy_issue_id: int | None) -> Issue | None:
    """The issue that is given back; None for a special: it has earned nothing that could be earned again."""
    if copy_issue_id is None:
        raise ExtensionIsOdd("Say which issue did not come; it is given back by this.")
    issue = Issue.objects.get(pk=copy_issue_id)
    if not issue.weight:
        return None
    given = Entry.objects.filter(
        term__subscription__in=merged_ones(at.subscription.pk),
        kind=Entry.Kind.CREDIT,
        copy_issue=issue,
        reverses__isnull=True,
    ).exclude(pk__in=Entry.objects.filter(reverses__isnull=False).values("reverses_id"))
    if given.exists():
        raise CopyIsCredited(f"{issue} has been given back before.")
    if issue.magazine_id != at.subscription.magazine_id or not has_used_up(at.subscription.pk, issue):
        raise ExtensionIsOdd(
            f"{issue} was not sent here, or nobody paid for it: there is nothing to give back. Give it as goodwill."
        )
    return issue


def _running(at: Reach) -> Term | None:
    """The term that an extension lengthens: the one that runs, else the first that waits, else one that has just run
    out and nothing was missed since."""
    live = at.live_terms()
    if live:
        return live[0]
    last = _last(at)
    return last if last.ended_at is None and last.c_to == at.clock else None


def _last(at: Reach) -> Term:
    """The last that ran to its end, else the last that was served. What was cancelled while it waited never was."""
    latest = list(reversed(at.life.terms))
    standing = [term for term in latest if term.ended_at is None]
    return [*standing, *(term for term in latest if term.c_to != term.c_from), *latest][0]


def _successor_of_what_is_over(at: Reach, *, by: Actor) -> Term:
    last = _last(at)
    return Term.objects.create(
        subscription=at.subscription,
        predecessor=give_way(at.life),
        payer_id=last.payer_id,
        copy_class=last.copy_class,
        copies=last.copies,
        currency=last.currency,
        units=0,
        c_from=at.clock,
        reachable_issue=at.first_issue,
        start_issue=at.first_issue,
        settled_at=at.now,
        sold_on=at.today,
    )


def _lengthen(
    term: Term, at: Reach, issues: int, *, reason: ServiceReason, copy: Issue | None, link: str, about: str, by: Actor
) -> Entry:
    # A term of nothing but goodwill has no money that a credit could give back.
    kind = Entry.Kind.CREDIT if copy is not None and term.units else Entry.Kind.BONUS
    setattr(term, kind, getattr(term, kind) + issues)
    term.save(update_fields=[kind])
    return Entry.objects.create(
        term=term, kind=kind, units=issues, about=about[:120], reason=reason, link=link,
        copy_issue=copy if kind == Entry.Kind.CREDIT else None, at=at.now, by=by.reference,
    )  # fmt: skip


def _spread(term: Term, at: Reach, issues: int, *, reason: ServiceReason, link: str, by: Actor) -> Entry:
    left = at.units_left(term) or 0
    done = split(
        term_id=term.pk, units=left + issues, why=reason.code, reason=reason, by=by, now=at.now,
        link=link or f"extension:{uuid.uuid4()}",
    )  # fmt: skip
    return Entry.objects.get(term=done.new, kind=Entry.Kind.SPLIT_IN)
