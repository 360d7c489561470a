"""What mailed runs and entries of the expire ledger have earned, and what the nightly check found."""

import datetime as dt
import uuid

from django.db import models
from django.utils import timezone

from orders.ledger.models import Journal
from subscriptions.catalog.models import Magazine
from subscriptions.terms.models import Entry, Term


class RunPosting(models.Model):
    """What one mailed run has earned in one currency: posted once, with the counts and cents it was made from.

    A run that earned nothing has a posting without a journal.
    """

    run_uuid = models.UUIDField()
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, related_name="run_posting")
    magazine_code = models.CharField(max_length=12)
    issue_id = models.IntegerField()
    currency = models.CharField(max_length=3, default="usd")
    mailed_on = models.DateField()
    # Copies of the main run whose terms are in this currency: {"paid": 41210, "grace": 312, ...}.
    copies_by_class = models.JSONField(default=dict)
    magazine_cents = models.BigIntegerField()
    postage_cents = models.BigIntegerField()
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="run_is_posted_once", fields=["run_uuid", "currency"]),
            models.CheckConstraint(
                name="earned_cents_have_a_journal",
                condition=models.Q(journal__isnull=False) | models.Q(magazine_cents=0, postage_cents=0),
            ),
        ]

    def __str__(self) -> str:
        return f"posting of run {self.run_uuid}"

    @property
    def earned_cents(self) -> int:
        return self.magazine_cents + self.postage_cents


class EntryPosting(models.Model):
    """What one entry of the expire ledger did to what its term has earned: a copy credited, recouped, sent from stock.

    An entry that moved no cents has a posting without a journal.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    # Its effect on the units that count as served: a credit takes back, everything else adds.
    units = models.IntegerField()
    magazine_cents = models.BigIntegerField()
    postage_cents = models.BigIntegerField()
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, related_name="entry_posting")
    book_date = models.DateField()
    # The last posting of a run (its number) that was made before this one: what was earned depends on the order.
    after_run_posting = models.BigIntegerField()
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cents_of_an_entry_have_a_journal",
                condition=models.Q(journal__isnull=False) | models.Q(magazine_cents=0, postage_cents=0),
            ),
        ]
        indexes = [models.Index(fields=["book_date"], name="entry_posting_day")]

    def __str__(self) -> str:
        return f"posting of entry {self.entry_id}"

    @property
    def earned_cents(self) -> int:
        return self.magazine_cents + self.postage_cents


class AccessPosting(models.Model):
    """What all digital access to one magazine has earned in one month, by the day, in one currency."""

    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    first_day = models.DateField()
    until = models.DateField()
    cents = models.PositiveBigIntegerField()
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, related_name="access_posting")
    book_date = models.DateField()
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="access_is_posted_once", fields=["magazine", "currency", "first_day"]),
            models.CheckConstraint(
                name="cents_of_access_have_a_journal",
                condition=models.Q(journal__isnull=False) | models.Q(cents=0),
            ),
        ]

    def __str__(self) -> str:
        return f"access in {self.first_day:%B %Y}"


class ParkedEntry(models.Model):
    """An entry that could not be posted, with the reason: shown to finance, tried again at growing intervals."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="+")
    error = models.CharField(max_length=300)
    tries = models.PositiveSmallIntegerField(default=1)
    next_try_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"entry {self.entry_id}: {self.error}"


class ParkedRun(models.Model):
    """A mailed run that could not be posted, with the reason: shown to finance, tried again at growing intervals."""

    run_uuid = models.UUIDField(unique=True)
    error = models.CharField(max_length=300)
    tries = models.PositiveSmallIntegerField(default=1)
    next_try_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"run {self.run_uuid}: {self.error}"


class NightlyCheck(models.Model):
    """One run of the check of the ten invariants, for staff to read."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # [{number, title, ok, found, sentence, examples, probes: [{name, found, sentence, examples}]}]
    findings = models.JSONField(default=list)
    is_clean = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["-begun_at"], name="latest_check")]

    def __str__(self) -> str:
        return f"check of {self.begun_at:%Y-%m-%d}"

    def end(self, *, findings: list[dict[str, object]], at: dt.datetime) -> None:
        self.findings = findings
        self.is_clean = all(finding["ok"] for finding in findings)
        self.ended_at = at
        self.save(update_fields=["findings", "is_clean", "ended_at"])
