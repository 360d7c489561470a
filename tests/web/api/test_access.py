"""Digital access at the API: thirty days online for $9.99, bought on 20 February 2026."""

import datetime as dt
from typing import Any

import pytest

from orders.checkout.models import LineRefund
from subscriptions.terms.models import AccessTerm
from tests.shop import Shop


@pytest.fixture
def reader(shop: Shop) -> Any:
    shop.house.make_offer(code="online", issues=0, cents=9_99, access_days=30)
    return shop.sells(shop.request(offer="online")).payer


def end(client: Any, uuid: Any, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/access/{uuid}/cancellations/", body, content_type="application/json")


def test_it_is_told_with_its_reader_and_ends_with_its_days_paid_back(shop: Shop, api_for: Any, reader: Any) -> None:
    [told] = api_for("clerk").get(f"/api/v1/readers/{reader.number}/").json()["access"]
    assert (told["from_on"], told["last_day"], told["price_cents"]) == ("2026-02-20", "2026-03-21", 999)
    shop.move_to(shop.now + dt.timedelta(days=10))

    ended = end(api_for("clerk"), told["uuid"], {"reason": "too_dear"})

    # Twenty of thirty days are left: 999 - 999 * 10 // 30.
    assert (ended.status_code, ended.json()["ended_on"]) == (201, "2026-03-02")
    assert (ended.json()["refund"]["cents"], ended.json()["refund"]["way"]) == (666, "refund")
    assert end(api_for("clerk"), told["uuid"], {"reason": "too_dear"}).json()["code"] == "access_is_over"
    assert LineRefund.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"reason": "too_dear", "money": "cash"}, 400),
        ({"reason": "too_dear", "cents": 999}, 400),
        ({"reason": "goodwill"}, 409),
        ({"reason": "eaten"}, 409),
    ],
)
def test_a_bad_end_is_refused(api_for: Any, reader: Any, body: dict[str, Any], status: int) -> None:
    access = AccessTerm.objects.get()

    answer = end(api_for("clerk"), access.uuid, body)

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    access.refresh_from_db()
    assert access.ended_on is None
