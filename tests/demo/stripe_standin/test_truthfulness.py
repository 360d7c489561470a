"""The stand-in says nothing that the SDK does not know, and checks every request by the SDK's own types."""

import re
from typing import Any

import pytest
import stripe

from demo.stripe_standin import catalogue
from demo.stripe_standin.routes import API
from demo.stripe_standin.testing import REFUND_PENDING, Standin
from tests.demo.stripe_standin.shop import Shop

CLASSES: dict[str, Any] = {
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "price": stripe.Price,
    "refund": stripe.Refund,
    "webhook_endpoint": stripe.WebhookEndpoint,
}


@pytest.fixture
def lived(standin: Standin, shop: Shop) -> Standin:
    """A stand-in that has seen one of everything."""
    standin.send_webhooks_to("http://127.0.0.1:9/nobody")
    standin.webhooks(enabled=False)
    customer, method = shop.bought(REFUND_PENDING)
    renewal = shop.renew(customer, method)
    standin.control(f"payment_methods/{method}/decline_next", {"decline_code": "lost_card"})
    shop.declined(customer, method)
    refund = shop.client.v1.refunds.create({"payment_intent": renewal.id})
    standin.control(f"refunds/{refund.id}/fail")
    standin.pay(shop.session(customer).id, "pm_card_authenticationRequired", authenticate="abandon")
    return standin


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind not in ("item", "price")])
def test_every_field_of_every_object_exists_in_the_sdk(lived: Standin, kind: str) -> None:
    objects = lived.look(f"objects/{kind}")["objects"]

    assert objects
    for item in objects:
        assert list(strangers(item, CLASSES[kind], kind)) == []


def test_every_field_of_a_line_exists_in_the_sdk(shop: Shop) -> None:
    line = shop.client.v1.checkout.sessions.line_items.list(shop.session().id).data[0].to_dict()

    assert list(strangers(line, stripe.LineItem, "item")) == []
    assert (line["description"], line["amount_total"], line["quantity"]) == ("10 issues", 1995, 1)


def strangers(content: dict[str, Any], owner: Any, path: str) -> Any:
    """The paths of fields that the SDK's class does not declare, at any depth that it has classes for."""
    known: dict[str, Any] = {}
    for base in reversed(owner.__mro__):
        known |= vars(base).get("__annotations__", {})
    for name, value in content.items():
        if name not in known:
            yield f"{path}.{name}"
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                inner = class_of(part, owner, str(known[name]))
                yield from strangers(part, inner, f"{path}.{name}") if inner else ()


def class_of(part: dict[str, Any], owner: Any, annotation: str) -> Any:
    if isinstance(part.get("object"), str) and part["object"] in CLASSES:
        return CLASSES[part["object"]]
    for name in re.findall(r"\w+", annotation):
        if isinstance(getattr(owner, name, None), type) and issubclass(getattr(owner, name), stripe.StripeObject):
            return getattr(owner, name)
    return None


def test_the_check_of_fields_finds_a_stranger() -> None:
    content = {"card": {"brand": "visa", "colour": "blue"}, "mood": "good"}

    found = list(strangers(content, stripe.PaymentMethod, "payment_method"))

    assert found == ["payment_method.card.colour", "payment_method.mood"]


def test_at_least_600_routes_are_found_in_the_sdk() -> None:
    endpoints = list(catalogue.endpoints_in(catalogue.every_service()))

    assert len({(endpoint.method, endpoint.path) for endpoint in endpoints}) >= 600
    assert all(endpoint.path.startswith("/v") for endpoint in endpoints)


def test_every_route_of_ours_has_its_types_in_the_sdk() -> None:
    # The SDK fetches v2 events by a raw request: they take no parameters.
    ours = [(method, template) for method, template in API.templates() if template.startswith("/v1/")]

    missing = [call for call in ours if (call[0], catalogue.shape(call[1])) not in catalogue.ours()]

    assert len(ours) >= 30
    assert missing == []


def test_a_purchase_with_everything_expanded(standin: Standin, shop: Shop) -> None:
    session = shop.session(shop.customer().id)
    standin.pay(session.id)

    expand: Any = [
        "line_items",
        "customer",
        "payment_intent.payment_method",
        "payment_intent.latest_charge.balance_transaction",
    ]
    session = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": expand})

    intent = session.payment_intent
    assert session.customer.email == "ada@example.org"
    assert intent.payment_method.card.last4 == "4242"
    assert intent.latest_charge.balance_transaction.fee == 88
    assert session.line_items.data[0].price.unit_amount == 1995
    assert shop.intent(intent.id).latest_charge == intent.latest_charge.id


