"""Holds by days, made longer and shorter, taken back, and within the house's limits."""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from subscriptions.catalog.actions import CalendarIsOver, IssueIsPulled
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Pause
from tests.house import House

ANA = Actor("reader", "1")
CORA = Actor("staff", "1")


@pytest.fixture
def subscription(house: House) -> Any:
    """Gets 504 to 513; 504 to 506 have been pulled. 507 is in home from 27 June, 508 from 27 August."""
    subscription = house.subscription()
    house.term(subscription, first=504)
    house.pull_before(507)
    return subscription


def away(
    house: House, subscription: Any, leaves: str, back: str | None, *, day: str = "2026-06-01", **more: Any
) -> Pause:
    return actions.hold_while_away(
        subscription_id=subscription.pk,
        away_from=dt.date.fromisoformat(leaves),
        back_on=dt.date.fromisoformat(back) if back else None,
        now=house.at(day),
        **{"by": ANA, **more},
    )


def change(house: House, pause: Pause, *, day: str = "2026-06-01", until: int | None = None, **more: Any) -> Pause:
    until_id = house.issue(until).pk if until else None
    return actions.change_hold_end(pause_id=pause.pk, until_issue_id=until_id, now=house.at(day), **{"by": ANA, **more})


def hold(house: House, subscription: Any, first: int, until: int | None, **more: Any) -> Pause:
    return actions.hold(
        subscription_id=subscription.pk,
        from_issue_id=house.issue(first).pk,
        until_issue_id=house.issue(until).pk if until else None,
        **{"reason": "vacation", "by": ANA, "now": house.at("2026-06-01"), **more},
    )


def last_issue(subscription: Any) -> Any:
    answer = queries.expire(subscription.pk)
    return answer.issue.number if answer.issue else answer.reason


@pytest.mark.parametrize(
    ("leaves", "back", "held"),
    [
        ("2026-06-27", "2026-08-27", (507, 508)),  # both on the first day of a window
        ("2026-06-28", "2026-08-28", (508, 509)),
        ("2026-01-01", "2026-08-27", (507, 508)),  # left long ago: what can still be reached
        ("2026-08-01", None, (508, None)),
    ],
)
def test_days_become_the_first_issues_expected_on_or_after_them(
    house: House, subscription: Any, leaves: str, back: str | None, held: tuple[int, int | None]
) -> None:
    pause = away(house, subscription, leaves, back)

    until = pause.until_issue.number if pause.until_issue else None
    assert (pause.from_issue.number, until) == held


def test_a_stay_in_which_no_issue_is_expected_holds_nothing(house: House, subscription: Any) -> None:
    with pytest.raises(actions.NothingToHold, match="Sep 2026 comes from August 27, 2026 on"):
        away(house, subscription, "2026-07-01", "2026-08-20")
    assert not Pause.objects.exists()


def test_days_in_the_wrong_order_or_beyond_the_calendar_are_refused(house: House, subscription: Any) -> None:
    with pytest.raises(actions.HoldRunsBackwards):
        away(house, subscription, "2026-08-20", "2026-08-20")
    with pytest.raises(CalendarIsOver):
        away(house, subscription, "2026-08-20", "2036-01-01")
    assert not Pause.objects.exists()


def test_a_longer_hold_is_another_pause_joined_to_it_and_seen_as_one(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, 509)

    longer = change(house, pause, until=511)

    assert (longer.from_issue, longer.until_issue) == (house.issue(509), house.issue(511))
    [seen] = queries.holds_of(subscription.pk, house.at("2026-06-01"))
    assert (seen.pk, seen.first, seen.until, seen.has_begun) == (pause.pk, house.issue(507), house.issue(511), False)
    assert last_issue(subscription) == 517


def test_a_hold_made_longer_is_shortened_as_one(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, 509)
    longer = change(house, pause, until=511)

    shorter = change(house, longer, until=508)

    assert (shorter.pk, shorter.until_issue) == (pause.pk, house.issue(508))
    assert last_issue(subscription) == 514
    [seen] = queries.holds_of(subscription.pk, house.at("2026-06-01"))
    assert seen.until == house.issue(508)


