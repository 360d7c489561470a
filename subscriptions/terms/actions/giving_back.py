"""A pull that is taken back: nobody pays for a grace copy that was never sent."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.terms.actions.laying import lay_again
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Entry, Term


@transaction.atomic
def give_back_recouped(*, issue_id: int, by: Actor, now: dt.datetime) -> int:
    """Reverse what renewals have paid for grace copies of an issue whose pull is taken back; how many were.

    Each such term gets the issue at its end instead. The caller holds the issue.
    """
    paid_for = Entry.objects.filter(kind=Entry.Kind.RECOUP, copy_issue_id=issue_id).exclude(
        pk__in=Entry.objects.filter(reverses__isnull=False).values("reverses_id")
    )
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
