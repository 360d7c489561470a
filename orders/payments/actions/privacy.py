"""What payments know of a person. The sums and Stripe's numbers are what the books and a dispute stand on, and stay."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from foundation.actors import Actor
from orders.payments.models import PaymentAttempt, SavedMethod, StripeCustomer
from subscriptions.readers import actions as readers
from subscriptions.readers.queries import Person


def follow_privacy_requests(*, now: dt.datetime) -> int:
    return readers.follow(readers.Part("payments", _objection, _tell, _erase), now=now)


def _objection(person: Person, now: dt.datetime) -> str:
    if PaymentAttempt.objects.filter(payer_id__in=person.files, state__in=PaymentAttempt.LIVE).exists():
        return "A payment is still open; it closes by itself. Please ask again in a few days."
    return ""


def _tell(person: Person, now: dt.datetime) -> dict[str, Any]:
    methods = SavedMethod.objects.filter(payer_id__in=person.files).order_by("pk")
    attempts = PaymentAttempt.objects.filter(payer_id__in=person.files).order_by("pk")
    customers = StripeCustomer.objects.filter(payer_id__in=person.files).order_by("pk")
    return {
        "numbers_at_stripe": list(customers.values_list("customer_id", flat=True)),
        "saved_cards": list(methods.values("kind", "brand", "last4", "exp_month", "exp_year", "state", "saved_at")),
        "payments": list(
            attempts.values("purpose", "amount_cents", "currency", "state", "created_at", "paid_at", "decline_code")
        ),
    }


def _erase(person: Person, by: Actor, now: dt.datetime) -> Mapping[str, int]:
    """Cards are not charged again, and show nothing; what was sent to Stripe is kept without who it was for."""
    methods = SavedMethod.objects.filter(payer_id__in=person.files)
    cards = methods.update(state=SavedMethod.State.DETACHED, brand="", last4="", exp_month=None, exp_year=None)
    attempts = list(PaymentAttempt.objects.filter(payer_id__in=person.files))
    for attempt in attempts:
        attempt.request = {name: part for name, part in attempt.request.items() if name != "customer"}
        attempt.checkout_url = attempt.card_last4 = attempt.asked_from = ""
        attempt.save(update_fields=["request", "checkout_url", "card_last4", "asked_from"])
    return {"cards": cards, "payments": len(attempts)}
