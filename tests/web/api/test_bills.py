"""Bills over the API: what is asked for, and what is refused of it."""

import pytest

from tests.shop import Shop


def test_a_bill_says_what_it_is_for_and_its_order_has_it_instead_of_lines(shop: Shop, api_for):
    subscription = shop.sells().lines.get().subscription
    clerk = api_for("clerk")

    bill = clerk.post(
        f"/api/v1/subscriptions/{subscription.uuid}/copy-orders/", {"copies": 3}, content_type="application/json"
    ).json()

    assert (bill["why"], bill["state"], bill["cents"], bill["copies"]) == ("copies", "awaiting_payment", 39_90, 3)
    assert bill["pay_url"].endswith(f"/orders/{bill['order']}/")
    order = clerk.get(f"/api/v1/orders/{bill['order']}/").json()
    assert (order["lines"], order["bill"]["copies"], order["total_cents"]) == ([], 3, 39_90)
    opened = clerk.post(f"/api/v1/orders/{bill['order']}/checkouts/").json()
    assert opened["checkout_url"]
    listed = clerk.get(f"/api/v1/subscriptions/{subscription.uuid}/bills/").json()
    assert [each["order"] for each in listed] == [bill["order"]]


def test_a_waiver_is_finance_s(shop: Shop, api_for):
    [move] = shop.moves_to_canada(shop.sells().lines.get().subscription)
    at = f"/api/v1/bills/{move.bill_line.bill.order.number}/waivers/"
    body = {"because": "moved by the army"}

    assert api_for("clerk").post(at, body, content_type="application/json").status_code == 403
    waived = api_for("finance").post(at, body, content_type="application/json")

    move.refresh_from_db()
    assert (waived.status_code, waived.json()["state"], move.note) == (201, "canceled", "moved by the army")


def test_only_a_wish_for_copies_is_taken_back(shop: Shop, api_for):
    [move] = shop.moves_to_canada(shop.sells().lines.get().subscription)

    answer = api_for("clerk").delete(f"/api/v1/bills/{move.bill_line.bill.order.number}/")

    assert answer.status_code == 404


COPY_ORDERS = {
    "nothing": ({}, 400),
    "no copies": ({"copies": 0}, 400),
    "copies below zero": ({"copies": -1}, 400),
    "copies in words": ({"copies": "many"}, 400),
    "half a copy": ({"copies": 1.5}, 400),
    "copies without end": ({"copies": 10**30}, 400),
    "a list": ([], 400),
    "an unknown field": ({"copies": 2, "how": "free"}, 400),
    "the same number": ({"copies": 1}, 409),
}


@pytest.mark.parametrize("case", COPY_ORDERS)
def test_a_bad_order_of_more_copies_is_refused(shop: Shop, api_for, case: str):
    body, status = COPY_ORDERS[case]
    subscription = shop.sells().lines.get().subscription

    answer = api_for("clerk").post(
        f"/api/v1/subscriptions/{subscription.uuid}/copy-orders/", body, content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert subscription.terms.count() == 1


BILLS = {
    "a waiver without a reason": ("waivers", {}, 400),
    "a waiver for a blank": ("waivers", {"because": "   "}, 400),
    "a waiver that is too long": ("waivers", {"because": "x" * 121}, 400),
    "a waiver with a zero byte": ("waivers", {"because": "a\x00b"}, 400),
    "a waiver with another field": ("waivers", {"because": "a friend", "cents": 100}, 400),
    "a payment with a list": ("payments", {"note": ["a", "b"]}, 400),
    "a payment that is too long": ("payments", {"note": "x" * 121}, 400),
}


@pytest.mark.parametrize("case", BILLS)
def test_a_bad_close_of_a_bill_is_refused(shop: Shop, api_for, case: str):
    how, body, status = BILLS[case]
    [move] = shop.moves_to_canada(shop.sells().lines.get().subscription)

    answer = api_for("admin").post(
        f"/api/v1/bills/{move.bill_line.bill.order.number}/{how}/", body, content_type="application/json"
    )

    move.refresh_from_db()
    assert (answer.status_code, bool(answer.json()["code"]), move.outcome) == (status, True, "due")


@pytest.mark.parametrize("number", ["M-0000-0000", "%00", "x" * 300, "an order of a term"])
def test_what_is_no_bill_is_not_found(shop: Shop, api_for, number: str):
    number = shop.sells().number if number.startswith("an order") else number
    admin, at = api_for("admin"), f"/api/v1/bills/{number}/"

    assert admin.delete(at).status_code == 404
    assert admin.post(f"{at}waivers/", {"because": "a"}, content_type="application/json").status_code == 404
    assert admin.post(f"{at}payments/", {}, content_type="application/json").status_code == 404
