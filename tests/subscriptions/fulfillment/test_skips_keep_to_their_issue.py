"""What could not be sent is skipped for the one issue, whatever the calendar does behind it."""

import datetime as dt
from typing import Any

import pytest

from subscriptions.catalog.models import Issue
from subscriptions.readers.models import Address
from subscriptions.terms import actions, queries
from tests.subscriptions.fulfillment.runs import PAT, released


@pytest.fixture
def line(house: Any) -> Any:
    """Ten issues from 504; nobody lives at the address. Another reader gets every issue."""
    subscription = house.subscription()
    house.term(subscription, first=504)
    house.pull_before(504)
    Address.objects.update(undeliverable_since=dt.date(2026, 2, 1))
    house.term(house.subscription(house.reader("Ben Stone")), first=504)
    return subscription


def expires(line: Any) -> int:
    return int(queries.expire(line.pk).issue.number)


def test_an_issue_that_is_restored_behind_it_comes(house: Any, line: Any) -> None:
    actions.drop_issue(issue_id=house.issue(505).pk, by=PAT)
    released(house, 504)

    actions.restore_issue(issue_id=house.issue(505).pk, by=PAT)

    assert expires(line) == 514
    Address.objects.update(undeliverable_since=None)
    assert (released(house, 505).rows, expires(line)) == (2, 514)


def test_an_issue_that_is_added_behind_it_comes(house: Any, line: Any) -> None:
    released(house, 504)
    pull_at = house.issue(505).pull_at - dt.timedelta(days=10)
    extra = Issue(
        number=900, weight=1, cover_label="Extra", cover_year=2026, cover_month=5, pull_at=pull_at,
        mail_on=pull_at.date(), in_home_from=pull_at.date(), in_home_until=pull_at.date(),
    )  # fmt: skip

    actions.add_issue(before_issue_id=house.issue(505).pk, issue=extra, by=PAT)

    assert expires(line) == 513
    Address.objects.update(undeliverable_since=None)
    assert (released(house, 900).rows, expires(line)) == (2, 513)


def test_the_third_skip_moves_what_waits_as_the_first_does(house: Any) -> None:
    """Before 506 the line's clock stands at 3 and the calendar's at 5, where what waits ends. When 506 is not sent
    either, the double 507 lies over the last unit of the running term, and what waits begins after it."""
    line = house.subscription()
    running = house.term(line, first=501, units=4)
    waiting = house.term(line, first=505, units=1, predecessor=running)
    house.pull_before(504)
    Address.objects.update(undeliverable_since=dt.date(2026, 2, 1))
    house.term(house.subscription(house.reader("Ben Stone")), first=504)
    actions.reweigh_issue(issue_id=house.issue(507).pk, weight=2, by=PAT)

    for number in (504, 505, 506):
        released(house, number)

    waiting.refresh_from_db()
    assert (waiting.c_from, waiting.c_to) == (5, 6)


def test_what_waits_without_an_end_moves_behind_a_double(house: Any) -> None:
    line = house.subscription()
    running = house.term(line, first=501, units=4)
    waiting = house.term(line, first=505, units=None, copy_class="comp", cents=0, predecessor=running)

    actions.reweigh_issue(issue_id=house.issue(504).pk, weight=2, by=PAT)

    waiting.refresh_from_db()
    assert waiting.c_from == 5
