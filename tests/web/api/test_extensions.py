"""Extensions and free copies at the API: what they answer, and what bad input gets. No business row is left behind."""

import json
from typing import Any

import pytest

from subscriptions.terms.models import Comp, Entry
from tests.signin import with_token
from tests.web.conftest import DeskHouse

pytestmark = pytest.mark.django_db
GOOD = {"issues": 2, "reason": "goodwill"}
FREE = {"issues": None, "owner": "The editor", "why": "author", "confirm_by": "2027-02-01"}

EXTENSIONS: dict[str, tuple[Any, int, str]] = {
    "nothing in it": ({}, 400, "invalid"),
    "an unknown field": ({**GOOD, "money": 5}, 400, "invalid"),
    "no issues": ({**GOOD, "issues": 0}, 400, "invalid"),
    "issues without end": ({**GOOD, "issues": 10**30}, 400, "invalid"),
    "half an issue": ({**GOOD, "issues": 1.5}, 400, "invalid"),
    "a reason of the house that is none": ({**GOOD, "reason": "because"}, 409, "unknown_reason"),
    "a reason for something else": ({**GOOD, "reason": "not_reading"}, 409, "unknown_reason"),
    "a zero byte": ({**GOOD, "about": "\x00"}, 400, "invalid"),
    "a copy given back without its name": ({**GOOD, "reason": "never_came"}, 409, "extension_is_odd"),
    "a copy that has not gone out": ({**GOOD, "reason": "never_came", "copy_issue": 530}, 400, "invalid"),
    "a copy that was never sent": ({**GOOD, "reason": "never_came", "copy_issue": 501}, 409, "extension_is_odd"),
    "a copy of no issue": ({**GOOD, "reason": "never_came", "copy_issue": 9}, 400, "invalid"),
}
CORRECTIONS: dict[str, tuple[Any, int, str]] = {
    "nothing in it": ({}, 400, "invalid"),
    "an unknown field": ({"issues": 2, "because": "ten", "cents": 1}, 400, "invalid"),
    "no issues": ({"issues": 0, "because": "ten"}, 409, "correction_is_odd"),
    "more than anybody keys": ({"issues": 61, "because": "ten"}, 400, "invalid"),
    "all of them taken off": ({"issues": -60, "because": "ten"}, 409, "correction_is_odd"),
    "no word about it": ({"issues": 2, "because": " "}, 400, "invalid"),
    "a zero byte": ({"issues": 2, "because": "\x00"}, 400, "invalid"),
}
COMPS: dict[str, tuple[Any, int, str]] = {
    "nothing in it": ({}, 400, "invalid"),
    "an unknown field": ({**FREE, "price": 0}, 400, "invalid"),
    "no issues": ({**FREE, "issues": 0}, 400, "invalid"),
    "a paid class": ({**FREE, "copy_class": "paid"}, 400, "invalid"),
    "nobody who answers for it": ({**FREE, "owner": " "}, 400, "invalid"),
    "a day that has passed": ({**FREE, "confirm_by": "2020-01-01"}, 409, "comp_is_odd"),
    "a day that is none": ({**FREE, "confirm_by": "soon"}, 400, "invalid"),
}


def answer(method: str, path: str, body: Any, *, role: str = "clerk") -> tuple[int, Any]:
    sent = with_token(role).generic(method, f"/api/v1/{path}", json.dumps(body), content_type="application/json")
    return sent.status_code, sent.json()


@pytest.mark.parametrize("case", EXTENSIONS)
def test_a_bad_extension_gets_a_code_and_leaves_nothing(desk_house: DeskHouse, case: str) -> None:
    body, status, code = EXTENSIONS[case]
    before = Entry.objects.count()

    got, said = answer("POST", f"subscriptions/{desk_house.subscription.uuid}/extensions/", body)

    assert (got, said["code"]) == (status, code)
    assert Entry.objects.count() == before


@pytest.mark.parametrize("case", COMPS)
def test_bad_free_copies_get_a_code_and_leave_nothing(desk_house: DeskHouse, case: str) -> None:
    body, status, code = COMPS[case]
    line = desk_house.house.subscription(desk_house.ben)

    got, said = answer("POST", f"subscriptions/{line.uuid}/comps/", body)

    assert (got, said["code"]) == (status, code)
    assert not Comp.objects.exists()


def test_an_extension_says_the_last_issue_and_is_taken_back_once(desk_house: DeskHouse) -> None:
    status, said = answer("POST", f"subscriptions/{desk_house.subscription.uuid}/extensions/", GOOD)

    assert (status, said["entry"]["issues"], said["entry"]["kind"]) == (201, 2, "bonus")
    # 503 to 513, the hold of 507 and 508, and two on top.
    assert said["last_issue"] == "Jul/Aug 2027"
    assert (said["first_issue"]["number"], said["holds_until"]) == (516, said["first_issue"]["pull_at"])
    taken = f"subscriptions/extensions/{said['entry']['id']}/"
    assert answer("DELETE", taken, {})[1]["issues"] == -2
    assert answer("DELETE", taken, {})[1]["code"] == "extension_is_taken_back"
    assert answer("DELETE", "subscriptions/extensions/0/", {})[0] == 404


def test_free_copies_are_given_and_confirmed(desk_house: DeskHouse) -> None:
    line = desk_house.house.subscription(desk_house.ben)

    status, said = answer("POST", f"subscriptions/{line.uuid}/comps/", FREE)

    assert (status, said["issues"], said["first_issue"]["cover_label"]) == (201, None, "Apr 2026")
    assert said["holds_until"] == said["first_issue"]["pull_at"]
    status, said = answer("POST", f"comps/{said['uuid']}/confirmations/", {"confirm_by": "2028-02-01"})
    assert (status, said["confirm_by"]) == (201, "2028-02-01")
    unknown = f"comps/{desk_house.subscription.uuid}/confirmations/"
    assert answer("POST", unknown, {"confirm_by": "2028-02-01"})[0] == 404


@pytest.mark.parametrize("case", CORRECTIONS)
def test_a_bad_correction_gets_a_code_and_leaves_nothing(desk_house: DeskHouse, case: str) -> None:
    (body, status, code), term = CORRECTIONS[case], desk_house.subscription.terms.get()

    got, said = answer("POST", f"subscriptions/terms/{term.uuid}/corrections/", body)

    assert (got, said["code"]) == (status, code)
    assert desk_house.subscription.terms.get().ended_on is None


def test_a_correction_says_what_goes_on_and_its_first_and_last_issue(desk_house: DeskHouse) -> None:
    path = f"subscriptions/terms/{desk_house.subscription.terms.get().uuid}/corrections/"

    status, said = answer("POST", path, {"issues": 2, "because": "keyed as ten"})

    assert (status, said["entry"]["kind"], said["entry"]["issues"]) == (201, "correction", 2)
    assert (said["first_issue"]["number"], said["holds_until"]) == (504, said["first_issue"]["pull_at"])
    assert said["last_issue"] == "Jul/Aug 2027"
    assert said["term"] == str(desk_house.subscription.terms.get(ended_on__isnull=True).uuid)
    assert answer("POST", path, {"issues": 2, "because": "keyed as ten"})[1]["code"] == "nothing_to_correct"
    unknown = f"subscriptions/terms/{desk_house.subscription.uuid}/corrections/"
    assert answer("POST", unknown, {"issues": 2, "because": "keyed as ten"})[0] == 404
