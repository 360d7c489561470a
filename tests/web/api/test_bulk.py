"""Holds, and issues on top, for everyone in a place. Bad input gets a code and leaves nothing; 504 is next."""

from typing import Any

import pytest

from subscriptions.terms.models import BulkExtension, BulkHold, Entry, Pause
from tests.web.api.test_extensions import answer
from tests.web.conftest import DeskHouse

pytestmark = pytest.mark.django_db
HERE = "magazines/lantern"
HOLD = {"reason": "strike", "from_issue": 505, "until_issue": 506, "states": ["IL"]}
ON_TOP = {"reason": "goodwill", "issue": 503, "issues": 1, "everywhere": True}
PLACES: dict[str, tuple[dict[str, Any], int, str]] = {
    "no place and not everywhere": ({"states": [], "everywhere": False}, 400, "invalid"),
    "a place and everywhere": ({"states": ["IL"], "everywhere": True}, 400, "invalid"),
    "a state in words": ({"states": ["Illinois"], "everywhere": False}, 400, "invalid"),
    "a ZIP area of two digits": ({"zip3": ["60"], "everywhere": False}, 400, "invalid"),
    "a list that is a text": ({"states": "IL", "everywhere": False}, 400, "invalid"),
    "an unknown field": ({"cities": ["Chicago"]}, 400, "invalid"),
}
HOLDS = PLACES | {
    "a reason for something else": ({"reason": "goodwill"}, 409, "hold_needs_its_reason"),
    "an issue that is not there": ({"from_issue": 9}, 404, "not_found"),
    "an issue that has gone out": ({"from_issue": 503}, 409, "issue_is_pulled"),
    "nobody there": ({"states": ["AK"]}, 409, "nobody_to_hold"),
}
EXTENSIONS = PLACES | {
    "a reason that spreads money": ({"reason": "spread"}, 409, "extension_is_odd"),
    "a reason for something else": ({"reason": "strike"}, 409, "unknown_reason"),
    "an issue that has not gone out": ({"issue": 504}, 409, "extension_is_odd"),
    "no issues": ({"issues": 0}, 400, "invalid"),
    "nobody there": ({"states": ["AK"], "everywhere": False}, 409, "nobody_to_extend"),
}

ENDS: dict[str, tuple[Any, int, str]] = {
    "an issue in words": ({"until_issue": "June"}, 400, "invalid"),
    "an issue below one": ({"until_issue": 0}, 400, "invalid"),
    "a field that is none": ({"until": 506}, 400, "invalid"),
    "an issue that is not there": ({"until_issue": 9}, 404, "not_found"),
    "an issue after its end": ({"until_issue": 509}, 409, "hold_is_over"),
}


def bad_end(path: str, body: Any) -> list[Any]:
    status, said = answer("POST", path, body)
    return [status, said["code"]]


@pytest.mark.parametrize("case", HOLDS)
def test_a_bad_hold_for_many(desk_house: DeskHouse, case: str) -> None:
    changes, status, code = HOLDS[case]
    before = Pause.objects.count()

    got, said = answer("POST", f"{HERE}/bulk-holds/", HOLD | changes)

    assert (got, said["code"]) == (status, code)
    assert (BulkHold.objects.count(), Pause.objects.count()) == (0, before)


@pytest.mark.parametrize(("field", "code"), [("countries", "can"), ("states", "F1"), ("zip3", "60")])
def test_a_code_that_is_none_is_said_of_its_own_field(desk_house: DeskHouse, field: str, code: str) -> None:
    _, said = answer("POST", f"{HERE}/bulk-holds/", HOLD | {field: [code]})

    assert [problem["field"] for problem in said["fields"]] == [f"{field}.0"]


@pytest.mark.parametrize("case", EXTENSIONS)
def test_bad_issues_on_top_for_many(desk_house: DeskHouse, case: str) -> None:
    changes, status, code = EXTENSIONS[case]
    before = Entry.objects.count()

    got, said = answer("POST", f"{HERE}/bulk-extensions/", ON_TOP | changes)

    assert (got, said["code"]) == (status, code)
    assert (BulkExtension.objects.count(), Entry.objects.count()) == (0, before)


def test_a_hold_is_counted_entered_listed_and_ended(desk_house: DeskHouse) -> None:
    assert answer("POST", f"{HERE}/bulk-holds/", HOLD | {"preview": True}) == (
        200, {"subscriptions": 1, "places": {"US IL": 1}},
    )  # fmt: skip
    assert not BulkHold.objects.exists()

    status, held = answer("POST", f"{HERE}/bulk-holds/", HOLD | {"until_issue": 508})
    assert (status, held["held"], held["where"]["states"]) == (201, 1, ["IL"])
    assert (held["first_issue"]["number"], held["holds_until"]) == (505, held["from_issue"]["pull_at"])
    assert answer("GET", f"{HERE}/bulk-holds/", None)[1] == [held]

    ends = f"bulk-holds/{held['uuid']}/ends/"
    assert {case: bad_end(ends, body) for case, (body, *_) in ENDS.items()} == {
        c: said for c, (_, *said) in ENDS.items()
    }
    status, later = answer("POST", ends, {"until_issue": 506})
    assert (status, later["until_issue"]["number"], later["first_issue"]["number"]) == (200, 506, 506)

    status, ended = answer("POST", ends, {})
    assert (status, ended["until_issue"]["number"], ended["first_issue"]["number"]) == (200, 505, 505)


def test_issues_on_top_are_counted_given_listed_and_taken_back(desk_house: DeskHouse) -> None:
    assert answer("POST", f"{HERE}/bulk-extensions/", ON_TOP | {"preview": True})[1]["subscriptions"] == 1
    assert not BulkExtension.objects.exists()

    status, given = answer("POST", f"{HERE}/bulk-extensions/", ON_TOP)
    assert (status, given["extended"], given["left_out"], given["issue"]["number"]) == (201, 1, 0, 503)
    assert answer("GET", f"{HERE}/bulk-extensions/", None)[1] == [given]

    status, back = answer("DELETE", f"bulk-extensions/{given['uuid']}/", None)
    assert (status, back["taken_back"]) == (200, 1)
    assert answer("DELETE", f"bulk-extensions/{given['uuid']}/", None)[1]["code"] == "extension_is_taken_back"
