"""Stripe's key and webhook secret: typed once, sealed, never shown again."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from foundation import clock
from foundation.vault import actions as vault
from foundation.vault.queries import hint
from orders.payments import safety
from orders.payments.actions import by_hand
from orders.payments.models import EventCursor, WebhookEvent
from orders.payments.rules.pointers import KINDS
from web.desk.forms.settings import StripeKeyForm, WebhookSecretForm
from web.desk.pages.base import DeskPage, Verb

API_KEY, WEBHOOK_SECRET = "stripe_api_key", "stripe_webhook_secret"


class Stripe(DeskPage):
    capability = "set_up"
    template = "desk/stripe.html"
    title = "Stripe"

    def get(self, request: HttpRequest) -> HttpResponse:
        key = safety.api_key()
        return self.show(
            has_key=bool(key),
            is_live=safety.is_live(key),
            key_hint=hint(API_KEY),
            key_from_environment=bool(settings.STRIPE_API_KEY),
            has_secret=bool(safety.webhook_secrets()),
            secret_hint=hint(WEBHOOK_SECRET),
            secret_from_environment=bool(settings.STRIPE_WEBHOOK_SECRETS),
            webhook_url=f"{settings.PUBLIC_URL}/api/v1/stripe/webhook/",
            kinds=KINDS,
            base=settings.STRIPE_API_BASE,
            api_version=settings.STRIPE_API_VERSION,
            last_event=WebhookEvent.objects.filter(source="webhook").order_by("-received_at").first(),
            cursor=EventCursor.objects.first(),
        )


@method_decorator(sensitive_post_parameters("value"), name="dispatch")
class SealSecret(Verb):
    """One of the two secrets, from the address of the page."""

    capability = "set_up"
    button = "Keep it sealed"
    name: str
    saved: str

    def find(self) -> None:
        return None

    def act(self, subject: None, answers: dict[str, Any]) -> str:
        vault.seal(name=self.name, value=answers["value"], by=self.actor, now=clock.now())
        return self.saved

    def back(self, subject: None) -> str:
        return reverse("admin:stripe")


class StripeKey(SealSecret):
    title = "Stripe's secret key"
    form_class: type[Form] = StripeKeyForm
    name, saved = API_KEY, "The key is kept. Test the connection next."

    def asks(self, subject: None) -> list[str]:
        return [
            "At Stripe: Developers, API keys. A restricted key is enough, with write access to Checkout Sessions, "
            "Customers, PaymentIntents and PaymentMethods, and read access to Charges, Balance and Events.",
            "It is kept encrypted and never shown again; only how it ends. The one that was there is replaced.",
        ]


class StripeWebhookSecret(SealSecret):
    title = "The webhook's signing secret"
    form_class: type[Form] = WebhookSecretForm
    name, saved = WEBHOOK_SECRET, "The secret is kept."

    def asks(self, subject: None) -> list[str]:
        return [
            "At Stripe: Developers, Webhooks, your endpoint, “Signing secret”. While you change it, type the new and "
            "the old one with a comma between: both are good then.",
        ]


class TryStripe(Verb):
    capability = "set_up"
    title = "Test the connection"
    button = "Ask Stripe now"

    def find(self) -> None:
        return None

    def asks(self, subject: None) -> list[str]:
        return ["Masthead asks Stripe for the events of the last hour, with the key in force. No money moves."]

    def act(self, subject: None, answers: dict[str, Any]) -> str:
        events = by_hand.try_connection(now=clock.real_now())
        return f"Stripe answers. {events} events in the last hour."

    def back(self, subject: None) -> str:
        return reverse("admin:stripe")
