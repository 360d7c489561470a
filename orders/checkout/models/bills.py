"""What a change in mid-term costs its payer: an order of its own, paid by card like any other."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.checkout.models.moves import ZoneMove
from orders.checkout.models.orders import Order
from orders.ledger.models import Journal
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Subscription, Term


class Bill(models.Model):
    """The order of a change in mid-term: dearer postage, or more copies. Open while it may be paid."""

    class Why(models.TextChoices):
        POSTAGE = "postage", "dearer postage"
        COPIES = "copies", "more copies"

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="bill")
    why = models.CharField(max_length=8, choices=Why)
    # As the order's; here too, so that the database can hold "one open bill".
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="bills")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="bills")
    # The first issue that it pays for, as it was when it was billed.
    first_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    # More copies: how many of each issue are wanted.
    copies = models.PositiveSmallIntegerField(null=True, blank=True)
    # Postage: until when it may be paid and what happens then, as the mail has said it.
    due_on = models.DateField(null=True, blank=True)
    if_unpaid = models.CharField(max_length=8, choices=Magazine.SurchargeUnpaid, blank=True)
    billed_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_bill", fields=["subscription", "payer", "why"], condition=Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="a_bill_says_how_many_copies_or_when_it_is_due",
                condition=Q(why="copies", copies__isnull=False, due_on__isnull=True)
                | Q(why="postage", copies__isnull=True, due_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="bill_open", condition=Q(closed_at__isnull=True))]

    def __str__(self) -> str:
        return f"bill {self.order_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def close(self, *, now: dt.datetime) -> None:
        self.closed_at = now
        self.save(update_fields=["closed_at"])


class BillLine(models.Model):
    """What the change costs for one term, by component; and once paid, what became of that money.

    It makes the rest of the term dearer (`deferred`), pays for copies that have gone out by then (`earned`), or is held
    for the payer where the term no longer takes it (`held`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines")
    # The term as it stood when it was billed; what is paid goes to whatever it has become.
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="bill_lines")
    zone_move = models.OneToOneField(
        ZoneMove, on_delete=models.PROTECT, null=True, blank=True, related_name="bill_line"
    )
    issues = models.PositiveIntegerField()
    magazine_cents = models.PositiveBigIntegerField(default=0)
    postage_cents = models.PositiveBigIntegerField(default=0)
    deferred_magazine_cents = models.PositiveBigIntegerField(default=0)
    deferred_postage_cents = models.PositiveBigIntegerField(default=0)
    earned_cents = models.PositiveBigIntegerField(default=0)
    held_cents = models.PositiveBigIntegerField(default=0)
    # The term that was split for it: its continuation costs what was released and `deferred` together.
    split_term = models.OneToOneField(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    # Paid before the first issue that it is for: held on 2120 until then, and moved by this journal.
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_bill_asks_for_money", condition=Q(magazine_cents__gt=0) | Q(postage_cents__gt=0)
            ),
            models.CheckConstraint(
                name="what_was_paid_went_somewhere",
                condition=Q(applied_at__isnull=True)
                | Q(
                    magazine_cents=F("deferred_magazine_cents")
                    + F("deferred_postage_cents")
                    + F("earned_cents")
                    + F("held_cents")
                    - F("postage_cents")
                ),
            ),
            models.CheckConstraint(
                name="what_is_deferred_has_its_split",
                condition=Q(split_term__isnull=False) | Q(deferred_magazine_cents=0, deferred_postage_cents=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cents} cents for {self.term_id}"

    @property
    def cents(self) -> int:
        return self.magazine_cents + self.postage_cents

    @property
    def deferred_cents(self) -> int:
        return self.deferred_magazine_cents + self.deferred_postage_cents
