"""Back issues and the claims of an issue at the API: what comes in, what is counted, where it is missed, the policy."""

import json
from typing import Any
from urllib.parse import urljoin

import pytest

from subscriptions.catalog.models import StockMovement
from subscriptions.fulfillment import actions, queries
from tests.signin import with_token
from tests.subscriptions.fulfillment.runs import PAT
from tests.web.conftest import NOW, DeskHouse
from web.api import pages

pytestmark = pytest.mark.django_db
POLICY = {
    "due_after_days": 7, "claimable_issues": 3, "replacements_at_home": 2, "replacements_abroad": 1, "extensions": 4,
    "misses_that_mean_undeliverable": 3,
}  # fmt: skip
BAD: dict[str, tuple[str, str, Any, int, str]] = {
    "nothing came in": ("POST", "issues/503/stock/receipts/", {"copies": 0}, 400, "invalid"),
    "copies without end": ("POST", "issues/503/stock/receipts/", {"copies": 10**30}, 400, "invalid"),
    "copies of an issue that is not there": ("POST", "issues/9999/stock/receipts/", {"copies": 1}, 404, "not_found"),
    "a field that there is not": ("POST", "issues/503/stock/receipts/", {"copies": 1, "box": 2}, 400, "invalid"),
    "a count without a reason": ("POST", "issues/503/stock/counts/", {"copies": 3, "note": " "}, 400, "invalid"),
    "less than nothing there": ("POST", "issues/503/stock/counts/", {"copies": -1, "note": "lost"}, 400, "invalid"),
    "half a policy": ("PUT", "claim-policy/", {"due_after_days": 7}, 400, "invalid"),
    "one miss a bad address": ("PUT", "claim-policy/", {**POLICY, "misses_that_mean_undeliverable": 1}, 400, "invalid"),
    "a policy for years": ("PUT", "claim-policy/", {**POLICY, "due_after_days": 9999}, 400, "invalid"),
    "a policy of an unknown magazine": ("PUT", "../beacon/claim-policy/", POLICY, 404, "not_found"),
    "a page in words": ("GET", "issues/503/stock/movements/?after=soon", None, 400, "invalid"),
}  # fmt: skip


def say(method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = with_token("fulfillment").generic(
        method, urljoin("/api/v1/magazines/lantern/", path), json.dumps(body or {}), content_type="application/json"
    )
    return answer.status_code, answer.json()


def test_a_bad_count_or_policy_gets_a_code_and_changes_nothing(desk_house: DeskHouse) -> None:
    before = queries.policy_of(desk_house.house.magazine.pk)

    got = {case: say(method, path, body) for case, (method, path, body, _, _) in BAD.items()}

    assert {case: (status, said["code"]) for case, (status, said) in got.items()} == {
        case: (status, code) for case, (*_, status, code) in BAD.items()
    }
    assert not StockMovement.objects.exists()
    assert queries.policy_of(desk_house.house.magazine.pk) == before


def test_the_shelf_is_counted_with_what_is_promised(desk_house: DeskHouse, monkeypatch: Any) -> None:
    here = "issues/503/stock/"
    assert say("POST", f"{here}receipts/", {"copies": 5, "note": "from the printer"})[1]["free"] == 5
    claim_503(desk_house)

    # One of the five is promised to Ana; two were wet.
    status, counted = say("POST", f"{here}counts/", {"copies": 3, "note": "two were wet"})

    assert (status, counted["free"], counted["promised"], counted["there"]) == (201, 2, 1, 3)
    assert say("GET", here)[1] == counted
    assert [shelf for shelf in say("GET", "/api/v1/stock/")[1] if shelf["there"]] == [counted]
    monkeypatch.setattr(pages, "A_PAGE", 2)
    assert [moved["quantity"] for moved in say("GET", f"{here}movements/")[1]] == [-2, -1]
    middle = StockMovement.objects.get(quantity=-1).pk
    assert [moved["quantity"] for moved in say("GET", f"{here}movements/?after={middle}")[1]] == [5]
    status, said = say("POST", f"{here}counts/", {"copies": 0, "note": "all gone"})
    assert (status, said["code"]) == (409, "quantity_is_odd")


def test_a_policy_is_read_set_and_followed_and_the_miss_shows_where_it_is(desk_house: DeskHouse) -> None:
    assert say("GET", "claim-policy/")[1]["replacements_at_home"] == 1

    assert say("PUT", "claim-policy/", {**POLICY, "due_after_days": 0, "extensions": 0}) == (
        200,
        {**POLICY, "due_after_days": 0, "extensions": 0},
    )
    claim_503(desk_house)

    assert say("GET", "issues/503/claim-clusters/") == (
        200,
        [{"place": "606", "copies_sent": 1, "missed": 1, "percent": 100.0}],
    )


def claim_503(d: DeskHouse) -> None:
    """503 was mailed to Ana on 2 February; by the 20th it counts as missing."""
    issue = d.house.issue(503)
    window = {"mail_on": "2026-02-10", "in_home_from": "2026-02-15", "in_home_until": "2026-02-19"}
    type(issue).objects.filter(pk=issue.pk).update(**window)
    actions.claim_copy(subscription_id=d.subscription.pk, issue_id=issue.pk, reason_code="missing", by=PAT, now=NOW)
