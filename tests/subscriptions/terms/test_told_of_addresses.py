"""What is told of a change of address: issues that come, and nothing of a gift that is a secret still."""

import datetime as dt
from typing import Any

import pytest

from subscriptions.terms import actions
from subscriptions.terms.models import AwayIssue
from tests.house import House
from tests.subscriptions.terms.orders import SYSTEM
from tests.subscriptions.terms.test_stays import Ana

# 510 is pulled on 10 October and expected from 27 October on.
AFTER_510, ANNOUNCED = "2026-10-12", dt.date(2026, 10, 25)


@pytest.fixture
def ana(house: House) -> Ana:
    return Ana(house)


@pytest.fixture
def surprised(house: House) -> Any:
    """Six issues of her own, 504 to 509; behind them a gift that is announced on 25 October."""
    subscription = house.subscription()
    house.term(subscription, first=504, units=6)
    gift = {"payer": house.reader("Ben Stone"), "copy_class": "gift", "opens_on": ANNOUNCED}
    house.term(subscription, first=510, units=10, reachable_issue=house.issue(510), **gift)
    house.pull_before(511)
    return subscription


def held(ana: Ana, first: int, until: int, *, day: str = "2026-05-12") -> None:
    actions.hold(
        subscription_id=ana.subscription.pk, from_issue_id=ana.house.issue(first).pk,
        until_issue_id=ana.house.issue(until).pk, reason="vacation", by=SYSTEM, now=ana.house.at(day),
    )  # fmt: skip


def told(change: actions.AddressChange) -> tuple[Any, ...]:
    first = change.first_coming.number if change.first_coming else None
    return first, [issue.number for issue in change.still_old], [issue.number for issue in change.meanwhile]


@pytest.mark.parametrize(
    ("told_on", "issues"),
    [(None, (511, [510], [])), (dt.date(2026, 10, 24), (None, [], [])), (ANNOUNCED, (511, [510], []))],
)
def test_a_move_names_no_issue_of_a_secret_gift(
    house: House, surprised: Any, told_on: dt.date | None, issues: Any
) -> None:
    change = actions.change_address(
        subscription_id=surprised.pk, address_id=house.address(surprised.reader).pk, by=SYSTEM,
        now=house.at(AFTER_510), told_on=told_on,
    )  # fmt: skip

    assert (change.first_issue.number, told(change)) == (511, issues)


def test_neither_does_a_stay_nor_its_end(house: House, surprised: Any) -> None:
    now, told_on = house.at(AFTER_510), dt.date(2026, 10, 12)
    winter: dict[str, Any] = {"first": (12, 1), "last": (3, 31), "address_id": house.address(surprised.reader).pk}

    secret = actions.stay_every_year(subscription_id=surprised.pk, by=SYSTEM, now=now, told_on=told_on, **winter)
    ended = actions.end_stay(away_id=secret.away.pk, by=SYSTEM, now=now, told_on=told_on)
    seen = actions.stay_every_year(subscription_id=surprised.pk, by=SYSTEM, now=now, **winter)

    assert (secret.first_issue, secret.issues, secret.still_old, secret.home_again) == (None, [], [], None)
    assert (ended.first_issue, ended.still_old, ended.home_again) == (None, [], None)
    assert [issue.number for issue in seen.issues] == [511, 512, 513]
    assert [issue.number for issue in seen.still_old] == [510]


def test_a_move_names_no_issue_that_is_held_back(ana: Ana) -> None:
    held(ana, 507, 510)

    later = ana.moves(ana.lake, day="2026-05-12", from_on=dt.date(2026, 10, 1))
    at_once = ana.moves(ana.palms, day="2026-05-12")

    assert (told(later), later.at_once) == ((510, [506], []), False)
    assert (told(at_once), at_once.at_once) == ((510, [506], []), True)
    assert (at_once.first_issue, at_once.holds_until) == (ana.house.issue(507), ana.house.issue(510).pull_at)


def test_nor_one_that_goes_to_a_stay_away(ana: Ana) -> None:
    ana.stays(ana.lake, "2026-06-20", "2026-09-30")  # 507 and 508

    assert told(ana.moves(ana.palms, from_on=dt.date(2026, 10, 20))) == (510, [506], [509])
    assert told(ana.moves(ana.palms, day="2026-06-12")) == (509, [], [])


def test_where_nothing_is_due_any_more_no_issue_is_named(ana: Ana) -> None:
    change = ana.moves(ana.lake, from_issue_id=ana.house.issue(514).pk)

    assert told(change) == (None, [506], list(range(507, 514)))
    assert change.holds_until == ana.house.issue(514).pull_at


def test_a_stay_lists_what_comes_and_is_laid_for_all_of_it(ana: Ana) -> None:
    held(ana, 507, 508)
    answer = ana.stays(ana.lake, "2026-06-20", "2026-09-30")
    behind = ana.stays(ana.lake, "2027-04-20", "2027-06-30")  # 515 and 516; 514 is the last that is paid for

    assert ([issue.number for issue in answer.issues], answer.first_issue) == ([508], ana.house.issue(508))
    assert (behind.issues, behind.first_issue, behind.home_again) == ([], None, None)
    assert set(AwayIssue.objects.values_list("issue__number", flat=True)) == {507, 508, 515, 516}
