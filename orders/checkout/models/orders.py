"""Orders and their lines, the consent given with them, and the keys under which they were sent."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.ledger.models import Journal
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Issue, Magazine, Offer, SourceKey
from subscriptions.readers.models import Address, Reader
from subscriptions.terms.models import Subscription, Term


class Order(models.Model):
    """What a payer asked for, at the price agreed. Its money moves in `payments`, its copies in `terms`."""

    class State(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", "waiting for payment"
        PAID = "paid"
        EXPIRED = "expired", "not paid in time"
        CANCELED = "canceled"

    class Kind(models.TextChoices):
        NEW = "new"
        RENEWAL = "renewal"
        # A change in mid-term: it has a bill instead of lines.
        POSTAGE = "postage", "dearer postage"
        COPIES = "copies", "more copies"

    BILLS = (Kind.POSTAGE, Kind.COPIES)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NEW)
    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="orders")
    # Where the payer was when ordering: the mail goes there even if the reader's address changes later.
    payer_email = models.EmailField(blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.AWAITING_PAYMENT)
    currency = models.CharField(max_length=3)
    total_cents = models.PositiveBigIntegerField()
    source_key = models.ForeignKey(SourceKey, on_delete=models.PROTECT, related_name="orders")
    channel = models.CharField(max_length=12, default="web")
    placed_at = models.DateTimeField(default=timezone.now)
    placed_by = models.CharField(max_length=40)
    paid_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="paid_order_has_its_date", condition=~Q(state="paid") | Q(paid_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["placed_at"], name="order_waiting", condition=Q(state="awaiting_payment"))]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One term for one reader: who gets it, where, how many issues, for how much."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    # A gift by code has neither until the code is redeemed.
    recipient = models.ForeignKey(Reader, on_delete=models.PROTECT, null=True, related_name="received_lines")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, related_name="+")
    by_code = models.BooleanField(default=False, db_default=False)
    # Set for a renewal from the start; for a new order at settlement.
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    term = models.OneToOneField(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="order_line")
    issues = models.PositiveSmallIntegerField()
    copies = models.PositiveSmallIntegerField(default=1)
    magazine_cents = models.PositiveBigIntegerField()
    postage_cents = models.PositiveBigIntegerField(default=0)
    # Digital access sold with it: its days, and its share of the magazine's cents. Fixed when it is ordered.
    access_days = models.PositiveSmallIntegerField(null=True, blank=True)
    access_cents = models.PositiveBigIntegerField(default=0, db_default=0)
    # The issue that it may not begin before, where the buyer named one; a gift has its own.
    start_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # What the buyer was told; if settlement starts later, the buyer is told by mail.
    promised_first_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, related_name="+")
    promised_expire_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="line_has_issues_or_days",
                # A check that comes out null is passed.
                condition=Q(issues__gte=1) | Q(access_days__isnull=False, access_days__gte=1),
            ),
            models.CheckConstraint(name="line_has_copies", condition=Q(copies__gte=1)),
            models.CheckConstraint(
                name="access_is_a_part_of_the_price", condition=Q(access_cents__lte=F("magazine_cents"))
            ),
            models.CheckConstraint(
                name="what_has_no_issues_is_all_access",
                condition=Q(issues__gte=1) | Q(access_cents=F("magazine_cents"), postage_cents=0),
            ),
            models.CheckConstraint(
                name="only_a_code_waits_for_its_recipient",
                condition=Q(recipient__isnull=False, address__isnull=False)
                | Q(by_code=True, recipient__isnull=True, address__isnull=True, term__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issues} issues, {self.magazine_cents + self.postage_cents} cents"

    @property
    def total_cents(self) -> int:
        return self.magazine_cents + self.postage_cents


class OrderPayment(models.Model):
    """Money that came for an order, and its journals. A second payment of the order is a surplus: held, not lost."""

    class Use(models.TextChoices):
        SETTLES = "settles", "pays the order"
        SURPLUS = "surplus", "paid twice, held as a credit"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    attempt = models.OneToOneField(PaymentAttempt, on_delete=models.PROTECT, related_name="order_payment")
    use = models.CharField(max_length=8, choices=Use)
    amount_cents = models.PositiveBigIntegerField()
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, related_name="+")
    # Stripe tells the fee some time after the charge.
    fee_journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_order_is_paid_once", fields=["order"], condition=Q(use="settles")),
        ]
        indexes = [models.Index(fields=["settled_at"], name="payment_without_fee", condition=Q(fee_journal=None))]

    def __str__(self) -> str:
        return f"payment of {self.order_id}"


class AutoRenewConsent(models.Model):
    """The proof that a payer agreed to be charged again: the exact words, price and moment. Only its end is added."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="consent")
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="consents")
    text_version = models.CharField(max_length=20)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    shown_price_cents = models.PositiveBigIntegerField()
    shown_issues = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_ends_after_it_begins",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class IntakeKey(models.Model):
    """An Idempotency-Key and what was answered under it. Same key and body: the same answer again."""

    key = models.CharField(max_length=80)
    caller = models.CharField(max_length=64)
    body_sha256 = models.CharField(max_length=64)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="intake_key_once_per_caller", fields=["caller", "key"])]

    def __str__(self) -> str:
        return self.key
