"""Every change says which issue it first affects, and until when another change would still reach that issue."""

from typing import Any

import pytest

from tests.shop import Shop
from tests.signin import with_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(shop: Shop) -> Any:
    """504 to 513."""
    return shop.sells().lines.get().subscription


def said(subscription: Any, part: str, body: Any) -> tuple[int, bool]:
    """The number of the first issue, and whether the cut-off is its own."""
    answer = with_token("clerk").post(
        f"/api/v1/subscriptions/{subscription.uuid}/{part}/", body, content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    first = answer.json()["first_issue"]
    return first["number"], answer.json()["holds_until"] == first["pull_at"]


def test_a_cancellation_names_the_first_issue_that_does_not_come(subscription: Any):
    assert said(subscription, "cancellations", {"when": "now", "reason": "too_dear"}) == (504, True)
    assert said(subscription, "reinstatements", {}) == (504, True)


def test_a_cancellation_at_the_end_names_the_issue_after_the_last(subscription: Any):
    assert said(subscription, "cancellations", {"when": "end", "reason": "too_dear"}) == (514, True)


def test_a_cancellation_at_the_end_that_is_taken_back_names_none_as_nothing_had_stopped(subscription: Any):
    said(subscription, "cancellations", {"when": "end", "reason": "too_dear"})

    answer = with_token("clerk").post(
        f"/api/v1/subscriptions/{subscription.uuid}/reinstatements/", {}, content_type="application/json"
    )

    assert answer.status_code == 201
    assert (answer.json()["first_issue"], answer.json()["holds_until"]) == (None, None)
    assert (answer.json()["last_issue"]["number"], answer.json()["issues_left"]) == (513, 10)


def test_another_number_of_copies_names_the_first_that_are_so_many(subscription: Any):
    assert said(subscription, "copies", {"copies": 2, "how": "convert"}) == (504, True)
