"""Order intake over HTTP, on 20 February 2026: ten issues from 504 (Apr 2026) to 513 (Mar 2027)."""

import json
from typing import Any

import pytest
from django.test import Client

from orders.checkout.models import Order
from tests.card_testing import cards_are_tested
from tests.shop import Shop

pytestmark = pytest.mark.django_db

HOME = {"line1": "2040 N Milwaukee Ave", "city": "Chicago", "region": "IL", "postcode": "60647-4002", "country": "US"}
ANA = {"name": "Ana Field", "email": "ana@readers.example"}
BODY = {"offer": "ten", "payer": ANA, "ship_to": HOME}


def order(body=None, *, key="key-00000001"):
    return Client().post(
        "/api/v1/orders/", body or BODY, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_an_order_answers_with_number_price_issues_checkout_and_token(shop: Shop):
    answer = order()

    seen = answer.json()
    assert answer.status_code == 201
    assert (seen["state"], seen["total_cents"], seen["currency"]) == ("awaiting_payment", 19_95, "usd")
    assert seen["lines"][0]["first_issue"]["cover_label"] == "Apr 2026"
    assert seen["lines"][0]["expire_issue"]["cover_label"] == "Mar 2027"
    assert seen["holds_until"] == "2026-03-10T22:00:00Z"
    assert seen["checkout_url"].startswith(shop.standin.base_url)
    assert len(seen["token"]) == 40


def test_the_same_key_gives_the_same_answer_marked_as_a_repeat(shop: Shop):
    first, second = order(), order()

    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(shop: Shop):
    order()

    answer = order({**BODY, "copies": 2})

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_the_buyer_looks_at_the_order_with_the_token_only(shop: Shop):
    placed = order().json()
    address = f"/api/v1/orders/{placed['number']}/"

    assert Client().get(address, headers={"Order-Token": placed["token"]}).json()["number"] == placed["number"]
    assert Client().get(address).status_code == 404
    assert Client().get(address, headers={"Order-Token": "0" * 40}).status_code == 404


def test_a_clerk_looks_at_any_order_and_fulfillment_at_none(shop: Shop, api_for):
    number = order().json()["number"]

    assert api_for("clerk").get(f"/api/v1/orders/{number}/").status_code == 200
    assert api_for("fulfillment").get(f"/api/v1/orders/{number}/").status_code == 404


def test_a_paid_order_shows_its_term(shop: Shop):
    placed = order().json()
    shop.standin.pay(placed["checkout_url"].rpartition("/")[2].partition("#")[0])
    shop.hears()
    shop.settles()

    seen = Client().get(f"/api/v1/orders/{placed['number']}/", headers={"Order-Token": placed["token"]}).json()
    assert (seen["state"], seen["checkout_url"], seen["holds_until"]) == ("paid", None, None)
    assert seen["lines"][0]["subscription"]


def test_an_abandoned_checkout_can_be_paid_again(shop: Shop):
    from orders.payments.actions import close_checkout
    from orders.payments.queries import latest_attempt

    placed = order().json()
    first = latest_attempt(Order.objects.get().uuid)
    close_checkout(attempt_id=first.pk, now=shop.now)

    again = Client().post(f"/api/v1/orders/{placed['number']}/checkouts/", headers={"Order-Token": placed["token"]})

    assert again.status_code == 201
    assert again.json()["checkout_url"] not in (None, placed["checkout_url"])


def test_a_further_checkout_stands_behind_the_fences_against_card_testing(shop: Shop, settings, api_for):
    from orders.payments.actions import close_checkout
    from orders.payments.queries import latest_attempt

    placed = order().json()
    close_checkout(attempt_id=latest_attempt(Order.objects.get().uuid).pk, now=shop.now)
    path, token = f"/api/v1/orders/{placed['number']}/checkouts/", {"Order-Token": placed["token"]}

    settings.LIMIT_CHECKOUTS_PER_ORDER = 0
    too_many = Client().post(path, headers=token)
    settings.LIMIT_CHECKOUTS_PER_ORDER = 5
    cards_are_tested(now=shop.now)
    paused = Client().post(path, headers=token)

    assert (too_many.status_code, too_many.json()["code"]) == (429, "too_many_requests")
    assert (paused.status_code, paused.json()["code"]) == (409, "checkout_paused")
    assert api_for("clerk").post(path).json()["code"] == "checkout_paused"


def test_when_stripe_is_away_the_order_stands_and_has_no_address_yet(shop: Shop):
    shop.standin.fault("cut_before", path="/v1/checkout/sessions", times=20)
    shop.standin.fault("cut_before", path="/v1/customers", times=20)

    answer = order()

    assert answer.status_code == 201
    assert answer.json()["checkout_url"] is None
    assert Order.objects.count() == 1


def test_address_warnings_are_kept_apart_from_errors(shop: Shop):
    answer = order({**BODY, "ship_to": {**HOME, "region": "NY"}})

    assert answer.status_code == 201
    assert "zip_does_not_fit_state" in [w["code"] for w in answer.json()["address_warnings"]]


def test_a_quote_writes_nothing(shop: Shop):
    quote = Client().post("/api/v1/quotes/", {"offer": "ten", "country": "CA"}, content_type="application/json").json()

    assert (quote["magazine_cents"], quote["postage_cents"], quote["total_cents"]) == (19_95, 12_00, 31_95)
    assert quote["auto_renew"]["text_sha256"]
    assert not Order.objects.exists()


def test_the_offers_show_their_prices_by_zone(shop: Shop):
    offers = Client().get("/api/v1/offers/?magazine=lantern").json()

    ten = next(o for o in offers if o["code"] == "ten")
    assert {p["zone"]: p["total_cents"] for p in ten["prices"]} == {"us": 19_95, "ca": 31_95, "other": 43_95}


def test_an_order_and_its_quote_may_begin_with_a_later_issue(shop: Shop):
    quote = Client().post(
        "/api/v1/quotes/", {"offer": "ten", "country": "US", "start_issue": 506}, content_type="application/json"
    )
    order = Client().post(
        "/api/v1/orders/", {**BODY, "start_issue": 506}, content_type="application/json",
        headers={"Idempotency-Key": "starts-later-1"},
    )  # fmt: skip

    assert (quote.status_code, quote.json()["first_issue"]["number"]) == (200, 506)
    assert (order.status_code, order.json()["lines"][0]["first_issue"]["number"]) == (201, 506)


def test_a_number_of_an_order_may_be_anything(shop: Shop, api_for):
    order = shop.sells()

    for path in ("orders/%00/", "orders/%00/checkouts/", "orders/%00/pay-links/"):
        method = "get" if path.endswith("%00/") else "post"
        assert getattr(api_for("clerk"), method)(f"/api/v1/{path}").status_code == 404
    odd = Client().get(f"/api/v1/orders/{order.number}/", headers={"Order-Token": "t\u00f6ken"})
    assert odd.status_code == 404


def test_staff_alone_is_told_who_gets_the_magazine_there_already(shop: Shop, api_for: Any) -> None:
    there = shop.sells().lines.get().subscription
    body = {**BODY, "payer": {**ANA, "name": "Ben Moss", "email": "ben@donors.example"}}

    def placed(client: Client, key: str) -> Any:
        return client.post(
            "/api/v1/orders/", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
        ).json()

    said = placed(api_for("clerk"), "key-of-a-clerk")
    assert [(near["subscription"], near["last_issue"]["number"]) for near in said["neighbours"]] == [
        (str(there.uuid), 513)
    ]
    assert "neighbours" not in placed(api_for("website"), "key-of-a-website")
    assert "neighbours" not in placed(Client(), "key-of-nobody")
