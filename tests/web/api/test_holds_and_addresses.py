"""Holds and addresses by the API, in issues. It is 20 February 2026, and 504 is the next to be pulled."""

import json
from typing import Any

import pytest

from foundation.actors import ANONYMOUS
from orders.checkout.models import ZoneMove
from subscriptions.terms.actions import merge_lines
from subscriptions.terms.models import AwayAddress, Pause, ShipTo
from tests.shop import Shop
from tests.web.api.test_orders import HOME

pytestmark = pytest.mark.django_db
PORTLAND = {
    **HOME,
    "name": "Ana Field",
    "line1": "118 Candle St",
    "city": "Portland",
    "region": "OR",
    "postcode": "97214",
}


class Caller:
    def __init__(self, client: Any, subscription: Any) -> None:
        self.client, self.subscription = client, subscription

    def send(self, method: str, path: str, body: Any = None) -> Any:
        url = f"/api/v1/subscriptions/{path}"
        return self.client.generic(method, url, json.dumps(body), content_type="application/json")

    def holds(self, body: Any = None) -> Any:
        return self.send("POST" if body is not None else "GET", f"{self.subscription.uuid}/holds/", body)

    def addresses(self, body: Any = None) -> Any:
        return self.send("POST" if body is not None else "GET", f"{self.subscription.uuid}/addresses/", body)


@pytest.fixture
def caller(shop: Shop, api_for: Any) -> Caller:
    return Caller(api_for("clerk"), shop.sells().lines.get().subscription)


def numbers(issues: Any) -> list[int]:
    return [issue["number"] for issue in issues]


def test_a_hold_by_issues_says_what_is_held_what_comes_again_and_until_when(caller: Caller) -> None:
    answer = caller.holds({"from_issue": 507, "until_issue": 510})

    said = answer.json()
    assert answer.status_code == 201
    assert (numbers(said["held"]), said["comes_again"]["number"], said["comes_anyway"]) == ([507, 508, 509], 510, [])
    assert (said["expire_issue"]["number"], said["units_left"]) == (516, 10)
    assert said["withdraw_until"] == said["first_held"]["pull_at"]
    assert said["end_until"] == said["comes_again"]["pull_at"]
    assert caller.holds().json() == [said]


def test_a_hold_by_days_is_turned_into_issues(caller: Caller) -> None:
    said = caller.holds({"away_from": "2026-06-20", "back_on": "2026-08-01"}).json()

    assert (said["reason"], numbers(said["held"]), said["comes_again"]["number"]) == ("vacation", [507], 508)


def test_a_hold_ends_sooner_later_never_and_at_once(caller: Caller) -> None:
    hold = caller.holds({"from_issue": 504, "until_issue": 506}).json()["id"]

    later = caller.send("PATCH", f"holds/{hold}/", {"until_issue": 509})
    never = caller.send("PATCH", f"holds/{hold}/", {"until_further_notice": True})
    day = caller.send("PATCH", f"holds/{hold}/", {"back_on": "2026-04-20"})

    found = [numbers(answer.json()["held"]) for answer in (later, never, day)]
    assert found == [[504, 505, 506, 507, 508], [], [504]]
    assert {answer.json()["id"] for answer in (later, never, day)} == {hold}
    assert never.json()["comes_again"] is None
    at_once = caller.send("PATCH", f"holds/{hold}/", {"at_once": True})
    assert at_once.status_code == 200, at_once.json()
    assert caller.holds().json() == []


def test_a_hold_that_has_not_begun_is_taken_back(caller: Caller) -> None:
    hold = caller.holds({"from_issue": 507}).json()["id"]

    assert caller.send("DELETE", f"holds/{hold}/").json()["expire_issue"]["number"] == 513
    assert caller.holds().json() == []
    assert caller.send("DELETE", "holds/999999999999999999999/").status_code == 404


def home_of(caller: Caller) -> Any:
    return caller.send("GET", f"{caller.subscription.uuid}/addresses/").json()["home"]


def test_an_address_that_mail_came_back_from_says_so_until_it_is_good(caller: Caller) -> None:
    home = home_of(caller)
    path = f"/api/v1/addresses/{home['id']}/undeliverable/"
    assert home["undeliverable_since"] is None

    assert caller.client.put(path).json()["undeliverable_since"] == "2026-02-20"
    assert caller.client.put(path).status_code == 200  # said twice, it stays as it was
    assert home_of(caller)["undeliverable_since"] == "2026-02-20"

    assert caller.client.delete(path).json()["undeliverable_since"] is None
    assert home_of(caller)["undeliverable_since"] is None
    assert caller.client.put("/api/v1/addresses/999999999/undeliverable/").status_code == 404


