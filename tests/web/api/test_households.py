"""Households, possible duplicates, and what a clerk does about erasures and grace, at the API."""

import json
from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.readers import actions
from subscriptions.readers.models import PossibleDuplicate, PrivacyRequest, Reader
from subscriptions.terms.models import Entry, Pause
from tests.signin import with_token
from tests.web.conftest import NOW, DeskHouse

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-0000-0000-000000000000"
BAD: dict[str, tuple[str, str, Any, int, str]] = {
    "a household with oneself": ("PUT", "readers/{ana}/household/", {"lives_with": "{ana}"}, 409, "not_two_people"),
    "a household with nobody": ("PUT", "readers/{ana}/household/", {"lives_with": "9999999"}, 404, "not_found"),
    "a household by name": ("PUT", "readers/{ana}/household/", {"lives_with": "Ben"}, 400, "invalid"),
    "a household of nobody": ("PUT", "readers/9999999/household/", {"lives_with": "{ana}"}, 404, "not_found"),
    "leaving no household": ("DELETE", "readers/{ana}/household/", None, 409, "no_household"),
    "the only copy held back": ("POST", "subscriptions/{line}/household-holds/", {}, 409, "nobody_else_gets_it"),
    "a copy of nobody held back": ("POST", f"subscriptions/{NOBODY}/household-holds/", {}, 404, "not_found"),
    "no answer about a pair": ("POST", "duplicates/{pair}/answers/", {}, 400, "invalid"),
    "a pair left open": ("POST", "duplicates/{pair}/answers/", {"answer": "open"}, 400, "invalid"),
    "a pair that is not there": ("POST", "duplicates/0/answers/", {"answer": "same"}, 404, "not_found"),
    "a pair without end": ("POST", "duplicates/99999999999999999999/answers/", {"answer": "same"}, 404, "not_found"),
    "no grace to write off": ("POST", "subscriptions/{line}/grace-write-offs/", {}, 409, "no_grace_to_write_off"),
    "an erasure that nobody asked for": ("POST", f"privacy-requests/{NOBODY}/starts/", {}, 404, "not_found"),
    "a request of nobody closed": ("POST", f"privacy-requests/{NOBODY}/closings/", {}, 404, "not_found"),
    "free copies, page by page in words": ("GET", "comps/?after=soon", None, 400, "invalid"),
}


def say(method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = with_token("clerk").generic(
        method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json"
    )
    return answer.status_code, answer.json() if answer.content else None


def test_a_bad_word_about_people_gets_a_code_and_changes_nothing(desk_house: DeskHouse) -> None:
    d = desk_house
    known = {"{ana}": d.ana.number, "{line}": str(d.subscription.uuid), "{pair}": str(d.pair.pk)}

    def filled(text: str) -> str:
        for name, value in known.items():
            text = text.replace(name, value)
        return text

    got = {
        case: say(method, filled(path), json.loads(filled(json.dumps(body))))
        for case, (method, path, body, _, _) in BAD.items()
    }

    assert {case: (status, said["code"]) for case, (status, said) in got.items()} == {
        case: (status, code) for case, (*_, status, code) in BAD.items()
    }
    assert not Reader.objects.exclude(household=None).exists()
    assert Pause.objects.get() == d.pause
    assert PossibleDuplicate.objects.get().answer == "open"


def test_one_copy_is_enough_for_those_who_live_together(desk_house: DeskHouse) -> None:
    ana, ben = desk_house.ana, desk_house.ben
    line = desk_house.house.subscription(ben)
    desk_house.house.term(line, first=504, units=10)

    assert say("PUT", f"readers/{ana.number}/household/", {"lives_with": ben.number}) == (
        200,
        {"household": [ben.number]},
    )
    status, hold = say("POST", f"subscriptions/{line.uuid}/household-holds/")

    assert (status, hold["first_held"]["number"], hold["comes_again"]) == (201, 504, None)
    status, again = say("POST", f"subscriptions/{line.uuid}/household-holds/")
    assert (status, again["code"]) == (409, "copy_is_held_already")
    assert say("DELETE", f"readers/{ana.number}/household/") == (204, None)
    assert say("GET", f"readers/{ben.number}/")[1]["household"] == []


def test_a_pair_waits_until_it_is_answered(desk_house: DeskHouse) -> None:
    waiting = say("GET", "duplicates/")[1]
    assert [(pair["new_reader"]["name"], pair["known_reader"]["magazines"]) for pair in waiting] == [
        ("Ben Field", ["The Lantern"])
    ]

    status, said = say("POST", f"duplicates/{waiting[0]['id']}/answers/", {"answer": "different"})

    assert (status, said["answer"], say("GET", "duplicates/")[1]) == (200, "different", [])


def test_an_erasure_that_was_asked_for_is_begun_or_closed(desk_house: DeskHouse) -> None:
    begun, closed = (asks_erasure(reader) for reader in (desk_house.ana, desk_house.ben))

    assert say("POST", f"privacy-requests/{begun.uuid}/starts/")[1]["state"] == "checking"
    why = {"refused_because": "An unpaid bill is open."}
    status, said = say("POST", f"privacy-requests/{closed.uuid}/closings/", why)

    assert (status, said["state"], said["refused_because"]) == (200, "refused", "An unpaid bill is open.")
    for verb in (f"{begun.uuid}/starts/", f"{closed.uuid}/closings/"):
        assert say("POST", f"privacy-requests/{verb}")[1]["code"] == "request_is_closed"


def asks_erasure(reader: Any) -> PrivacyRequest:
    by = Actor("reader", str(reader.pk))
    return actions.ask_privacy(reader_id=reader.pk, kind="erasure", verified="signed_in", by=by, now=NOW)


def test_grace_copies_are_written_off_once(desk_house: DeskHouse) -> None:
    line = desk_house.house.subscription(desk_house.ben)
    desk_house.house.term(line, first=502, units=1, grace=2)

    status, said = say("POST", f"subscriptions/{line.uuid}/grace-write-offs/")

    # 503 has gone out, after the one issue that was paid for.
    assert (status, said["about"]) == (201, "1 grace copies not recovered")
    assert say("POST", f"subscriptions/{line.uuid}/grace-write-offs/")[0] == 409
    assert Entry.objects.filter(kind="write_off").count() == 1


def test_free_subscriptions_are_listed_with_who_answers_for_them(desk_house: DeskHouse) -> None:
    line = desk_house.house.subscription(desk_house.ben)
    free = {"issues": None, "owner": "The editor", "why": "author", "confirm_by": "2027-02-01"}
    say("POST", f"subscriptions/{line.uuid}/comps/", free)

    status, listed = say("GET", "comps/")

    assert (status, [(one["reader"], one["owner"], one["why"]) for one in listed]) == (
        200,
        [(desk_house.ben.number, "The editor", "author")],
    )


@pytest.mark.parametrize("when", ["now", "end"])
def test_what_is_sent_in_hope_is_cancelled(desk_house: DeskHouse, when: str) -> None:
    line = desk_house.house.subscription(desk_house.ben)
    desk_house.house.term(line, first=502, units=1, grace=3)

    status, said = say("POST", f"subscriptions/{line.uuid}/cancellations/", {"when": when, "reason": "died"})

    # 503 came in hope; 504 and 505 do not come.
    assert (status, said["first_issue"]["number"], said["refunds"]) == (201, 504, [])
    assert say("POST", f"subscriptions/{line.uuid}/cancellations/", {"when": when, "reason": "died"})[0] == 409
