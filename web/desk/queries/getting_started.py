"""What an empty house still needs before it can sell its first subscription; each step is ticked by the rows."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from foundation.accounts.models import User
from foundation.accounts.rules import Role
from foundation.mail.models import OutgoingMail
from orders.payments import safety
from orders.payments.models import WebhookEvent
from subscriptions.catalog.models import Issue, Magazine, Offer, OfferPrice, SourceKey


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    why: str
    url: str
    done: bool
    capability: str = "set_up"


def steps() -> list[Step]:
    """In the order in which they are best taken."""
    return [*_house(), *_catalog(), *_wires()]


def _house() -> list[Step]:
    admins = User.objects.filter(role=Role.ADMIN, is_active=True).exists()
    others = User.objects.filter(is_active=True).exclude(role__in=[Role.ADMIN, Role.WEBSITE]).exists()
    people = reverse("admin:staff")
    return [
        Step("First administrator", "Made on the server with manage.py createsuperuser.", people, admins),
        Step("Colleagues", "Clerks, fulfillment and finance each see what is theirs.", people, others),
    ]


def _catalog() -> list[Step]:
    magazine = Magazine.objects.order_by("pk").first()
    planned = Issue.objects.filter(state=Issue.State.PLANNED).exists()
    priced = Offer.objects.filter(Exists(OfferPrice.objects.filter(offer=OuterRef("pk")))).exists()
    magazines = reverse("admin:catalog_magazine_add")
    lay_out = reverse("admin:lay_out", args=[magazine.code]) if magazine else magazines
    return [
        Step(
            "Magazine",
            "Its name, and how often it appears.",
            reverse("admin:catalog_magazine_change", args=[magazine.pk]) if magazine else magazines,
            magazine is not None,
            "change_catalog",
        ),
        Step(
            "Issue calendar", "Everything is counted in issues: lay out two years.", lay_out, planned, "change_catalog"
        ),
        Step(
            "Offers with prices",
            "What readers buy: so many issues for so much, by zone.",
            reverse("admin:catalog_offer_changelist" if priced else "admin:catalog_offer_add"),
            priced,
            "change_offers",
        ),
        Step(
            "Source keys",
            "Which letter, card or page brought an order.",
            reverse("admin:catalog_sourcekey_changelist"),
            SourceKey.objects.exists(),
            "change_offers",
        ),
    ]


def _wires() -> list[Step]:
    stripe = reverse("admin:stripe")
    # Whether the server stands in the environment or was typed on the desk: a mail that it took proves it.
    sent = OutgoingMail.objects.filter(handed_over_at__isnull=False).exists()
    return [
        Step("Stripe key", "So that payments reach your account.", stripe, bool(safety.api_key())),
        Step("Stripe webhook", "So that Stripe can tell what was paid.", stripe, bool(safety.webhook_secrets())),
        Step("Stripe has reported", "The first event that came in.", stripe, WebhookEvent.objects.exists()),
        Step("Mail", "Set up the server, then send yourself a test mail.", reverse("admin:mail_settings"), sent),
    ]
