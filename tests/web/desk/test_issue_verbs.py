from typing import Any

import pytest

from subscriptions.catalog.models import Issue
from tests.house import House, at
from tests.signin import signed_in
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def finn(db: None) -> Any:
    return signed_in("fulfillment")


@pytest.fixture
def calendar(house: House, house_time: None) -> House:
    house.pull_before(504)
    return house


def test_dropping_and_bringing_back_ask_first_and_act_on_post(finn: Any, calendar: House) -> None:
    issue = calendar.issue(510)
    drop, restore = url("drop_issue", issue.pk), url("restore_issue", issue.pk)

    assert "No reader loses an issue" in asks(finn, drop)
    assert calendar.issue(510).state == "planned"
    does(finn, drop)
    assert (calendar.issue(510).state, calendar.issue(511).unit) == ("dropped", 9)
    asks(finn, restore)
    does(finn, restore)
    assert (calendar.issue(510).state, calendar.issue(511).unit) == ("planned", 10)


def test_a_pulled_issue_is_not_dropped(finn: Any, calendar: House) -> None:
    assert "only a planned issue can be changed" in is_refused(finn, url("drop_issue", calendar.issue(501).pk))


def test_moving_the_cut_off_asks_first_and_acts_on_post(finn: Any, calendar: House) -> None:
    where = url("move_pull", calendar.issue(510).pk)

    assert "2026-10-10T17:00" in finn.get(where).content.decode()  # as the book time zone has it
    does(finn, where, pull_at="2026-10-12T15:00")
    assert calendar.issue(510).pull_at == at("2026-10-12", hour=15)
    assert str(calendar.issue(510).mail_on) == "2026-10-22"


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01T10:00"])
def test_a_cut_off_that_is_none_is_said_at_its_field(typed: str, finn: Any, calendar: House) -> None:
    is_refused(finn, url("move_pull", calendar.issue(510).pk), status=400, pull_at=typed)


def test_a_cut_off_out_of_order_is_refused_in_words(finn: Any, calendar: House) -> None:
    assert "out of order" in is_refused(finn, url("move_pull", calendar.issue(510).pk), pull_at="2026-12-24T10:00")
    assert calendar.issue(510).pull_at == at("2026-10-10", hour=17)


def test_making_a_double_asks_first_and_acts_on_post(finn: Any, calendar: House) -> None:
    where = url("weigh_issue", calendar.issue(507).pk)

    asks(finn, where)
    does(finn, where, weight="2")
    assert (calendar.issue(507).weight, calendar.issue(508).unit) == (2, 8)
    is_refused(finn, where, status=400, weight="3")


def test_a_special_is_put_before_an_issue(finn: Any, calendar: House) -> None:
    where = url("add_issue", calendar.issue(510).pk)
    typed = {
        "number": "900", "cover": "Autumn Special 2026", "cover_year": "2026", "cover_month": "9", "weight": "0",
        "pull_at": "2026-10-01T17:00", "mail_on": "2026-10-10", "in_home_from": "2026-10-15",
        "in_home_until": "2026-10-20",
    }  # fmt: skip

    asks(finn, where)
    assert "mailed after its labels are pulled" in is_refused(finn, where, 400, **{**typed, "mail_on": "2026-08-01"})
    assert not Issue.objects.filter(number=900).exists()
    does(finn, where, **typed)
    assert (calendar.issue(900).ordinal, calendar.issue(510).ordinal) == (10, 11)
    assert "is in the calendar" in is_refused(finn, where, **typed)


def test_the_calendar_is_shown_before_it_is_written(finn: Any, calendar: House) -> None:
    where, typed = url("lay_out", "lantern"), {"first_number": 541, "first_year": 2030, "years": 1}

    page = text_of(finn.post(where, typed))
    assert "10 issues, as they will be written" in page
    assert "Nov/Dec 2030" in page
    assert not Issue.objects.filter(number__gte=541).exists()
    finn.post(where, {**typed, "confirmed": "yes"})
    assert Issue.objects.filter(number__gte=541).count() == 10


def test_the_form_goes_on_where_the_calendar_ends(finn: Any, calendar: House) -> None:
    page = finn.get(url("lay_out", "lantern")).content.decode()

    assert 'value="541"' in page
    assert 'value="2030"' in page


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"first_number": 505, "first_year": 2031, "years": 1}, 409),
        ({"first_number": 0, "first_year": 2030, "years": 1}, 400),
        ({"first_number": 541, "first_year": 2030, "years": 99}, 400),
        ({"first_number": "a lot", "first_year": "", "years": "-1"}, 400),
    ],
)
def test_numbers_that_cannot_be_are_refused(typed: dict[str, Any], status: int, finn: Any, calendar: House) -> None:
    before = Issue.objects.count()

    is_refused(finn, url("lay_out", "lantern"), status, **typed)
    is_refused(finn, url("lay_out", "lantern"), status, **typed, confirmed="yes")
    assert Issue.objects.count() == before


def test_there_is_no_calendar_of_an_unknown_magazine(finn: Any, calendar: House) -> None:
    assert finn.get(url("calendar_of", "beacon")).status_code == 404