def test_an_end_by_day_and_none_at_all(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, 509)

    change(house, pause)
    assert last_issue(subscription) == "open_hold"

    change(house, pause, back_on=dt.date(2026, 9, 20))
    assert last_issue(subscription) == 515
    assert Pause.objects.count() == 2


def test_a_hold_that_is_over_is_not_made_longer(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, 508)
    house.pull_before(509)

    with pytest.raises(actions.HoldIsOver):
        change(house, pause, until=511, day="2026-08-15")
    with pytest.raises(IssueIsPulled):
        change(house, hold(house, subscription, 509, 511, now=house.at("2026-08-15")), until=508, day="2026-08-15")


def test_a_hold_that_has_not_begun_can_be_taken_back(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 509, 510)
    change(house, pause, until=512)

    actions.withdraw_hold(pause_id=pause.pk, by=ANA, now=house.at("2026-08-20"))

    assert queries.holds_of(subscription.pk, house.at("2026-06-01")) == []
    assert last_issue(subscription) == 513


def test_a_hold_that_has_begun_is_ended_and_not_taken_back(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, 510)
    house.pull_before(508)

    with pytest.raises(actions.HoldHasBegun, match=r"Jul/Aug 2026 .* end with Sep 2026"):
        actions.withdraw_hold(pause_id=pause.pk, by=ANA, now=house.at("2026-06-20"))


def test_a_reader_does_not_end_what_the_house_holds(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, None, reason="non_pay", by=CORA)
    now = house.at("2026-06-02")

    for verb in (actions.end_hold, actions.withdraw_hold, actions.change_hold_end):
        with pytest.raises(actions.HoldIsTheHouses):
            verb(pause_id=pause.pk, by=ANA, now=now)
    actions.end_hold(pause_id=pause.pk, by=CORA, now=now)


def test_readers_hold_no_more_issues_of_a_year_than_the_house_allows(house: House, subscription: Any) -> None:
    house.magazine.most_held_issues = 3
    house.magazine.save()
    hold(house, subscription, 507, 509)

    with pytest.raises(actions.TooManyHeld, match="At most 3 issues of a year can be held back; of 2026, 1 is left"):
        hold(house, subscription, 508, 511)  # 508 is held already: 509 and 510 are one too many
    with pytest.raises(actions.TooManyHeld):
        change(house, Pause.objects.get(), until=511)
    with pytest.raises(actions.TooManyHeld):
        change(house, Pause.objects.get())  # until further notice
    change(house, Pause.objects.get(), until=510)
    hold(house, subscription, 511, 514)  # three of 2027
    assert last_issue(subscription) == 519


def test_holds_of_the_house_do_not_count_against_the_reader(house: House, subscription: Any) -> None:
    house.magazine.most_held_issues = 2
    house.magazine.save()
    hold(house, subscription, 507, 509, reason="imposed", by=CORA)

    hold(house, subscription, 509, 511)


def test_staff_may_allow_more_and_say_why(house: House, subscription: Any) -> None:
    house.magazine.most_held_issues = 1
    house.magazine.save()
    with pytest.raises(actions.TooManyHeld):
        hold(house, subscription, 507, 510, over_limit_because="I would like to")  # a reader cannot

    pause = hold(house, subscription, 507, 510, by=CORA, over_limit_because="in hospital")
    change(house, pause, until=511, by=CORA, over_limit_because="still there")

    said = [
        entry.detail.get("over_limit_because") for entry in AuditEntry.objects.filter(actor="staff:1").order_by("pk")
    ]
    assert said == ["in hospital", "still there"]


def test_what_comes_in_grace_cannot_be_held(house: House, subscription: Any) -> None:
    subscription.terms.update(grace=3)
    house.pull_before(514)

    with pytest.raises(actions.HoldInGrace, match="in the hope of renewal"):
        hold(house, subscription, 514, 516, now=house.at("2027-03-01"))
    with pytest.raises(actions.NothingToHold):
        hold(house, subscription, 517, 519, now=house.at("2027-03-01"))


def test_what_is_not_paid_cannot_be_held(house: House, subscription: Any) -> None:
    subscription.terms.update(copy_class="credit")

    with pytest.raises(actions.HoldNeedsPayment):
        hold(house, subscription, 507, 509)
    hold(house, subscription, 507, 509, reason="non_pay", by=CORA)
