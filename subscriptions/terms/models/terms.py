"""Terms on the subscription's own clock, free ones, and digital access by the day."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Reader
from subscriptions.terms.models.lines import Subscription


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
    # The first issue that its order could still reach. While it waits it may move up as far as that.
    reachable_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # A named first issue means "not before".
    pin_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # "This subscription has had a pause": monotone, keeps the others on a one-table plan in the pull.
    stepped = models.BooleanField(default=False)
    # Units served after the end in the hope of renewal; once a successor exists, those that had been served by then.
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
    # A gift that is announced on a day: before it, its recipient is neither let in nor told. Copies go by their issues.
    opens_on = models.DateField(null=True, blank=True)

    # A change in mid-term ends a term and goes on with another one, which costs what was left of the first: whatever is
    # released here is the price of the continuation, or goes back to the payer (design: splits, cancels, merges).
    split_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="continuation"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text="The book date of what was released.")
    ended_because = models.CharField(max_length=30, blank=True, default="", db_default="")
    released_magazine_cents = models.PositiveBigIntegerField(default=0, db_default=0)
    released_postage_cents = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="term_has_copies", condition=Q(copies__gte=1)),
            models.CheckConstraint(name="term_begins_on_the_clock", condition=Q(c_from__lte=1_048_000)),
            models.CheckConstraint(
                name="term_runs_forward",
                condition=Q(units__isnull=True) | Q(carried__lte=F("units") + F("bonus") + F("credit") - F("cut")),
            ),
            models.CheckConstraint(
                name="released_is_at_most_the_price",
                condition=Q(released_magazine_cents__lte=F("magazine_cents"))
                & Q(released_postage_cents__lte=F("postage_cents")),
            ),
            models.CheckConstraint(
                name="only_an_ended_term_releases",
                condition=Q(ended_on__isnull=False) | Q(released_magazine_cents=0, released_postage_cents=0),
            ),
            models.CheckConstraint(
                name="ended_term_says_when",
                condition=Q(ended_at__isnull=True, ended_on__isnull=True)
                | Q(ended_at__isnull=False, ended_on__isnull=False),
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

    @property
    def released_cents(self) -> int:
        return self.released_magazine_cents + self.released_postage_cents


class Comp(models.Model):
    """A free subscription and who answers for it: confirmed again every year, or it is shown to be ended."""

    term = models.OneToOneField(Term, on_delete=models.PROTECT, related_name="comp")
    owner = models.CharField(max_length=80)
    why = models.CharField(max_length=120)
    confirm_by = models.DateField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"free copies of {self.term_id}"


class AccessTerm(models.Model):
    """Digital access counted in days, `[from, until)`: for the few offers that sell it. Earned by the day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="access_terms")
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    line_uuid = models.UUIDField(unique=True, null=True, blank=True)
    from_on = models.DateField()
    until_on = models.DateField()
    # What it was sold for; what was released when it ended early. It is earned evenly over its days.
    price_cents = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="usd")
    sold_on = models.DateField()
    # As `Term.opens_on`.
    opens_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=30, blank=True)
    released_cents = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="access_runs_forward", condition=Q(until_on__gt=F("from_on"))),
            models.CheckConstraint(
                name="access_releases_at_most_its_price", condition=Q(released_cents__lte=F("price_cents"))
            ),
            models.CheckConstraint(
                name="only_ended_access_releases", condition=Q(ended_on__isnull=False) | Q(released_cents=0)
            ),
        ]

    def __str__(self) -> str:
        return f"access until {self.until_on}"

    @property
    def last_day(self) -> dt.date:
        return self.until_on - dt.timedelta(days=1)