HOLDS = {
    "nothing": ({}, 400),
    "both ways": ({"from_issue": 507, "away_from": "2026-06-20"}, 400),
    "an end of the other kind": ({"from_issue": 507, "back_on": "2026-08-01"}, 400),
    "a strike by days": ({"away_from": "2026-06-20", "reason": "imposed"}, 400),
    "a skip": ({"from_issue": 507, "reason": "skip"}, 400),
    "an issue that is not there": ({"from_issue": 9999}, 404),
    "an issue that was pulled": ({"from_issue": 503}, 409),
    "an end before its beginning": ({"from_issue": 507, "until_issue": 506}, 409),
    "a day that is none": ({"away_from": "2026-02-30"}, 400),
    "a day before time": ({"away_from": "0001-01-01", "back_on": "0001-01-02"}, 409),
    "a day beyond the calendar": ({"away_from": "9999-12-31"}, 409),
    "an unknown field": ({"from_issue": 507, "colour": "red"}, 400),
    "a list": ([], 400),
}


@pytest.mark.parametrize("case", HOLDS)
def test_a_bad_hold_is_refused_and_holds_nothing(caller: Caller, case: str) -> None:
    body, status = HOLDS[case]

    answer = caller.holds(body)

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True), answer.json()
    assert not Pause.objects.exists()


@pytest.mark.parametrize("body", [{}, {"at_once": False}, {"at_once": True, "until_issue": 509}, {"back_on": "soon"}])
def test_an_end_that_is_none_or_two_is_refused(caller: Caller, body: Any) -> None:
    hold = caller.holds({"from_issue": 507, "until_issue": 510}).json()["id"]

    assert caller.send("PATCH", f"holds/{hold}/", body).status_code == 400


def test_more_than_the_house_allows_is_refused_and_says_how_many_are_left(caller: Caller, shop: Shop) -> None:
    shop.house.magazine.most_held_issues = 2
    shop.house.magazine.save()

    answer = caller.holds({"from_issue": 507, "until_issue": 510})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_held")
    assert "of 2026, 2 are left" in answer.json()["detail"]
    allowed = caller.holds({"from_issue": 507, "until_issue": 510, "over_limit_because": "in hospital"})
    assert allowed.status_code == 201


def test_a_move_says_the_first_issue_and_where_the_next_twelve_go(caller: Caller) -> None:
    answer = caller.addresses({"kind": "permanent", "address": PORTLAND})

    said = answer.json()
    assert answer.status_code == 201, said
    assert (said["first_issue"]["number"], said["due_cents"], said["zone_moves"]) == (504, 0, [])
    assert said["holds_until"] == said["first_issue"]["pull_at"]
    assert {place["address"]["city"] for place in said["next_issues"]} == {"Portland"}
    assert said["next_issues"][0]["address"]["source"] == "clerk"
    assert len(said["next_issues"]) == 12


def test_a_move_with_nothing_mailed_before_has_nothing_to_claim_and_does_not_happen(caller: Caller) -> None:
    answer = caller.addresses({"kind": "permanent", "address": PORTLAND, "claim_newest": True})

    assert (answer.status_code, answer.json()["code"]) == (409, "copy_never_sent")
    assert ShipTo.objects.count() == 1


@pytest.mark.parametrize(("start", "first"), [({"from_on": "2026-05-01"}, 506), ({"from_issue": 508}, 508)])
def test_a_move_for_later(caller: Caller, start: Any, first: int) -> None:
    said = caller.addresses({"kind": "permanent", "address": PORTLAND, **start}).json()

    assert said["first_issue"]["number"] == first
    cities = {place["issue"]["number"]: place["address"]["city"] for place in said["next_issues"]}
    assert (cities[first - 1], cities[first]) == ("Chicago", "Portland")
    assert numbers(said["meanwhile"]) == list(range(504, first))


def test_a_move_for_later_that_is_given_up_is_said(caller: Caller) -> None:
    later = caller.addresses({"kind": "permanent", "address": PORTLAND, "from_on": "2026-05-01"}).json()

    at_once = caller.addresses({"kind": "permanent", "address": {**PORTLAND, "line1": "7 New St"}}).json()

    assert (later["replaced"], at_once["replaced"]) == (False, True)


def test_a_move_names_no_issue_where_none_is_due(caller: Caller) -> None:
    said = caller.addresses({"kind": "permanent", "address": PORTLAND, "from_issue": 514}).json()

    assert (said["first_issue"], said["holds_until"]) == (None, None)


