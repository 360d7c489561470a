"""The locks of a cycle, in their order."""

from django.db.models import QuerySet

from orders.renewals.models import Cycle
from subscriptions.terms.actions.subscriptions import lock


def locked_cycle(cycle_id: int, *, among: QuerySet[Cycle]) -> Cycle | None:
    """The cycle, behind the lock of its subscription: in that order a cancellation takes them, too.

    Whatever is read with it is as it stands under both locks.
    """
    subscription_id = Cycle.objects.filter(pk=cycle_id).values_list("subscription_id", flat=True).first()
    if subscription_id is None:
        return None
    lock(subscription_id)
    return among.select_for_update(of=("self",)).filter(pk=cycle_id).first()
