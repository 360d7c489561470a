"""What happens when a term runs out: notices, the automatic charge, retries, and invitations for everyone else."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from foundation.mail.models import OutgoingMail
from orders.checkout.models import AutoRenewConsent, Order
from subscriptions.catalog.models import Offer
from subscriptions.terms.models import Subscription, Term


class Cycle(models.Model):
    """One automatic renewal of one subscription: from the first notice to the next term, or to its end without one."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled"
        CHARGING = "charging"
        DUNNING = "dunning", "waiting for another try"
        NEEDS_READER = "needs_reader", "needs the reader"
        RENEWED = "renewed"
        STOPPED = "stopped"
        LAPSED = "lapsed"

    # Nothing more is asked of the bank in these. If a charge was on its way and its order is paid, they are renewed.
    GIVEN_UP = (State.DUNNING, State.STOPPED, State.LAPSED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="cycles")
    # The last term of the queue when the cycle was planned; a term renews once.
    after_term = models.OneToOneField(Term, on_delete=models.PROTECT, related_name="cycle")
    consent = models.ForeignKey(AutoRenewConsent, on_delete=models.PROTECT, related_name="cycles")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    # Copies of each issue, and what they cost together: they follow the reader until the first notice is written.
    copies = models.PositiveSmallIntegerField(default=1)
    magazine_cents = models.PositiveBigIntegerField()
    postage_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    # Worked out from the calendar; moves with it until the first notice is written.
    charge_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.SCHEDULED)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="cycle")
    next_try_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=80, blank=True)
    # `Subscription.shifted_at` as it was when the cycle was last held against the terms.
    kept_for = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="renewed_cycle_has_its_order", condition=~Q(state="renewed") | Q(order__isnull=False)
            ),
            models.CheckConstraint(
                name="waiting_cycle_has_its_date", condition=~Q(state="dunning") | Q(next_try_on__isnull=False)
            ),
            models.CheckConstraint(name="cycle_renews_copies", condition=Q(copies__gte=1)),
        ]
        indexes = [
            models.Index(
                fields=["charge_on"], name="cycle_live", condition=Q(state__in=["scheduled", "charging", "dunning"])
            ),
            models.Index(
                fields=["order"],
                name="cycle_given_up",
                condition=Q(state__in=["dunning", "stopped", "lapsed"], order__isnull=False),
            ),
            models.Index(fields=["state"], name="cycle_charged", condition=Q(state__in=["charging", "needs_reader"])),
        ]

    def __str__(self) -> str:
        return f"cycle {self.uuid}"

    @property
    def amount_cents(self) -> int:
        return self.magazine_cents + self.postage_cents


class Notice(models.Model):
    """One of the two notices before a charge, for one amount and one date. A change of either makes it void."""

    class Number(models.IntegerChoices):
        FIRST = 1
        SECOND = 2

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveSmallIntegerField(choices=Number)
    amount_cents = models.PositiveBigIntegerField()
    charge_on = models.DateField()
    mail = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, related_name="notice")
    written_on = models.DateField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_because = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_notice", fields=["cycle", "number"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(name="notice_comes_before_the_charge", condition=Q(written_on__lt=F("charge_on"))),
        ]

    def __str__(self) -> str:
        return f"notice {self.number} of {self.cycle_id}"


class Invitation(models.Model):
    """A renewal effort by mail for a reader who is not renewed automatically, counted in issues left."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="invitations")
    effort = models.PositiveSmallIntegerField()
    issues_left = models.SmallIntegerField()
    mail = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_invitation_per_effort", fields=["term", "effort"])]

    def __str__(self) -> str:
        return f"effort {self.effort}"
