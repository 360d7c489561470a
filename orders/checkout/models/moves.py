"""What a reader's move to a dearer postage zone in mid-term means for the money."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.catalog.models import Issue
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Term


class ZoneMove(models.Model):
    """One term whose copies go to a dearer zone: the surcharge for its issues left, and what was made of it."""

    class Outcome(models.TextChoices):
        DUE = "due", "the payer owes it"
        ABSORBED = "absorbed", "borne by the house"
        CONVERTED = "converted", "fewer issues for the money"
        CARD = "card", "paid by card"
        PAID = "paid", "paid by other means"
        WAIVED = "waived", "waived"
        WITHDRAWN = "withdrawn", "the move was taken back"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="zone_moves")
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    first_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    from_zone = models.CharField(max_length=5)
    to_zone = models.CharField(max_length=5)
    issues_left = models.PositiveIntegerField()
    surcharge_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=9, choices=Outcome)
    # Converted: what was left over and is held for the payer.
    left_over_cents = models.PositiveBigIntegerField(default=0)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=40)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_surcharge_due_per_term", fields=["term"], condition=Q(outcome="due")),
            models.CheckConstraint(
                name="a_closed_surcharge_says_when",
                condition=~Q(outcome__in=["card", "paid", "waived", "withdrawn"]) | Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.surcharge_cents} cents for {self.term_id}"