def test_a_move_to_a_dearer_zone_says_what_is_due(caller: Caller) -> None:
    toronto = {**PORTLAND, "city": "Toronto", "region": "ON", "postcode": "M5V 2T6", "country": "CA"}

    said = caller.addresses({"kind": "permanent", "address": toronto}).json()

    assert said["due_cents"] == 1200
    assert [(move["issues_left"], move["outcome"]) for move in said["zone_moves"]] == [(10, "due")]
    assert ZoneMove.objects.count() == 1


def test_a_stay_for_a_while_and_its_end(caller: Caller) -> None:
    stay = {"kind": "temporary", "address": PORTLAND, "from_on": "2026-06-01", "until_on": "2026-09-10"}

    said = caller.addresses(stay).json()

    assert (numbers(said["issues"]), said["home_again"]["number"]) == ([507, 508], 509)
    seen = caller.addresses().json()
    assert seen["home"]["city"] == "Chicago"
    assert [place["issue"]["number"] for place in seen["next_issues"] if place["is_away"]] == [507, 508]
    ended = caller.send("DELETE", f"stays/{seen['away'][0]['uuid']}/")
    home = ended.json()
    assert (ended.status_code, home["issues"], home["first_issue"]["number"]) == (200, [], 507)
    assert (home["home_again"], home["holds_until"]) == (home["first_issue"], home["first_issue"]["pull_at"])
    assert caller.addresses().json()["away"] == []
    assert caller.send("DELETE", f"stays/{seen['away'][0]['uuid']}/").json()["code"] == "stay_is_over"


def test_a_stay_every_year(caller: Caller) -> None:
    said = caller.addresses({"kind": "seasonal", "address": PORTLAND, "first": "12-01", "last": "03-31"}).json()

    assert numbers(said["issues"])[:3] == [511, 512, 513]
    assert (said["stay"]["first"], said["stay"]["last"]) == ("12-01", "03-31")


ADDRESSES = {
    "nothing": ({}, 400),
    "no address": ({"kind": "permanent"}, 400),
    "an unknown kind": ({"kind": "sometimes", "address": PORTLAND}, 400),
    "a stay without days": ({"kind": "temporary", "address": PORTLAND}, 400),
    "a season without days": ({"kind": "seasonal", "address": PORTLAND, "first": "12-01"}, 400),
    "a season with a year": ({"kind": "seasonal", "address": PORTLAND, "first": "2026-12-01", "last": "03-31"}, 400),
    "a day of no year": ({"kind": "seasonal", "address": PORTLAND, "first": "02-30", "last": "03-31"}, 409),
    "a move with an end": ({"kind": "permanent", "address": PORTLAND, "until_on": "2026-09-10"}, 400),
    "two starts": ({"kind": "permanent", "address": PORTLAND, "from_on": "2026-05-01", "from_issue": 508}, 409),
    "a stay that runs backwards": (
        {"kind": "temporary", "address": PORTLAND, "from_on": "2026-06-01", "until_on": "2026-05-01"}, 409,
    ),
    "a stay in which nothing comes": (
        {"kind": "temporary", "address": PORTLAND, "from_on": "2026-06-01", "until_on": "2026-06-05"}, 409,
    ),
    "a start out of reach": ({"kind": "permanent", "address": PORTLAND, "from_issue": 503}, 409),
    "an issue that is not there": ({"kind": "permanent", "address": PORTLAND, "from_issue": 9999}, 404),
    "no ZIP": ({"kind": "permanent", "address": {**PORTLAND, "postcode": ""}}, 400),
    "an unknown field": ({"kind": "permanent", "address": {**PORTLAND, "planet": "Mars"}}, 400),
}  # fmt: skip


@pytest.mark.parametrize("case", ADDRESSES)
def test_a_bad_change_of_address_is_refused_and_changes_nothing(caller: Caller, case: str) -> None:
    body, status = ADDRESSES[case]
    before = list(ShipTo.objects.values())

    answer = caller.addresses(body)

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True), answer.json()
    assert list(ShipTo.objects.values()) == before
    assert not AwayAddress.objects.exists()


def test_a_wrong_field_of_the_address_is_named_where_it_stands(caller: Caller) -> None:
    answer = caller.addresses({"kind": "permanent", "address": {**PORTLAND, "postcode": ""}})

    assert answer.json()["fields"][0]["field"] == "address.postcode"


def test_of_two_that_were_made_one_the_other_is_held_and_moved(caller: Caller, shop: Shop) -> None:
    merged = caller.subscription
    kept = shop.house.subscription(merged.reader)
    merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=ANONYMOUS, now=shop.now)

    assert caller.holds({"from_issue": 507, "until_issue": 510}).status_code == 201
    assert caller.addresses({"kind": "permanent", "address": PORTLAND}).status_code < 300

    assert Pause.objects.get().subscription == kept
    assert {row.subscription for row in ShipTo.objects.filter(address__city="Portland")} == {kept}
