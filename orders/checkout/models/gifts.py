"""What makes a line a gift, the code of one whose recipient is not known yet, and the cards that announce it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from foundation.mail.models import OutgoingMail
from orders.checkout.models.orders import OrderLine
from orders.ledger.models import Journal
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Address
from subscriptions.terms.models import Subscription, Term


class CardBatch(models.Model):
    """The announcement cards that were printed together. The file is drawn from the gifts whenever it is asked for."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="+")
    cards = models.PositiveIntegerField()
    printed_at = models.DateTimeField(default=timezone.now)
    printed_by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.cards} cards"


class Gift(models.Model):
    """What a donor says with a gift, when it is announced, and how it meets what its recipient has already."""

    class Announce(models.TextChoices):
        DONOR = "donor", "with a card that the donor prints"
        MAIL = "mail", "by mail to the recipient"
        CARD = "card", "with a card that we post"

    class Meets(models.TextChoices):
        QUEUE = "queue", "comes behind what the recipient has"
        PARALLEL = "parallel", "comes as copies of its own"
        EXTENSION = "extension", "lengthens the recipient's own subscription"

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="gift")
    # As the donor typed it: a donor never sees more of the recipient than that.
    to_name = models.CharField(max_length=80)
    to_town = models.CharField(max_length=60, blank=True)
    to_email = models.EmailField(blank=True)
    from_name = models.CharField(max_length=80, blank=True)
    message = models.CharField(max_length=200, blank=True)
    # The first issue may not come before this one.
    start_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    announce = models.CharField(max_length=5, choices=Announce, default=Announce.DONOR)
    # The day on which the news is to be there; null: as soon as it is paid.
    announce_on = models.DateField(null=True, blank=True)
    announced_by = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    card_batch = models.ForeignKey(CardBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="gifts")
    meets = models.CharField(max_length=9, choices=Meets, default=Meets.QUEUE)
    # Where a code is good: what was paid covers the postage there.
    code_zone = models.CharField(max_length=5, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_gift_by_mail_has_an_address", condition=~Q(announce="mail") | ~Q(to_email="")
            ),
            models.CheckConstraint(
                name="only_a_card_is_printed", condition=Q(announce="card") | Q(card_batch__isnull=True)
            ),
        ]
        indexes = [
            models.Index(
                fields=["announce_on"],
                name="gift_to_announce",
                condition=Q(announce="mail", announced_by__isnull=True) | Q(announce="card", card_batch__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"gift of line {self.line_id}"


class GiftCode(models.Model):
    """A gift that waits for its recipient: sold, paid, deferred on 2105. Only the code's hash is kept.

    The code itself is derived (`queries.code_of`), so that it can be mailed again; a new edition ends the old one.
    """

    class State(models.TextChoices):
        OPEN = "open", "not redeemed yet"
        REDEEMED = "redeemed"
        WITHDRAWN = "withdrawn", "taken back"

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="gift_code")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    edition = models.PositiveSmallIntegerField(default=1)
    code_sha256 = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(max_length=4)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    issued_at = models.DateTimeField(default=timezone.now)
    # The first day on which it is no longer good. What was paid stays deferred: expiry earns nothing by itself.
    expires_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=40, blank=True)
    # From 2105 to 2100, when it is redeemed.
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_closed_code_says_when", condition=Q(state="open") ^ Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="a_redeemed_code_has_its_journal", condition=~Q(state="redeemed") | Q(journal__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], name="gift_code_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"gift code ...{self.last4}"


class GiftMove(models.Model):
    """The rest of a gift that went on elsewhere: to somebody else, with the address as the donor gave it.

    Or to what its recipient has already: without an address, as where that goes is none of the donor's business.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="moves")
    from_term = models.OneToOneField(Term, on_delete=models.PROTECT, related_name="+")
    to_term = models.OneToOneField(Term, on_delete=models.PROTECT, related_name="+")
    to_subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    moved_at = models.DateTimeField(default=timezone.now)
    moved_by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"move of {self.gift_id}"
