"""Which merges an app has still to follow, and how far one is."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from subscriptions.readers.models import MergeTick, ReaderMerge


def merges_to_follow(app: str) -> QuerySet[ReaderMerge]:
    """Merges, and undone ones, that this app has not ticked off; oldest first."""
    ticks = MergeTick.objects.filter(merge=OuterRef("pk"), app=app)
    followed, undone = Exists(ticks.filter(undoing=False)), Exists(ticks.filter(undoing=True))
    return ReaderMerge.objects.filter(~Q(followed) | Q(undone_at__isnull=False) & ~Q(undone)).order_by("pk")


def merges_of(reader_id: int) -> QuerySet[ReaderMerge]:
    """Everything merged into this reader or out of it, the newest first."""
    mine = ReaderMerge.objects.filter(Q(kept_id=reader_id) | Q(merged_id=reader_id))
    return mine.select_related("kept", "merged").prefetch_related("ticks").order_by("-pk")


def standing_merge(merged_id: int) -> ReaderMerge | None:
    return ReaderMerge.objects.filter(merged_id=merged_id, undone_at__isnull=True).first()


def is_followed(merge: ReaderMerge) -> bool:
    """Whether every app has ticked it off, as it stands now."""
    done = {tick.app for tick in merge.ticks.all() if tick.undoing == (merge.undone_at is not None)}
    return done.issuperset(settings.FOLLOWERS["merge"])


def times_of_merges(files: Collection[int]) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """From when until when any of these files was another's number, or had one; None: it still is."""
    merges = ReaderMerge.objects.filter(Q(kept__in=files) | Q(merged__in=files)).order_by("pk")
    return list(merges.values_list("at", "undone_at"))


def ever_merged_into(readers: Collection[int]) -> set[int]:
    """They, and whoever they have ever been merged into, undone or not."""
    reached: set[int] = set()
    ahead = set(readers)
    while ahead:
        reached |= ahead
        ahead = set(ReaderMerge.objects.filter(merged__in=ahead).values_list("kept", flat=True)) - reached
    return reached
