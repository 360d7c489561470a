"""Two files of one person made one, and which apps have followed."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from subscriptions.readers.models.people import Reader


class ReaderMerge(models.Model):
    """One file became an alias of another. Each app that has to follow sweeps for these rows and ticks them off."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    kept = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="merges")
    # Two subscriptions to one magazine become one, if the clerk chose so.
    joins_lines = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)
    # Until then it can be undone.
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_reader_is_merged_once", fields=["merged"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="two_files_are_merged", condition=~Q(kept=F("merged"))),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


class MergeTick(models.Model):
    """One app has followed a merge, or its undoing."""

    merge = models.ForeignKey(ReaderMerge, on_delete=models.PROTECT, related_name="ticks")
    app = models.CharField(max_length=20)
    undoing = models.BooleanField(default=False)
    done_at = models.DateTimeField(default=timezone.now)
    # Counts and ids, for people; never a name.
    summary = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_app_follows_a_merge_once", fields=["merge", "app", "undoing"]),
        ]

    def __str__(self) -> str:
        return f"{self.app} {'undid' if self.undoing else 'followed'} {self.merge_id}"
