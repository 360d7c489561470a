"""A request that is sent again under its Idempotency-Key is not carried out again."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from orders.checkout.models import LineRefund
from subscriptions.catalog.models import StockMovement
from subscriptions.terms.models import BulkExtension, BulkHold, Comp, Entry
from tests.signin import with_token
from tests.web.api.test_bulk import HERE, HOLD, ON_TOP
from tests.web.api.test_extensions import FREE, GOOD
from tests.web.conftest import DeskHouse

pytestmark = pytest.mark.django_db
OF_ONE = "subscriptions/{}/"
CASES: dict[str, tuple[str, str, dict[str, Any], Callable[[], int]]] = {
    "a concession": ("finance", f"{OF_ONE}concessions/", {"cents": 500, "because": "late"}, LineRefund.objects.count),
    "an extension": ("clerk", f"{OF_ONE}extensions/", GOOD, Entry.objects.filter(kind="bonus").count),
    "free copies": ("clerk", f"{OF_ONE}comps/", {**FREE, "issues": 3}, Comp.objects.count),
    "stock": ("fulfillment", f"{HERE}/issues/503/stock/receipts/", {"copies": 5}, StockMovement.objects.count),
    "a hold for many": ("clerk", f"{HERE}/bulk-holds/", HOLD, BulkHold.objects.count),
    "issues for many": ("clerk", f"{HERE}/bulk-extensions/", ON_TOP, BulkExtension.objects.count),
}


def send(role: str, path: str, body: dict[str, Any], *, key: str) -> tuple[int, str]:
    headers = {"Idempotency-Key": key}
    sent = with_token(role).post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)
    return sent.status_code, sent.json().get("code", "")


@pytest.mark.parametrize("case", CASES)
def test_sent_twice_it_is_done_once(desk_house: DeskHouse, case: str) -> None:
    role, path, body, done = CASES[case]
    path, before = path.format(desk_house.subscription.uuid), done()

    assert send(role, path, body, key="key-00000001") == (201, "")
    assert send(role, path, body, key="key-00000001") == (409, "already_done")

    assert done() == before + 1


def test_a_key_stands_for_one_request_and_has_its_shape(desk_house: DeskHouse) -> None:
    path = f"subscriptions/{desk_house.subscription.uuid}/extensions/"
    send("clerk", path, GOOD, key="key-00000001")

    assert send("clerk", path, {**GOOD, "issues": 3}, key="key-00000001") == (409, "idempotency_key_reused")
    assert send("clerk", path, GOOD, key="short") == (400, "invalid")
    assert send("clerk", path, GOOD, key="key-00000002") == (201, "")
    assert Entry.objects.filter(kind="bonus").count() == 2
