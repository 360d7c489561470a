"""What became of subscriptions that were made one with another. Reads only."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from subscriptions.readers.models import ReaderMerge
from subscriptions.terms.models import LineMerge, MovedLine, Subscription


def in_force(subscription_id: int) -> int:
    """It, or the subscription that it was merged into: where its copies come from now."""
    return all_in_force([subscription_id])[subscription_id]


def all_in_force(subscription_ids: Iterable[int]) -> dict[int, int]:
    """The same for many, by their ids: a statement for each merge that any of them has had, and one more."""
    found = {pk: pk for pk in subscription_ids}
    reached = set(found)
    while merged := Subscription.objects.filter(pk__in=reached, merged_into__isnull=False):
        went = {one.pk: one.merged_into_id or one.pk for one in merged}
        found = {pk: went.get(at, at) for pk, at in found.items()}
        reached = set(went.values())
    return found


def has_gone_to(subscription_id: int) -> set[int]:
    """It, and every subscription that it has ever been merged into, undone or not."""
    reached: set[int] = set()
    ahead = {subscription_id}
    while ahead:
        reached |= ahead
        ahead = set(LineMerge.objects.filter(merged__in=ahead).values_list("kept", flat=True)) - reached
    return reached


def merged_ones(subscription_id: int) -> list[int]:
    """It, and whatever was merged into it, through however many merges that stand."""
    found = [subscription_id]
    reached = list(found)
    while reached := list(Subscription.objects.filter(merged_into__in=reached).values_list("pk", flat=True)):
        found += reached
    return found


def lines_ever_of(readers: Collection[int]) -> set[int]:
    """The lines of these readers; those that were on either side of a merge of theirs, undone or not; and what any of
    them has ever been merged into. What was sent to them may have gone out on any of these.
    """
    merges = ReaderMerge.objects.filter(Q(kept__in=readers) | Q(merged__in=readers))
    moved = MovedLine.objects.filter(merge__in=merges).values_list("subscription", flat=True)
    found = {*Subscription.objects.filter(reader__in=readers).values_list("pk", flat=True), *moved}
    return set().union(*(has_gone_to(pk) for pk in found))
