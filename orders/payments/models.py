"""Stripe, seen from Masthead: a payer, cents, a purpose and a uuid. No order is known here."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from subscriptions.readers.models import Reader


class StripeCustomer(models.Model):
    payer = models.OneToOneField(Reader, on_delete=models.PROTECT, related_name="stripe_customer")
    customer_id = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.customer_id


class SavedMethod(models.Model):
    """A payment method that its owner agreed to have charged again. Of a card, brand, last four and expiry are kept."""

    class State(models.TextChoices):
        ACTIVE = "active"
        NEEDS_UPDATE = "needs_update", "needs an update by the reader"
        BLOCKED = "blocked", "never to be charged again"
        DETACHED = "detached"

    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="saved_methods")
    method_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20, default="card")
    brand = models.CharField(max_length=20, blank=True)
    last4 = models.CharField(max_length=4, blank=True, db_index=True)
    exp_month = models.PositiveSmallIntegerField(null=True, blank=True)
    exp_year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    saved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.brand} ending in {self.last4}" if self.last4 else self.kind


class ChargePermit(models.Model):
    """Leave to charge a payer off-session: cap, window, proofs. Written by renewals, demanded by the database."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    method = models.ForeignKey(SavedMethod, on_delete=models.PROTECT, related_name="+")
    # What is charged for: the uuid that the attempts carry too.
    subject_uuid = models.UUIDField(unique=True)
    cap_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    charge_on = models.DateField()
    # Half-open: no attempt on or after this date.
    until = models.DateField()
    # The proofs: when the reader agreed, and when each of the two notices was taken by the mail server.
    consent_given_at = models.DateTimeField()
    first_notice_uuid = models.UUIDField()
    first_notice_on = models.DateField()
    second_notice_uuid = models.UUIDField()
    second_notice_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="permit_window_runs_forward", condition=Q(until__gt=F("charge_on"))),
            models.CheckConstraint(
                name="permit_has_two_notices", condition=~Q(first_notice_uuid=F("second_notice_uuid"))
            ),
            models.CheckConstraint(name="permit_allows_an_amount", condition=Q(cap_cents__gt=0)),
        ]

    def __str__(self) -> str:
        return f"permit for {self.subject_uuid}"


