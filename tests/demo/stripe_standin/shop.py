"""A shop that sells ten issues for $19.95 through the official SDK, with the stand-in behind it."""

from types import TracebackType
from typing import Any, Self

import pytest
import stripe

from demo.stripe_standin.testing import VISA, Standin

PRICE = 1995
RETURN = "http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}"
BACK = "http://127.0.0.1:9/cart"


class Shop:
    """Every method is one call of the API, or one story that a test begins with."""

    def __init__(self, standin: Standin) -> None:
        self.standin = standin
        # Any: the SDK types every reference as id, object or None, and a test knows which it asked for.
        self.client: Any = standin.client()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.standin.close_clients()

    def customer(self, email: str = "ada@example.org") -> Any:
        return self.client.v1.customers.create({"email": email})

    def session(self, customer: str | None = None, *, saves_card: bool = True, **more: Any) -> Any:
        intent: dict[str, Any] = {"metadata": {"attempt": "a1"}}
        if saves_card:
            intent["setup_future_usage"] = "off_session"
        line = {"price_data": {"currency": "usd", "unit_amount": PRICE, "product_data": {"name": "10 issues"}}}
        asked = {
            "mode": "payment",
            "line_items": [line | {"quantity": 1}],
            "success_url": RETURN,
            "cancel_url": BACK,
            "payment_intent_data": intent,
        }
        return self.client.v1.checkout.sessions.create(asked | more | ({"customer": customer} if customer else {}))

    def bought(self, card: str = VISA) -> tuple[str, str]:
        """A reader who has paid once and saved the card: the customer and the payment method."""
        customer = self.customer().id
        session = self.session(customer)
        assert self.standin.pay(session.id, card)["status"] == "paid"
        return customer, self.client.v1.customers.payment_methods.list(customer).data[0].id

    def renew(self, customer: str, method: str, *, key: str | None = None, amount: int = PRICE, **more: Any) -> Any:
        asked: Any = {
            "amount": amount,
            "currency": "usd",
            "customer": customer,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
        }
        options: Any = {"idempotency_key": key} if key else {}
        return self.client.v1.payment_intents.create(asked | more, options)

    def declined(self, customer: str, method: str, **more: Any) -> Any:
        """The card error of a renewal that must not go through."""
        with pytest.raises(stripe.CardError) as refused:
            self.renew(customer, method, **more)
        return refused.value.error

    def intent(self, intent_id: str) -> Any:
        return self.client.v1.payment_intents.retrieve(intent_id)

    def raw(self, method: str, path: str, params: dict[str, Any]) -> Any:
        """A call with parameters that the SDK's types would not let through."""
        requestor = self.client._requestor
        return requestor.request(method, path, base_address="api", params=params)
