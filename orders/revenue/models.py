"""What mailed runs have earned, and what the nightly check found."""

import uuid

from django.db import models
from django.utils import timezone

from orders.ledger.models import Journal


class RunPosting(models.Model):
    """The journal of one mailed run: posted once, with the counts and cents it was made from."""

    run_uuid = models.UUIDField(unique=True)
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, related_name="run_posting")
    magazine_code = models.CharField(max_length=12)
    issue_id = models.IntegerField()
    mailed_on = models.DateField()
    copies_by_class = models.JSONField(default=dict)
    magazine_cents = models.BigIntegerField()
    postage_cents = models.BigIntegerField()
    posted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"posting of run {self.run_uuid}"


class NightlyCheck(models.Model):
    """One run of the check of the ten invariants, for staff to read."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # [{number, title, ok, found, sentence, examples}]
    findings = models.JSONField(default=list)
    is_clean = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"check of {self.begun_at:%Y-%m-%d}"
