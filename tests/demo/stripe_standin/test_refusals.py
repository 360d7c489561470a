"""Requests that are wrong in themselves: modes 7, 8, 10 and 11, and the rules that no type can express."""

from http.client import HTTPConnection
from typing import Any

import pytest
import stripe

from demo.stripe_standin.testing import VISA, Standin
from tests.demo.stripe_standin.shop import Shop


def test_a_detached_card_is_gone(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.control(f"payment_methods/{method}/detach")

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.renew(customer, method)

    assert (refused.value.code, refused.value.param) == ("resource_missing", "payment_method")


def test_a_deleted_customer_is_gone(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.control(f"customers/{customer}/delete")

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.renew(customer, method)

    assert (refused.value.code, refused.value.param) == ("resource_missing", "customer")
    assert shop.client.v1.customers.retrieve(customer).deleted


def test_a_card_of_another_customer_is_refused(shop: Shop) -> None:
    _, method = shop.bought()
    stranger = shop.customer("bea@example.org").id

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.renew(stranger, method)

    assert refused.value.param == "payment_method"


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"colour": "blue"}, "colour"),
        ({"automatic_payment_methods": {"enabled": True, "colour": "blue"}}, "automatic_payment_methods[colour]"),
        ({"idempotency_key": "leaked into the body"}, "idempotency_key"),
        ({"amount": "19.95"}, "amount"),
        ({"setup_future_usage": "sometimes"}, "setup_future_usage"),
        ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]"),
        ({"metadata": {f"k{number}": "v" for number in range(51)}}, "metadata"),
        ({"statement_descriptor_suffix": "x" * 23}, "statement_descriptor_suffix"),
        ({"currency": "USD"}, "currency"),
        (
            {"allowed_payment_method_types": ["card"], "automatic_payment_methods": {"enabled": True}},
            "automatic_payment_methods",
        ),
        ({"excluded_payment_method_types": ["card"]}, "payment_method"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(shop: Shop, wrong: Any, param: str) -> None:
    asked: Any = {"amount": 1995, "currency": "usd", "payment_method": VISA}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.raw("post", "/v1/payment_intents", asked | wrong)

    assert (refused.value.http_status, refused.value.param) == (400, param)


def test_an_unknown_parameter_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.raw("post", "/v1/customers", {"shoe_size": 44})

    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "shoe_size")


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ({"off_session": True}, "off_session"),
        ({"confirm": True, "payment_method": VISA}, "return_url"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(shop: Shop, asked: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.raw("post", "/v1/payment_intents", {"amount": 1995, "currency": "usd"} | asked)

    assert refused.value.param == param


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"ui_mode": "hosted"}, "ui_mode"),
        ({"ui_mode": "embedded_page"}, "ui_mode"),
        ({"mode": "subscription"}, "mode"),
        ({"expires_at": 1}, "expires_at"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"line_items": []}, "line_items"),
    ],
)
def test_a_wrong_session_is_refused_by_name(shop: Shop, wrong: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.session(**wrong)

    assert refused.value.param == param


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("sk_live_somebodys_money", None),
        ("rk_live_somebodys_money", None),
        ("pk_test_publishable", None),
        ("letmein", None),
        ("sk_test_revoked", "invalid"),
        ("sk_test_old", "expired"),
    ],
)
def test_a_key_that_is_live_unknown_or_over_is_not_let_in(standin: Standin, key: str, state: str | None) -> None:
    if state:
        standin.control("keys", {"key": key, "state": state})

    with pytest.raises(stripe.AuthenticationError) as refused:
        standin.client(key=key).v1.customers.list()

    assert refused.value.http_status == 401
    assert key not in str(refused.value)


def test_a_limited_key_may_do_only_its_own_work(standin: Standin) -> None:
    standin.control("keys", {"key": "rk_test_reader", "state": "limited", "allowed": ["GET /v1/charges*"]})
    client = standin.client(key="rk_test_reader")

    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.customers.list()

    assert refused.value.http_status == 403
    assert client.v1.charges.list().data == []


def test_another_version_of_the_api_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.customers.list(options={"stripe_version": "2017-08-15"})


def test_a_path_that_is_not_served_says_so(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.invoices.list()

    assert refused.value.http_status == 404


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://127.0.0.1:9", "null"])
def test_a_post_from_another_site_is_refused(standin: Standin, origin: str) -> None:
    connection = HTTPConnection(standin.base_url.removeprefix("http://"))
    connection.request("POST", "/_control/reset", "{}", {"Origin": origin})
    status = connection.getresponse().status
    connection.close()

    assert status == 403
