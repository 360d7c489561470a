"""A pull that is taken back: nobody pays for a grace copy that was never sent, and nobody who renewed is sent one."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.terms.actions.laying import lay_again
from subscriptions.terms.actions.subscriptions import lock, lock_all
from subscriptions.terms.models import Entry, Term
from subscriptions.terms.queries.grace import grace_beyond


@transaction.atomic
def give_back_unsent(*, issue_id: int, by: Actor, now: dt.datetime, link: str = "") -> int:
    """Reverse what renewals have paid for grace copies of an issue whose pull is taken back; how many were.

    Each such term gets the issue at its end instead, and the grace before it ends earlier: the next pull of the issue
    sends nothing in hope of what has happened. A term that has ended has no end to be moved: it has paid for the copy,
    which the next pull sends. The caller holds the issue; `link` names the run in the ledger.
    """
    lock_those_it_touches(issue_id=issue_id)
    _end_grace_earlier(issue_id)
    found = list(_paid_for(issue_id).select_related("term").order_by("term__subscription_id", "pk"))
    for entry in found:
        lock(entry.term.subscription_id)  # whoever renewed since they were counted
        term = Term.objects.get(pk=entry.term_id)
        term.carried += entry.units  # which are negative: fewer were used up
        term.save(update_fields=["carried"])
        Entry.objects.create(
            term=term, kind=Entry.Kind.RECOUP, units=-entry.units, about=f"not sent after all: {entry.about}"[:120],
            link=link, reverses=entry, at=now, by=by.reference,
        )  # fmt: skip
        lay_again(term.subscription_id)
        audit.record(by, "grace.given_back", term, entry=entry.pk)
    return len(found)


def lock_those_it_touches(*, issue_id: int, also: Iterable[int] = ()) -> None:
    """The subscriptions that `give_back_unsent` changes, and `also` these, all in the order of their numbers: whoever
    locks many of them meanwhile, as a strike does, waits or goes first. The caller holds the issue."""
    paid_for = _paid_for(issue_id).values_list("term__subscription_id", flat=True)
    lock_all({*also, *paid_for, *(line for _, line, _ in grace_beyond(issue_id))})


def _paid_for(issue_id: int) -> QuerySet[Entry]:
    reversed_ones = Entry.objects.filter(reverses__isnull=False).values("reverses_id")
    return Entry.objects.filter(kind=Entry.Kind.RECOUP, copy_issue_id=issue_id, term__ended_at__isnull=True).exclude(
        pk__in=reversed_ones
    )


def _end_grace_earlier(issue_id: int) -> None:
    for term_id, subscription_id, served in grace_beyond(issue_id):
        lock(subscription_id)
        Term.objects.filter(pk=term_id).update(grace=served)
