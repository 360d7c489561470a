"""Pointers to what no attempt of ours carries: Stripe is asked whose it is, object by object."""

import pytest

from orders.payments.errors import StripeRefused
from orders.payments.models import WebhookEvent
from orders.payments.rules.outcomes import Reading
from orders.payments.stripe_gateway import Gateway
from tests.orders.payments.conftest import Desk
from tests.orders.payments.test_failure_modes_of_webhooks import send


def test_an_object_that_stripe_refuses_to_show_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    get_payment = Gateway.get_payment

    def refuses(stripe: Gateway, payment_id: str) -> Reading:
        if payment_id == "pi_odd":
            raise StripeRefused("that is no id")
        return get_payment(stripe, payment_id)

    monkeypatch.setattr(Gateway, "get_payment", refuses)
    for object_id in ("pi_odd", "pi_nowhere"):
        send(desk, "payment_intent.succeeded", {"id": object_id, "object": "payment_intent"})

    desk.hear()

    odd, nowhere = (WebhookEvent.objects.get(object_id=object_id) for object_id in ("pi_odd", "pi_nowhere"))
    assert (odd.state, odd.last_error) == ("new", "StripeRefused: Stripe refused the request: that is no id")
    assert nowhere.state == "unmatched"
