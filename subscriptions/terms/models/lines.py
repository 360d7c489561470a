"""A reader's line of one magazine, and lines made one."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader


class Subscription(models.Model):
    """A service line: one reader's copies of one magazine. What it is owed stands in its terms."""

    class Renewal(models.TextChoices):
        RENEW = "renew", "asked to renew"
        AUTO_CHARGE = "auto_charge", "renewed automatically"
        DO_NOT_RENEW = "do_not_renew", "not to be renewed"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="subscriptions")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="subscriptions")
    renewal = models.CharField(max_length=12, choices=Renewal, default=Renewal.RENEW)
    # Its terms went to another line of the same magazine (`LineMerge`); it can come back.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed")
    created_at = models.DateTimeField(default=timezone.now)
    # When its end last moved otherwise than with the calendar, in real time: whoever plans by the end compares it.
    shifted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="line_is_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class LineMerge(models.Model):
    """Two lines of one magazine made one: the rest of each term went on on the other. It can be undone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    kept = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)
    # What became of the merged line's renewal, to be given back with it.
    renewal_before = models.CharField(max_length=12, choices=Subscription.Renewal, default=Subscription.Renewal.RENEW)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_line_is_merged_once", fields=["merged"], condition=Q(undone_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"
