"""Terms end before their time: cancelled, or to go on in another term. What was paid for and not served is released."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.terms import rules
from subscriptions.terms.actions.laying import lay_again
from subscriptions.terms.actions.reaching import Reach, reach
from subscriptions.terms.actions.reasons import reason_for
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.actions.withdrawing import withdraw_waiting
from subscriptions.terms.models import Entry, ServiceReason, Subscription, Term
from subscriptions.terms.queries.grace import in_hope
from subscriptions.terms.queries.life import span_of


class NothingToCancel(DomainError):
    code = "nothing_to_cancel"


@dataclass(frozen=True, slots=True)
class Ended:
    """A term that ended: the units taken off it, and the cents that they were paid for with, by component."""

    term: Term
    units: int
    magazine_cents: int
    postage_cents: int

    @property
    def cents(self) -> int:
        return self.magazine_cents + self.postage_cents


@transaction.atomic
def cancel_now(
    *, subscription_id: int, reason_code: str, by: Actor, now: dt.datetime, spared: Collection[int] = ()
) -> list[Ended]:
    """Send nothing from the first issue that a change still reaches; what waits behind is cancelled too.

    No grace, no renewal. The money is the caller's matter: each term says what it has released. Where only grace is
    left, it ends as by `cancel_at_end`, and no term is answered.

    :param spared: terms that are left alone and move up

    :raises NothingToCancel: when no issue is left, not even one in the hope of renewal
    :raises UnknownReason: unless the code is one of a cancellation
    """
    reason = reason_for(reason_code, use=ServiceReason.Use.CANCEL)
    at = reach(subscription_id, now=now)
    if not at.live_terms():
        _end_as_paid(at, reason=reason, by=by)
        return []
    live = [term for term in at.live_terms() if term.pk not in spared]
    if not live:
        raise NothingToCancel("No issue is left that could be cancelled.")
    ended = _end_all(live, at, reason=reason, by=by)
    if spared:
        lay_again(subscription_id)
    _ask_no_more(at.subscription)
    audit.record(by, "subscription.cancelled", at.subscription, reason=reason.code, units=sum(e.units for e in ended))
    service_shifted([subscription_id])
    return ended


@transaction.atomic
def cancel_term(*, term_id: int, reason_code: str, by: Actor, now: dt.datetime) -> Ended:
    """End one term, such as a gift that waits; those behind it move up.

    :raises NothingToCancel: when nothing of it is left
    """
    subscription_id = Term.objects.values_list("subscription_id", flat=True).get(pk=term_id)
    (ended,) = cancel_terms(
        subscription_id=subscription_id, term_ids=[term_id], reason_code=reason_code, by=by, now=now
    )
    return ended


@transaction.atomic
def cancel_terms(
    *, subscription_id: int, term_ids: Collection[int], reason_code: str, by: Actor, now: dt.datetime
) -> list[Ended]:
    """End those of these terms of which something is left, in one cancellation; the others move up, and may renew.

    :raises NothingToCancel: when nothing is left of any
    """
    reason = reason_for(reason_code, use=ServiceReason.Use.CANCEL)
    at = reach(subscription_id, now=now)
    live = [term for term in at.live_terms() if term.pk in term_ids]
    if not live:
        raise NothingToCancel("Nothing is left of that term.")
    ended = _end_all(live, at, reason=reason, by=by)
    lay_again(subscription_id)
    for one in ended:
        audit.record(by, "term.cancelled", one.term, reason=reason.code, units=one.units)
    service_shifted([subscription_id])
    return ended


@transaction.atomic
def cancel_at_end(*, subscription_id: int, reason_code: str, by: Actor, now: dt.datetime) -> Subscription:
    """Go on to the last paid issue, and then stop: no grace, and nobody asks for a renewal.

    Where that issue is past and copies come in the hope of renewal, none that a change still reaches is sent. The
    ledger says so in an entry of no units, by which it can be taken back (`reinstate`) while a paid issue is left.

    :raises NothingToCancel: when no issue is left, not even one in the hope of renewal
    """
    reason = reason_for(reason_code, use=ServiceReason.Use.CANCEL)
    at = reach(subscription_id, now=now)
    _end_as_paid(at, reason=reason, by=by)
    return at.subscription


def _end_as_paid(at: Reach, *, reason: ServiceReason, by: Actor) -> None:
    """:raises NothingToCancel: when no issue is left, not even one in hope"""
    live = at.live_terms()
    # What was sent in hope before them has been sent.
    Term.objects.filter(pk__in=[term.pk for term in live]).update(grace=0)
    last = live[-1] if live else _end_hope(at)
    Entry.objects.create(
        term=last, kind=Entry.Kind.CUT, units=0, about=f"{reason.code.replace('_', ' ')}, with the last paid issue",
        reason=reason, link=f"cancel:{uuid.uuid4()}", at=at.now, by=by.reference,
    )  # fmt: skip
    _ask_no_more(at.subscription)
    audit.record(by, "subscription.cancelled_at_end", at.subscription, reason=reason.code)
    service_shifted([at.subscription.pk])


def _end_hope(at: Reach) -> Term:
    """The term whose grace was to go on, ended with what a change does not reach any more."""
    last = in_hope(at.life, at.clock)
    if last is None:
        raise NothingToCancel("No issue is left, so it has ended already.")
    last.grace = rules.grace_used(span_of(last), at.clock)
    last.save(update_fields=["grace"])
    return last


def live_term(term_id: int, at: Reach) -> Term:
    """:raises NothingToCancel: when nothing of the term is left"""
    term = next((term for term in at.live_terms() if term.pk == term_id), None)
    if term is None:
        raise NothingToCancel("Nothing is left of that term.")
    return term


def _end_all(live: list[Term], at: Reach, *, reason: ServiceReason, by: Actor) -> list[Ended]:
    for term in live:
        withdraw_waiting(term, by=by, now=at.now)
    link = f"cancel:{uuid.uuid4()}"
    return [end_term(term, at, kind=Entry.Kind.CUT, reason=reason, why=reason.code, link=link, by=by) for term in live]


def end_term(
    term: Term, at: Reach, *, kind: str, reason: ServiceReason | None, why: str, link: str, by: Actor
) -> Ended:
    """Take everything off a term that a change still reaches. A term that waits ends where it would have to begin now.

    A term without an end gets one: the units that it has served.
    """
    if term.c_to is None:
        return _end_endless(term, at, why=why, link=link, by=by)
    left = term.c_to - max(term.c_from, at.clock)
    magazine_cents, postage_cents = (
        rules.released_cents(span_of(term), left=left, price_cents=price)
        for price in (term.magazine_cents, term.postage_cents)
    )
    term.c_from = min(term.c_from, at.clock)
    term.cut += left
    _write_end(term, at, why=why, released=(magazine_cents, postage_cents))
    Entry.objects.create(
        term=term, kind=kind, units=-left, about=_about(at, why), reason=reason, link=link, at=at.now, by=by.reference
    )
    return Ended(term, left, magazine_cents, postage_cents)


def _end_endless(term: Term, at: Reach, *, why: str, link: str, by: Actor) -> Ended:
    """What it was sold for, if anything, is earned by what it has served; nothing is released."""
    term.c_from = min(term.c_from, at.clock)
    term.units = at.clock - term.c_from
    released = (term.magazine_cents, term.postage_cents) if term.units == 0 else (0, 0)
    _write_end(term, at, why=why, released=released)
    Entry.objects.create(
        term=term, kind=Entry.Kind.ENDED, units=term.units, about=_about(at, why), link=link, at=at.now,
        by=by.reference,
    )  # fmt: skip
    return Ended(term, 0, *released)


def _write_end(term: Term, at: Reach, *, why: str, released: tuple[int, int]) -> None:
    term.grace, term.ended_at, term.ended_on, term.ended_because = 0, at.now, at.today, why[:30]
    term.released_magazine_cents, term.released_postage_cents = released
    term.save(
        update_fields=[
            "c_from", "units", "cut", "grace", "ended_at", "ended_on", "ended_because", "released_magazine_cents",
            "released_postage_cents",
        ]
    )  # fmt: skip
    term.refresh_from_db(fields=["c_to"])


def _about(at: Reach, why: str) -> str:
    return f"{why.replace('_', ' ')}, from {at.first_issue} on"[:120]


def _ask_no_more(subscription: Subscription) -> None:
    subscription.renewal = Subscription.Renewal.DO_NOT_RENEW
    subscription.save(update_fields=["renewal"])
