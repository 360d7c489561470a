"""The calendar at the API: read page by page, tried before it is changed, and what bad input gets."""

import json
from typing import Any
from urllib.parse import urljoin

import pytest

from foundation.audit.models import AuditEntry
from subscriptions.catalog.models import Issue
from tests.house import House, at
from tests.signin import with_token
from web.api import pages

pytestmark = pytest.mark.django_db
HERE = "/api/v1/magazines/lantern/issues/"
SPECIAL = {
    "before": 510, "number": 900, "cover_label": "Autumn Special 2026", "cover_year": 2026, "cover_month": 9,
    "weight": 0, "pull_at": "2026-10-01T17:00:00-05:00", "mail_on": "2026-10-10", "in_home_from": "2026-10-15",
    "in_home_until": "2026-10-20",
}  # fmt: skip
YEARS = {"first_number": 541, "first_year": 2030, "years": 1}
BAD: dict[str, tuple[str, str, Any, int, str]] = {
    "an unknown magazine": ("POST", "/api/v1/magazines/beacon/issues/510/drops/", {}, 404, "not_found"),
    "an issue that is not there": ("POST", "9999/drops/", {}, 404, "not_found"),
    "an issue without end": ("POST", "99999999999999999999/drops/", {}, 404, "not_found"),
    "a field that there is not": ("POST", "510/drops/", {"when": "now"}, 400, "invalid"),
    "a perhaps for a preview": ("POST", "510/drops/", {"preview": "perhaps"}, 400, "invalid"),
    "a pulled issue dropped": ("POST", "503/drops/", {}, 409, "issue_is_pulled"),
    "a pulled issue dropped on trial": ("POST", "503/drops/", {"preview": True}, 409, "issue_is_pulled"),
    "a planned issue restored": ("POST", "510/restorations/", {}, 409, "issue_is_pulled"),
    "no weight": ("PUT", "510/weight/", {}, 400, "invalid"),
    "a weight of three": ("PUT", "510/weight/", {"weight": 3}, 400, "invalid"),
    "a cut-off in words": ("PUT", "510/cut-off/", {"pull_at": "soon"}, 400, "invalid"),
    "a cut-off of no time zone": ("PUT", "510/cut-off/", {"pull_at": "2026-10-12T15:00:00"}, 400, "invalid"),
    "a cut-off of another age": ("PUT", "510/cut-off/", {"pull_at": "9999-12-31T23:59:59Z"}, 400, "invalid"),
    "a cut-off out of order": ("PUT", "510/cut-off/", {"pull_at": "2026-12-24T15:00:00Z"}, 409, "calendar_goes_on"),
    "a number that is taken": ("POST", "", {**SPECIAL, "number": 509}, 409, "issue_number_is_taken"),
    "a special behind nothing": ("POST", "", {**SPECIAL, "before": 9999}, 404, "not_found"),
    "mailed before it is pulled": ("POST", "", {**SPECIAL, "mail_on": "2026-08-01"}, 400, "invalid"),
    "a copy under way for years": ("POST", "", {**SPECIAL, "in_home_until": "9999-12-31"}, 400, "invalid"),
    "a zero byte": ("POST", "", {**SPECIAL, "cover_label": "\x00"}, 400, "invalid"),
    "numbers that are there": ("POST", "../layouts/", {**YEARS, "first_number": 505}, 409, "issue_number_is_taken"),
    "too many years": ("POST", "../layouts/", {**YEARS, "years": 6}, 400, "invalid"),
    "a page in words": ("GET", "?after=soon", None, 400, "invalid"),
    "a page without end": ("GET", "?after=99999999999999999999", None, 400, "invalid"),
}


@pytest.fixture
def calendar(house: House, house_time: None) -> House:
    house.pull_before(504)
    house.term(house.subscription(), first=504, units=10)
    return house


def say(method: str, path: str, body: Any = None) -> tuple[int, Any, Any]:
    answer = with_token("fulfillment").generic(method, path, json.dumps(body or {}), content_type="application/json")
    return answer.status_code, answer.json(), answer.headers


def facts() -> list[Any]:
    return list(Issue.objects.order_by("ordinal").values_list("number", "weight", "unit", "state", "pull_at"))


def test_what_cannot_be_done_to_the_calendar_gets_a_code_and_changes_nothing(calendar: House) -> None:
    before = facts()

    got = {case: say(method, urljoin(HERE, path), body)[:2] for case, (method, path, body, _, _) in BAD.items()}

    assert {case: (status, said["code"]) for case, (status, said) in got.items()} == {
        case: (status, code) for case, (*_, status, code) in BAD.items()
    }
    assert facts() == before


def test_the_calendar_is_read_page_by_page(calendar: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(pages, "A_PAGE", 25)

    _, first, headers = say("GET", HERE)
    after = headers["Link"].partition(">")[0].removeprefix("<")
    _, rest, ended = say("GET", after)

    assert [issue["number"] for issue in first + rest] == list(range(501, 541))
    assert (len(rest), "Link" in ended) == (15, False)
    assert (first[2]["state"], first[3]["state"], first[3]["weight"]) == ("pulled", "planned", 1)


def test_a_preview_says_what_the_drop_then_does(calendar: House) -> None:
    before, audited = facts(), AuditEntry.objects.count()

    status, tried, _ = say("POST", f"{HERE}510/drops/", {"preview": True})

    assert (status, tried["preview"], tried["issue"]["state"]) == (200, True, "dropped")
    # One reader, who gets 504 to 513.
    assert {name: n for name, n in tried["touched"].items() if n} == {"getting": 1, "sliding": 1}
    assert (facts(), AuditEntry.objects.count()) == (before, audited)
    assert say("POST", f"{HERE}510/drops/")[1] == {**tried, "preview": False}
    assert (calendar.issue(510).state, calendar.issue(511).unit) == ("dropped", 9)
    say("POST", f"{HERE}510/restorations/")
    assert facts() == before


def test_weight_cut_off_and_a_special_are_tried_and_changed(calendar: House) -> None:
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", "507/weight/", {"weight": 2}),
        ("PUT", "510/cut-off/", {"pull_at": "2026-10-12T15:00:00-05:00"}),
        ("POST", "", SPECIAL),
    ]
    before = facts()

    tried = [say(method, HERE + path, {**body, "preview": True})[0] for method, path, body in changes]
    assert (tried, facts()) == ([200, 200, 200], before)
    assert [say(method, HERE + path, body)[0] for method, path, body in changes] == [200, 200, 201]

    assert (calendar.issue(507).weight, calendar.issue(508).unit) == (2, 8)
    assert (calendar.issue(510).pull_at, str(calendar.issue(510).mail_on)) == (at("2026-10-12", hour=15), "2026-10-22")
    assert (calendar.issue(900).ordinal, calendar.issue(510).ordinal) == (10, 11)
    assert say("GET", f"{HERE}900/")[1]["cover_label"] == "Autumn Special 2026"


def test_the_next_years_are_shown_before_they_are_laid_out(calendar: House) -> None:
    before, where = facts(), urljoin(HERE, "../layouts/")

    status, shown, _ = say("POST", where, {**YEARS, "preview": True})

    assert (status, len(shown), shown[-1]["cover_label"]) == (200, 10, "Nov/Dec 2030")
    assert facts() == before
    assert say("POST", where, YEARS)[:2] == (201, shown)
    assert facts()[-1][0] == 550