def test_a_path_that_cannot_be_expanded_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.customers.retrieve(shop.customer().id, {"expand": ["email"]})


def test_the_fee_is_rounded_half_up(shop: Shop) -> None:
    customer, method = shop.bought()
    fees = {}

    for cents in (50, 1000, 1995, 2500):
        shop.renew(customer, method, amount=cents)
        entry = shop.client.v1.balance_transactions.list({"limit": 1}).data[0]
        fees[cents] = (entry.fee, entry.net)

    # 50 * 0.029 = 1.45 and 2500 * 0.029 = 72.5, each with 30 cents on top.
    assert fees == {50: (31, 19), 1000: (59, 941), 1995: (88, 1907), 2500: (103, 2397)}


def test_lists_are_newest_first_and_page_by_themselves(shop: Shop) -> None:
    made = [shop.customer(f"reader{number}@example.org").id for number in range(7)]

    page = shop.client.v1.customers.list({"limit": 3})
    assert [customer.id for customer in page.data] == made[:3:-1]
    assert page.has_more
    assert [customer.id for customer in page.auto_paging_iter()] == made[::-1]
    back = shop.client.v1.customers.list({"limit": 3, "ending_before": made[2]})
    assert [customer.id for customer in back.data] == made[5:2:-1]


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_1_to_100_entries(shop: Shop, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.customers.list({"limit": limit})


def test_events_are_found_by_type_and_time(standin: Standin, shop: Shop) -> None:
    shop.bought()
    later = standin.advance(3600)
    shop.customer()
    events = shop.client.v1.events

    kinds: Any = ["customer.created", "charge.succeeded"]
    assert [event.type for event in events.list({"types": kinds}).data] == [
        "customer.created",
        "charge.succeeded",
        "customer.created",
    ]
    assert [event.type for event in events.list({"created": {"gte": later}}).data] == ["customer.created"]
    newest = events.list({"limit": 1}).data[0].id
    assert events.list({"ending_before": newest}).data == []
    shop.customer()
    assert [event.type for event in events.list({"ending_before": newest}).data] == ["customer.created"]


def test_metadata_is_merged_and_unset(shop: Shop) -> None:
    customer = shop.client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})

    customer = shop.client.v1.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}, "name": "Ada"})

    assert (customer.metadata.to_dict(), customer.name) == ({"b": "2", "c": "3"}, "Ada")
    assert shop.client.v1.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_test_id_makes_a_new_card_each_time(shop: Shop) -> None:
    customer = shop.customer().id

    cards = [shop.client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id for _ in range(2)]

    assert len(set(cards)) == 2
    assert [card.id for card in shop.client.v1.payment_methods.list({"customer": customer}).data] == cards[::-1]
    shop.client.v1.payment_methods.detach(cards[0])
    assert [card.id for card in shop.client.v1.payment_methods.list({"customer": customer}).data] == cards[1:]


def test_the_metadata_of_the_order_travels_to_intent_and_charge(standin: Standin, shop: Shop) -> None:
    session = shop.session(shop.customer().id, metadata={"order": "o1"}, client_reference_id="o1")
    assert session.payment_intent is None
    standin.pay(session.id)

    session = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})

    assert (session.metadata.to_dict(), session.client_reference_id) == ({"order": "o1"}, "o1")
    assert session.payment_intent.metadata.to_dict() == {"attempt": "a1"}
    assert session.payment_intent.latest_charge.metadata.to_dict() == {"attempt": "a1"}


def test_a_session_that_saves_no_card_attaches_none(standin: Standin, shop: Shop) -> None:
    customer = shop.customer().id
    standin.pay(shop.session(customer, saves_card=False).id)

    assert shop.client.v1.customers.payment_methods.list(customer).data == []


def test_a_session_without_a_customer_makes_one_when_the_card_is_saved(standin: Standin, shop: Shop) -> None:
    session = shop.session(customer_email="bea@example.org")

    standin.pay(session.id)

    session = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert session.customer.email == session.customer_details.email == "bea@example.org"


def test_the_log_tells_what_was_asked_and_no_secret(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    shop.renew(customer, method, key="k1")

    line = standin.requests(method="POST", path="/v1/payment_intents")[0]

    assert (line["idempotency_key"], line["status"], line["params"]["amount"]) == ("k1", 200, "1995")
    assert line["api_key"] == "sk_***"
    assert "sk_test_standin" not in str(standin.requests())
