"""Double-entry journals and periods. The guards (balance, append-only, closed months) stand in the migration as triggers."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Account(models.Model):
    class Kind(models.TextChoices):
        ASSET = "asset"
        LIABILITY = "liability"
        EQUITY = "equity"
        REVENUE = "revenue"
        COST = "cost"

    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=9, choices=Kind)
    # The publisher's own account number, for exports.
    publishers_code = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Period(models.Model):
    """A book month, half-open `[first_day, until)`."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    first_day = models.DateField(unique=True)
    until = models.DateField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="period_runs_forward", condition=Q(until__gt=F("first_day")))]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class Journal(models.Model):
    """One business event, once: `posting_key` is derived from the event and never random."""

    posting_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    # The book date (book time zone) against the moment of writing.
    book_date = models.DateField()
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="journals")
    currency = models.CharField(max_length=3)
    memo = models.CharField(max_length=120, blank=True)
    content_sha256 = models.CharField(max_length=64)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["book_date", "kind"])]

    def __str__(self) -> str:
        return self.posting_key


class Line(models.Model):
    """Cents on an account: debit positive, credit negative, never 0. Dimensions are narrow codes, never people."""

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    cents = models.BigIntegerField()
    magazine = models.CharField(max_length=12, blank=True)
    issue = models.CharField(max_length=12, blank=True)
    offer = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="line_is_not_zero", condition=~Q(cents=0))]
        indexes = [models.Index(fields=["account", "journal"])]

    def __str__(self) -> str:
        return f"{self.account_id} {self.cents}"
