import pytest

from tests.shop import Shop

BAD = {
    "nothing": ({}, 400),
    "no cents": ({"cents": 0, "because": "late"}, 400),
    "cents below zero": ({"cents": -1, "because": "late"}, 400),
    "cents in words": ({"cents": "five", "because": "late"}, 400),
    "half a cent": ({"cents": 1.5, "because": "late"}, 400),
    "cents without end": ({"cents": 10**30, "because": "late"}, 400),
    "more than it cost": ({"cents": 19_96, "because": "late"}, 409),
    "no reason": ({"cents": 500}, 400),
    "a blank for a reason": ({"cents": 500, "because": "  "}, 400),
    "a way that is none": ({"cents": 500, "because": "late", "money": "cash"}, 400),
    "an unknown field": ({"cents": 500, "because": "late", "to": "Ben"}, 400),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_concession_is_refused(shop: Shop, api_for, case: str):
    body, status = BAD[case]
    subscription = shop.sells().lines.get().subscription

    answer = api_for("finance").post(
        f"/api/v1/subscriptions/{subscription.uuid}/concessions/", body, content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert subscription.terms.count() == 1


def test_a_concession_is_finance_s_and_says_what_it_was(shop: Shop, api_for):
    at = f"/api/v1/subscriptions/{shop.sells().lines.get().subscription.uuid}/concessions/"
    body = {"cents": 500, "because": "late issues"}

    assert api_for("clerk").post(at, body, content_type="application/json").status_code == 403
    given = api_for("finance").post(at, body, content_type="application/json").json()

    # Nothing is out yet: all of it was deferred.
    assert (given["cents"], given["earned_cents"], given["way"], given["state"]) == (500, 0, "refund", "promised")
