"""Grace that nobody renewed after: written off, so that a much later order does not pay for it."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from foundation.one_by_one import each
from subscriptions.terms import rules
from subscriptions.terms.actions.reaching import Reach, reach
from subscriptions.terms.models import Entry, Term
from subscriptions.terms.queries.carrying import graced
from subscriptions.terms.queries.grace import grace_to_write_off
from subscriptions.terms.queries.life import span_of


class NoGraceToWriteOff(DomainError):
    code = "no_grace_to_write_off"


def write_off_lapsed_grace(*, now: dt.datetime) -> int:
    """Write off the grace of everyone whose time to renew within the magazine's window has passed; how many were."""
    by = Actor("system", "grace")
    return each(
        grace_to_write_off(),
        lambda subscription_id: write_off_grace(subscription_id=subscription_id, by=by, now=now),
        failed="grace_not_written_off",
    )


@transaction.atomic
def write_off_grace(*, subscription_id: int, by: Actor, now: dt.datetime) -> Entry:
    """The copies sent after the last term are a cost of circulation, never revenue (domain 4.5). No more are sent.

    :raises NoGraceToWriteOff: when none was sent, or it was renewed or written off before
    """
    at = reach(subscription_id, now=now)
    last = _last(at)
    copies = graced(at.life, last) if last else []
    if last is None or not copies or Entry.objects.filter(term=last, kind=Entry.Kind.WRITE_OFF).exists():
        raise NoGraceToWriteOff("No copies were sent in the hope of renewal that could be written off.")
    # What came after it would be free: a renewal pays for nothing that is written off.
    last.grace = rules.grace_used(span_of(last), at.clock)
    last.save(update_fields=["grace"])
    entry = Entry.objects.create(
        term=last, kind=Entry.Kind.WRITE_OFF, units=0, about=f"{len(copies)} grace copies not recovered",
        link=f"term:{last.uuid}", at=now, by=by.reference,
    )  # fmt: skip
    audit.record(by, "grace.written_off", last, copies=len(copies))
    return entry


def _last(at: Reach) -> Term | None:
    with_end = [term for term in at.life.terms if term.c_to is not None]
    return max(with_end, key=lambda term: term.c_to or 0, default=None)
