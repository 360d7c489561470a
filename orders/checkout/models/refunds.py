"""What goes back to a payer, or is kept for them, when a term ends before it is served."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.checkout.models.orders import OrderLine
from orders.ledger.models import Journal
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Term


class LineRefund(models.Model):
    """Cents that a term let go of when it ended and that its payer has back: as money, or held as a credit.

    Only the payer of the term is ever named here. A promise can be withdrawn until it is sent; then it stands.
    """

    class Way(models.TextChoices):
        REFUND = "refund", "to be sent back"
        CREDIT = "credit", "held for the payer"

    class State(models.TextChoices):
        PROMISED = "promised"
        SENT = "sent"
        WITHDRAWN = "withdrawn"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    # None for a gift code that was taken back: it had no term yet, and its money was on 2105. None for digital access,
    # too: its line says which.
    term = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    # The line that the term came of, through however many splits; none for a term that was taken over.
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    payer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="line_refunds")
    way = models.CharField(max_length=6, choices=Way)
    state = models.CharField(max_length=9, choices=State, default=State.PROMISED)
    magazine_cents = models.PositiveBigIntegerField()
    postage_cents = models.PositiveBigIntegerField(default=0)
    # A price concession: what of it comes out of revenue, as it had been earned; and why it was given.
    earned_cents = models.PositiveBigIntegerField(default=0, db_default=0)
    because = models.CharField(max_length=120, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3)
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, related_name="line_refund")
    promised_at = models.DateTimeField(default=timezone.now)
    promised_by = models.CharField(max_length=40)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=40, blank=True)
    withdrawal_journal = models.OneToOneField(
        Journal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_refund_says_what_for", condition=Q(term__isnull=False) | Q(order_line__isnull=False)
            ),
            models.UniqueConstraint(name="a_term_is_refunded_once", fields=["term"], condition=~Q(state="withdrawn")),
            models.CheckConstraint(
                name="a_refund_is_of_some_cents", condition=Q(magazine_cents__gt=0) | Q(postage_cents__gt=0)
            ),
            models.CheckConstraint(
                name="what_was_earned_is_part_of_the_refund", condition=Q(earned_cents__lte=F("magazine_cents"))
            ),
            models.CheckConstraint(
                name="a_withdrawn_refund_is_reversed",
                condition=Q(state="withdrawn", withdrawal_journal__isnull=False, withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawal_journal__isnull=True),
            ),
            models.CheckConstraint(
                name="a_sent_refund_says_when",
                condition=~Q(state="sent") | Q(sent_at__isnull=False, way="refund"),
            ),
        ]
        indexes = [models.Index(fields=["promised_at"], name="refund_to_send", condition=Q(state="promised"))]

    def __str__(self) -> str:
        return f"refund {self.uuid}"

    @property
    def magazine(self) -> Magazine | None:
        if self.term is not None:
            return self.term.subscription.magazine
        return self.order_line.order.magazine if self.order_line is not None else None

    @property
    def cents(self) -> int:
        return self.magazine_cents + self.postage_cents
