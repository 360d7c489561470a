"""Double-entry journals and periods. The guards (balance, append-only, closed months) stand in 0002_guards."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class AccountCode(models.TextChoices):
    """The accounts that the program posts to by itself; the whole chart stands in the migration."""

    STRIPE_BALANCE = "1010"
    DEFERRED_SUBSCRIPTIONS = "2100"
    DEFERRED_GIFTS = "2105"
    UNAPPLIED_CASH = "2120"
    REFUNDS_PAYABLE = "2300"
    SUBSCRIPTION_REVENUE = "4100"
    POSTAGE_REVENUE = "4110"
    ACCESS_REVENUE = "4140"
    PROCESSOR_FEES = "5100"


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
        constraints = [
            models.CheckConstraint(name="period_runs_forward", condition=Q(until__gt=F("first_day"))),
            models.CheckConstraint(
                name="closed_period_says_when_and_who",
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(closed_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def close(self, *, by: str, now: dt.datetime) -> None:
        self.state = self.State.CLOSED
        self.closed_at = now
        self.closed_by = by
        self.save(update_fields=["state", "closed_at", "closed_by"])


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
        constraints = [
            models.CheckConstraint(name="journal_has_a_key", condition=~Q(posting_key="")),
            models.CheckConstraint(name="journal_has_one_currency", condition=Q(currency__regex="^[a-z]{3}$")),
            models.CheckConstraint(name="journal_has_its_hash", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")),
        ]
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
