"""Subscriptions and their terms, counted in issues on the subscription's own clock (docs/terms.md)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Address, Reader

# Until further notice: no issue has this ordinal.
FOREVER = 2_147_483_647


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
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class ShipTo(models.Model):
    """Where the copies go, `[from, until)` in ordinals. A change stores the first issue that it affects."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="ship_tos")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    from_ordinal = models.PositiveIntegerField(default=0)
    until_ordinal = models.PositiveIntegerField(default=FOREVER)
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

    def __str__(self) -> str:
        return f"{self.address_id} from {self.from_ordinal}"


class Term(models.Model):
    """One paid (or free) stretch of a subscription: `[c_from, c_to)` on the subscription's clock, in units.

    The exclusion constraint `one_term_at_a_time` stands in the migration. A begun term's `c_from` never changes.
    """

    class Class(models.TextChoices):
        PAID = "paid"
        GIFT = "gift"
        AGENCY = "agency"
        BULK = "bulk"
        CREDIT = "credit", "credit (unpaid)"
        COMP = "comp", "complimentary"
        STAFF = "staff"
        SAMPLE = "sample"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="terms")
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    # The order line it was bought with; unique, so that one paid line starts one term however often it is settled.
    line_uuid = models.UUIDField(unique=True, null=True, blank=True)
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="paid_terms")
    copy_class = models.CharField(max_length=8, choices=Class, default=Class.PAID)
    copies = models.PositiveSmallIntegerField(default=1)
    # What was paid, in cents, magazine and postage apart. A change in mid-term splits the term; these never change.
    magazine_cents = models.PositiveBigIntegerField(default=0)
    postage_cents = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="usd")

    # Units bought; null is perpetual. The others change only together with an `Entry`.
    units = models.PositiveIntegerField(null=True, blank=True)
    carried = models.PositiveIntegerField(default=0)
    bonus = models.PositiveIntegerField(default=0)
    credit = models.PositiveIntegerField(default=0)
    cut = models.PositiveIntegerField(default=0)
    # A named first issue means "not before".
    pin_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # "This subscription has had a pause": monotone, keeps the others on a one-table plan in the pull.
    stepped = models.BooleanField(default=False)
    # Issues served after the end in the hope of renewal; 0 once a successor exists.
    grace = models.PositiveSmallIntegerField(default=0)
    c_from = models.PositiveIntegerField()
    c_to = models.GeneratedField(
        expression=F("c_from") + F("units") + F("bonus") + F("credit") - F("carried") - F("cut"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )
    # The first issue as fixed at settlement, for people and for the promise; the range decides.
    start_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(default=timezone.now)
    # The book date on which it was sold.
    sold_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="term_has_copies", condition=Q(copies__gte=1)),
            models.CheckConstraint(name="term_begins_on_the_clock", condition=Q(c_from__lte=1_048_000)),
            models.CheckConstraint(
                name="term_runs_forward",
                condition=Q(units__isnull=True) | Q(carried__lte=F("units") + F("bonus") + F("credit") - F("cut")),
            ),
        ]
        indexes = [
            models.Index(fields=["c_to"], name="term_end"),
            models.Index(fields=["sold_on"], name="term_sold_on"),
            models.Index(
                fields=["c_from", "c_to", "units", "carried", "credit", "magazine_cents", "postage_cents"],
                name="term_cohort",
                condition=Q(stepped=False),
            ),
        ]

    def __str__(self) -> str:
        return f"term {self.pk}"

    @property
    def price_cents(self) -> int:
        return self.magazine_cents + self.postage_cents


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


class Entry(models.Model):
    """The expire ledger: every plus and minus in units, with who and why. Append-only; a term's length is its sum."""

    class Kind(models.TextChoices):
        BOUGHT = "bought"
        BONUS = "bonus"
        CREDIT = "credit"
        RECOUP = "recoup", "grace recouped"
        CUT = "cut"
        CORRECTION = "correction"

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    units = models.IntegerField()
    about = models.CharField(max_length=120, blank=True)
    # The copy that a credit or a recoup answers for: its issue.
    copy_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_credit_per_copy",
                fields=["term", "copy_issue"],
                condition=Q(kind__in=["credit", "recoup"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units:+d} {self.kind}"