class PaymentAttempt(models.Model):
    """One try to get one sum. Key and exact parameters are stored before Stripe is called; "unknown" is an outcome."""

    class Purpose(models.TextChoices):
        FIRST = "first", "first purchase (checkout)"
        RENEWAL = "renewal", "renewal (off-session)"

    class State(models.TextChoices):
        PLANNED = "planned"
        SUBMITTING = "submitting"
        OPEN = "open", "waiting for the buyer"
        PAID = "paid"
        DECLINED = "declined"
        NEEDS_CUSTOMER = "needs_customer", "needs the payer"
        PENDING = "pending", "on its way"
        UNKNOWN = "unknown"
        NEVER_SENT = "never_sent"
        EXPIRED = "expired"
        CANCELED = "canceled"
        REJECTED = "rejected", "refused by Stripe as malformed"

    # An attempt in one of these may still bring money.
    LIVE = (State.PLANNED, State.SUBMITTING, State.OPEN, State.NEEDS_CUSTOMER, State.PENDING, State.UNKNOWN)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="payment_attempts")
    purpose = models.CharField(max_length=8, choices=Purpose)
    # The order's uuid, to us only a uuid.
    subject_uuid = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField(default=1)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    permit = models.ForeignKey(ChargePermit, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")
    # The book date of the charge, held against the permit's window.
    charge_on = models.DateField(null=True, blank=True)

    state = models.CharField(max_length=15, choices=State, default=State.PLANNED)
    idempotency_key = models.CharField(max_length=80, unique=True)
    request = models.JSONField()
    checkout_session_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    checkout_url = models.CharField(max_length=2000, blank=True)
    checkout_expires_at = models.DateTimeField(null=True, blank=True)
    payment_intent_id = models.CharField(max_length=64, unique=True, null=True, blank=True)
    charge_id = models.CharField(max_length=64, unique=True, null=True, blank=True)
    # By which a reader with a bank statement in hand is found, whether the card was saved or not.
    card_last4 = models.CharField(max_length=4, blank=True, default="", db_default="")
    # Of a buyer who came by themselves: where from, as a keyed hash, to count declined cards by. Forgotten in two days.
    asked_from = models.CharField(max_length=64, blank=True, default="", db_default="")
    # Known some time after the charge.
    fee_cents = models.BigIntegerField(null=True, blank=True)
    balance_transaction_id = models.CharField(max_length=64, blank=True)
    saved_method = models.ForeignKey(SavedMethod, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Whether the money has reached the app that asked for it; set by its sweep.
    settled_at = models.DateTimeField(null=True, blank=True)

    decline_class = models.CharField(max_length=16, blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    advice_code = models.CharField(max_length=40, blank=True)
    network_codes = models.CharField(max_length=40, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="attempt_number_once", fields=["subject_uuid", "number"]),
            models.UniqueConstraint(
                name="one_live_attempt",
                fields=["subject_uuid"],
                condition=Q(state__in=["planned", "submitting", "open", "needs_customer", "pending", "unknown"]),
            ),
            models.CheckConstraint(
                name="renewal_charge_has_a_permit",
                condition=~Q(purpose="renewal") | (Q(permit__isnull=False) & Q(charge_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="paid_attempt_has_its_charge",
                condition=~Q(state="paid") | (Q(paid_at__isnull=False) & Q(payment_intent_id__isnull=False)),
            ),
            models.CheckConstraint(name="attempt_asks_for_money", condition=Q(amount_cents__gt=0)),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], name="attempt_to_send", condition=Q(state__in=["planned", "submitting"])
            ),
            models.Index(
                fields=["paid_at"], name="attempt_to_settle", condition=Q(state="paid", settled_at__isnull=True)
            ),
            models.Index(
                fields=["next_check_at"],
                name="attempt_to_check",
                condition=Q(state__in=["planned", "submitting", "open", "needs_customer", "pending", "unknown"]),
            ),
            models.Index(
                fields=["paid_at"], name="attempt_without_fee", condition=Q(state="paid", balance_transaction_id="")
            ),
            models.Index(fields=["created_at"], name="attempt_of_first_purchase", condition=Q(purpose="first")),
            models.Index(fields=["card_last4"], name="attempt_by_card", condition=~Q(card_last4="")),
            models.Index(
                fields=["asked_from", "created_at"],
                name="declined_from",
                condition=~Q(asked_from="") & ~Q(decline_code=""),
            ),
            models.Index(
                fields=["created_at"],
                name="ended_checkout",
                condition=Q(purpose="first")
                & (Q(state__in=["paid", "declined", "expired", "canceled"]) | ~Q(decline_code="")),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.uuid}"

    @property
    def saves_method(self) -> bool:
        """Whether the buyer agreed to have the method charged again."""
        payment = self.request.get("checkout", {}).get("payment_intent_data", {})
        return bool(payment.get("setup_future_usage") == "off_session")


class WebhookEvent(models.Model):
    """The inbox of pointers: what Stripe said has changed. The object is fetched again before anything is believed."""

    class State(models.TextChoices):
        NEW = "new"
        DONE = "done"
        UNMATCHED = "unmatched", "not ours yet"
        DEAD = "dead", "given up, for a person"

    event_id = models.CharField(max_length=100, primary_key=True)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    created_at_stripe = models.DateTimeField()
    source = models.CharField(max_length=8, default="webhook")  # webhook or sweep
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    received_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="inbox_to_do", condition=Q(state__in=["new", "unmatched"])),
            models.Index(
                fields=["object_id"], name="failed_payment", condition=Q(kind="payment_intent.payment_failed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class EventCursor(models.Model):
    """How far the event sweep has read, in Stripe's time."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    read_until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.read_until)


class DeclineRule(models.Model):
    """What a decline code means: data, seeded from reference stripe.md 3.5. When it is tried again: `rules.declines`.

    The code of an advice stands with `advice:` before it, a network's advice with `network_advice:`.
    """

    class Class(models.TextChoices):
        HARD = "hard", "never again with this card"
        DATA = "data", "card data must be corrected"
        AUTH = "auth", "the payer must confirm"
        SOFT_FUNDS = "soft_funds", "not enough money"
        SOFT_TECHNICAL = "soft_technical", "technical"
        SOFT_UNKNOWN = "soft_unknown", "unknown"
        DUPLICATE = "duplicate", "looks like a repeat"

    code = models.CharField(max_length=60, primary_key=True)
    decline_class = models.CharField(max_length=16, choices=Class)
    # The payer has told the bank to stop: auto-renew is switched off as well.
    revokes_consent = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code
