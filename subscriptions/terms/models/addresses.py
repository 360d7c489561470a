"""Where the copies go: at home, and away."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from subscriptions.catalog.models import Issue
from subscriptions.readers.models import Address
from subscriptions.terms.models.lines import Subscription

# Until further notice: no issue has this ordinal.
FOREVER = 2_147_483_647


class ShipTo(models.Model):
    """Where the copies go, `[from, until)` in ordinals. A change stores the first issue that it affects."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="ship_tos")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    from_ordinal = models.PositiveIntegerField(default=0)
    until_ordinal = models.PositiveIntegerField(default=FOREVER)
    # What a change for later was made for, a day or an issue: it is laid again when the calendar moves before that.
    from_on = models.DateField(null=True, blank=True)
    from_issue = models.ForeignKey(
        Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(name="ship_to_runs_forward", condition=Q(until_ordinal__gt=F("from_ordinal"))),
            models.UniqueConstraint(name="ship_to_begins_once", fields=["subscription", "from_ordinal"]),
            models.UniqueConstraint(
                name="one_open_ship_to", fields=["subscription"], condition=Q(until_ordinal=FOREVER)
            ),
        ]
        indexes = [
            models.Index(
                fields=["from_ordinal"],
                name="ship_to_for_later",
                condition=Q(from_on__isnull=False) | Q(from_issue__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.address_id} from {self.from_ordinal}"


class AwayAddress(models.Model):
    """Where a reader is for a while: once (from and until a day), or every year between two days of the year.

    Which issues go there is decided by their expected in-home date, and laid down in `AwayIssue`.
    """

    class Kind(models.TextChoices):
        TEMPORARY = "temporary", "once"
        SEASONAL = "seasonal", "every year"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="away_addresses")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    # Once: `[from, until)` in days. Every year: month and day, the last day included; may go over New Year.
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    from_month = models.PositiveSmallIntegerField(null=True, blank=True)
    from_day = models.PositiveSmallIntegerField(null=True, blank=True)
    until_month = models.PositiveSmallIntegerField(null=True, blank=True)
    until_day = models.PositiveSmallIntegerField(null=True, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="away_has_its_days",
                condition=Q(kind="temporary", from_on__isnull=False, until_on__isnull=False, until_on__gt=F("from_on"))
                | Q(
                    kind="seasonal",
                    from_month__isnull=False,
                    until_month__isnull=False,
                    from_day__isnull=False,
                    until_day__isnull=False,
                    from_month__range=(1, 12),
                    until_month__range=(1, 12),
                    from_day__range=(1, 31),
                    until_day__range=(1, 31),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} address {self.address_id}"


class AwayIssue(models.Model):
    """One issue that goes to a reader's address away from home: what the pull reads beside `ShipTo`."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="away_issues")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    away = models.ForeignKey(AwayAddress, on_delete=models.PROTECT, related_name="issues")

    class Meta:
        constraints = [models.UniqueConstraint(name="an_issue_goes_to_one_place", fields=["issue", "subscription"])]

    def __str__(self) -> str:
        return f"issue {self.issue_id} of {self.subscription_id}"
