"""What became of a subscription that was made one with another. Reads only."""

from subscriptions.terms.models import Subscription


def in_force(subscription_id: int) -> int:
    """It, or the subscription that it was merged into: where its copies come from now."""
    merged_into = Subscription.objects.values_list("merged_into", flat=True)
    while (into := merged_into.get(pk=subscription_id)) is not None:
        subscription_id = into
    return subscription_id
