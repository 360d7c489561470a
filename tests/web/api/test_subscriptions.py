"""GET subscriptions/{uuid}/ and what hangs below it, to read."""

import datetime as dt
from typing import Any

import pytest

from subscriptions.terms import actions
from subscriptions.terms.models import Pause, Term
from tests.web.conftest import NOW, DeskHouse
from tests.worked_examples.press import BY

pytestmark = pytest.mark.django_db


def read(api: Any, d: DeskHouse, part: str = "") -> Any:
    answer = api.get(f"/api/v1/subscriptions/{d.subscription.uuid}/{part}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_says_what_comes_where_to_and_until_when_that_holds(desk_house: DeskHouse, api_for: Any) -> None:
    seen = read(api_for("clerk"), desk_house)

    assert (seen["service"], seen["billing"], seen["renewal"]) == ("active", "paid", "renew")
    assert (seen["magazine"], seen["reader_number"]) == ("lantern", desk_house.ana.number)
    assert (seen["first_issue"]["cover_label"], seen["expire_issue"]["cover_label"]) == ("Mar 2026", "May 2027")
    assert (seen["expire_reason"], seen["issues_left"], seen["paid_through"]) == ("dated", 10, "May 2027")
    assert seen["first_issue_affected"]["number"] == 504
    assert dt.datetime.fromisoformat(seen["holds_until"]) == desk_house.house.issue(504).pull_at
    assert [(t["issues"], t["issues_left"], t["state"], t["price_cents"]) for t in seen["terms"]] == [
        (11, 10, "running", 1995)
    ]
    assert [(c["issue"]["number"], c["address"]["line1"]) for c in seen["next_copies"]] == [
        (504, "2040 N Milwaukee Ave"),
        (505, "2040 N Milwaukee Ave"),
        (506, "2040 N Milwaukee Ave"),
    ]


@pytest.mark.parametrize(("reason", "billing"), [("dispute", "disputed"), ("non_pay", "unpaid"), ("vacation", "paid")])
def test_billing_is_a_state_of_its_own(desk_house: DeskHouse, api_for: Any, reason: str, billing: str) -> None:
    Pause.objects.create(
        subscription=desk_house.subscription,
        from_issue=desk_house.house.issue(505),
        reason=reason,
        entered_by="system:x",
    )

    seen = read(api_for("clerk"), desk_house)

    assert (seen["service"], seen["billing"]) == ("active", billing)


@pytest.mark.parametrize(("copy_class", "billing"), [("comp", "free"), ("credit", "unpaid"), ("gift", "paid")])
def test_billing_follows_the_class_of_the_term(
    desk_house: DeskHouse, api_for: Any, copy_class: str, billing: str
) -> None:
    Term.objects.update(copy_class=copy_class)

    assert read(api_for("clerk"), desk_house)["billing"] == billing


def test_the_ledger_has_every_plus_and_minus_with_the_sum_so_far(desk_house: DeskHouse, api_for: Any) -> None:
    actions.extend(
        subscription_id=desk_house.subscription.pk, issues=2, reason_code="goodwill", by=BY, now=NOW, link="claim:7"
    )

    lines = {line["kind"]: line for line in read(api_for("finance"), desk_house, "ledger/")}

    assert {kind: line["issues"] for kind, line in lines.items()} == {"bought": 11, "hold": 0, "bonus": 2}
    assert max(line["total"] for line in lines.values()) == 13
    assert {key: lines["bonus"][key] for key in ("reason", "link", "by")} == {
        "reason": "goodwill",
        "link": "claim:7",
        "by": "staff:1",
    }
    assert lines["hold"]["about"] == "Vacation: from Jul/Aug 2026 until Oct 2026"


def test_the_explanation_is_one_text_and_its_steps(desk_house: DeskHouse, api_for: Any) -> None:
    told = read(api_for("clerk"), desk_house, "explanation/")

    assert told["text"] == (
        "You bought 11 issues from Mar 2026. 2 issues are held (Jul/Aug 2026 to Sep 2026). "
        "So the last issue is May 2027."
    )
    assert [(step["kind"], step["issues_added"], step["issues"]) for step in told["steps"]] == [
        ("bought", 11, []),
        ("hold", 0, ["Jul/Aug 2026", "Sep 2026"]),
    ]
    assert told["conclusion"] == "So the last issue is May 2027."


def test_one_that_was_made_one_with_another_names_the_one_that_goes_on(desk_house: DeskHouse, api_for: Any) -> None:
    house = desk_house.house
    kept, last = (house.subscription(desk_house.ana) for _ in range(2))
    desk_house.subscription.merged_into, kept.merged_into = kept, last
    for line in (desk_house.subscription, kept):
        line.save()

    assert read(api_for("clerk"), desk_house)["merged_into"] == str(last.uuid)
    assert api_for("clerk").get(f"/api/v1/subscriptions/{last.uuid}/").json()["merged_into"] is None


@pytest.mark.parametrize("part", ["", "ledger/", "explanation/"])
def test_an_unknown_one_is_not_there(desk_house: DeskHouse, api_for: Any, part: str) -> None:
    answer = api_for("clerk").get(f"/api/v1/subscriptions/00000000-0000-4000-8000-000000000000/{part}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
