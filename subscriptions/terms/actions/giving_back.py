"""A pull that is taken back: nobody pays for a grace copy that was never sent, and nobody who renewed is sent one."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.terms.actions.laying import lay_again
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Entry, Term
from subscriptions.terms.queries.grace import grace_beyond


@transaction.atomic
def give_back_unsent(*, issue_id: int, by: Actor, now: dt.datetime) -> int:
    """Reverse what renewals have paid for grace copies of an issue whose pull is taken back; how many were.

    Each such term gets the issue at its end instead, and the grace before it ends earlier: the next pull of the issue
    sends nothing in hope of what has happened. A term that has ended has no end to be moved: it has paid for the copy,
    which the next pull sends. The caller holds the issue.
    """
    _end_grace_earlier(issue_id)
    paid_for = Entry.objects.filter(
        kind=Entry.Kind.RECOUP, copy_issue_id=issue_id, term__ended_at__isnull=True
    ).exclude(pk__in=Entry.objects.filter(reverses__isnull=False).values("reverses_id"))
    found = list(paid_for.select_related("term").order_by("term__subscription_id", "pk"))
    for entry in found:
        subscription = lock(entry.term.subscription_id)
        term = Term.objects.get(pk=entry.term_id)
        term.carried += entry.units  # which are negative: fewer were used up
        term.save(update_fields=["carried"])
        Entry.objects.create(
            term=term, kind=Entry.Kind.RECOUP, units=-entry.units, about=f"not sent after all: {entry.about}"[:120],
            reverses=entry, at=now, by=by.reference,
        )  # fmt: skip
        lay_again(subscription.pk)
        audit.record(by, "grace.given_back", term, entry=entry.pk)
    return len(found)


def _end_grace_earlier(issue_id: int) -> None:
    for term_id, subscription_id, served in grace_beyond(issue_id):
        lock(subscription_id)
        Term.objects.filter(pk=term_id).update(grace=served)
