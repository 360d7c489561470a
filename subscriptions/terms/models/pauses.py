"""Issues that are neither sent nor consumed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms.models.lines import Subscription
from subscriptions.terms.models.reasons import ServiceReason


class BulkHold(models.Model):
    """One hold put on many subscriptions at once: a strike, a flood. A pause row each carries it out."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="+")
    reason = models.ForeignKey(ServiceReason, on_delete=models.PROTECT, related_name="+")
    from_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    until_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Whom it was put on, by where their next issue would have gone: {"countries": [], "states": ["FL"], "zip3": []}.
    criteria = models.JSONField(default=dict)
    held = models.PositiveIntegerField(default=0)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"bulk hold {self.pk}"

    @property
    def affects(self) -> Issue | None:
        """The first issue held; of one that was ended, the first that is sent again."""
        return self.until_issue if self.ended_at else self.from_issue


class Pause(models.Model):
    """Issues that a subscription neither gets nor consumes, `[from, until)`. Open end: until further notice.

    Only issues stand here, so that it follows the calendar; it is subtracted at read and never added to a range.
    """

    class Reason(models.TextChoices):
        VACATION = "vacation"
        IMPOSED = "imposed", "imposed by the publisher"
        NON_PAY = "non_pay", "unpaid"
        DISPUTE = "dispute"
        BAD_ADDRESS = "bad_address", "undeliverable address"
        SKIP = "skip", "could not be sent"

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="pauses")
    from_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    until_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason)
    # The label run that skipped it; a void takes the pause away again.
    run_uuid = models.UUIDField(null=True, blank=True, db_index=True)
    bulk = models.ForeignKey(BulkHold, on_delete=models.PROTECT, null=True, blank=True, related_name="pauses")
    note = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_skip_names_its_run", condition=~Q(reason="skip") | Q(run_uuid__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} from issue {self.from_issue_id}"
