import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Cast
from django.utils import timezone

from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms.models.reasons import ServiceReason


class BulkExtension(models.Model):
    """Issues on top for many at once, as one issue did not reach them. An entry each, with its `link`, does it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="+")
    reason = models.ForeignKey(ServiceReason, on_delete=models.PROTECT, related_name="+")
    # Whoever was entitled to this issue, by where it went: {"countries": [], "states": ["FL"], "zip3": []}.
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    criteria = models.JSONField(default=dict)
    units = models.PositiveSmallIntegerField()
    extended = models.PositiveIntegerField(default=0)
    # Entitled, but not extended: without an end, cancelled since, or given that copy back before.
    left_out = models.PositiveIntegerField(default=0)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=40)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=40, blank=True)
    taken_back = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="bulk_extension_gives_issues", condition=Q(units__gte=1)),
            # By the hash of the places, as a thousand ZIP areas do not fit into an index.
            models.UniqueConstraint(
                F("issue"),
                F("reason"),
                MD5(Cast("criteria", models.TextField())),
                name="bulk_extension_stands_once",
                condition=Q(taken_back_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"bulk extension {self.pk}"

    @property
    def link(self) -> str:
        """As in the expire ledger."""
        return f"extension:{self.uuid}"
