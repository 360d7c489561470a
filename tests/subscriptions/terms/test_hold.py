from typing import Any

import pytest

from subscriptions.catalog.actions import IssueIsPulled
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Pause, Term
from tests.house import House
from tests.subscriptions.terms.orders import SYSTEM, settle


@pytest.fixture
def subscription(house: House) -> Any:
    """Gets 504 to 513; 504 to 506 have been pulled."""
    house.pull_before(504)
    subscription = house.subscription()
    settle(subscription, now=house.at("2026-02-20"))
    house.pull_before(507)
    return subscription


def hold(
    house: House, subscription: Any, first: int, until: int | None, *, day: str = "2026-06-01", reason: str = "vacation"
) -> Pause:
    return actions.hold(
        subscription_id=subscription.pk,
        from_issue_id=house.issue(first).pk,
        until_issue_id=house.issue(until).pk if until else None,
        reason=reason,
        by=SYSTEM,
        now=house.at(day),
    )


def last_issue(subscription: Any) -> Any:
    answer = queries.expire(subscription.pk)
    return answer.issue.number if answer.issue else answer.reason


def test_a_hold_moves_the_end_and_consumes_nothing(house: House, subscription: Any) -> None:
    before = queries.expire(subscription.pk)

    hold(house, subscription, 507, 510)

    after = queries.expire(subscription.pk)
    assert (before.issue, before.units_left) == (house.issue(513), 7)
    assert (after.issue, after.units_left) == (house.issue(516), 7)
    assert Term.objects.get().stepped


def test_a_pulled_issue_comes_anyway(house: House, subscription: Any) -> None:
    house.pull_before(508)

    with pytest.raises(IssueIsPulled, match="Sep 2026"):
        hold(house, subscription, 507, 510, day="2026-06-12")
    hold(house, subscription, 508, 510, day="2026-06-12")

    assert last_issue(subscription) == 515


def test_an_issue_past_its_pull_time_comes_anyway_before_its_run_too(house: House, subscription: Any) -> None:
    with pytest.raises(IssueIsPulled):
        hold(house, subscription, 507, 510, day="2026-06-12")


def test_coming_back_early_gives_back_what_was_not_skipped_yet(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, 510)
    house.pull_before(509)

    actions.end_hold(pause_id=pause.pk, by=SYSTEM, now=house.at("2026-08-15"))

    pause.refresh_from_db()
    assert pause.until_issue == house.issue(509)
    assert last_issue(subscription) == 515


def test_a_hold_can_end_with_a_named_issue(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, None)
    assert last_issue(subscription) == "open_hold"

    actions.end_hold(pause_id=pause.pk, until_issue_id=house.issue(510).pk, by=SYSTEM, now=house.at("2026-06-02"))

    assert last_issue(subscription) == 516


def test_a_hold_that_has_not_begun_is_as_if_it_had_never_been(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 509, 511)

    actions.end_hold(pause_id=pause.pk, by=SYSTEM, now=house.at("2026-06-02"))

    assert last_issue(subscription) == 513


def test_overlapping_holds_count_once(house: House, subscription: Any) -> None:
    hold(house, subscription, 507, 510)
    hold(house, subscription, 508, 511, reason="dispute")

    assert last_issue(subscription) == 517


def test_a_hold_covers_waiting_terms_too_and_writes_none(house: House, subscription: Any) -> None:
    settle(subscription, now=house.at("2026-06-01"))
    ranges = list(Term.objects.order_by("c_from").values_list("c_from", "c_to"))

    hold(house, subscription, 507, 510)

    assert last_issue(subscription) == 526
    assert list(Term.objects.order_by("c_from").values_list("c_from", "c_to")) == ranges


def test_a_renewal_in_a_hold_starts_behind_it(house: House, subscription: Any) -> None:
    hold(house, subscription, 507, 510)

    renewal = settle(subscription, now=house.at("2026-06-01"))

    assert renewal.stepped
    assert renewal.start_issue == house.issue(517)


def test_a_longer_end_is_another_hold(house: House, subscription: Any) -> None:
    pause = hold(house, subscription, 507, 509)

    with pytest.raises(actions.HoldIsOver):
        actions.end_hold(pause_id=pause.pk, until_issue_id=house.issue(510).pk, by=SYSTEM, now=house.at("2026-06-02"))
    house.pull_before(509)
    with pytest.raises(actions.HoldIsOver):
        actions.end_hold(pause_id=pause.pk, by=SYSTEM, now=house.at("2026-08-15"))


def test_refuses_holds_that_make_no_sense(house: House, subscription: Any) -> None:
    with pytest.raises(actions.HoldRunsBackwards):
        hold(house, subscription, 509, 509)
    with pytest.raises(actions.OnlyRunsSkip):
        hold(house, subscription, 509, 510, reason="skip")
    with pytest.raises(actions.NothingToHold):
        hold(house, subscription, 514, 516)
    assert not Pause.objects.exists()


def test_a_double_inside_a_queue_is_one_copy_on_the_first_term(house: House, subscription: Any) -> None:
    renewal = settle(subscription, now=house.at("2026-06-01"))
    assert (renewal.start_issue, last_issue(subscription)) == (house.issue(514), 523)

    # 513 is the last of the first term: as a double it takes its second unit from nobody.
    actions.reweigh_issue(issue_id=house.issue(513).pk, weight=2, by=SYSTEM)

    renewal.refresh_from_db()
    assert renewal.c_from == house.issue(514).unit == 14
    assert last_issue(subscription) == 523

    actions.reweigh_issue(issue_id=house.issue(513).pk, weight=1, by=SYSTEM)

    renewal.refresh_from_db()
    assert renewal.c_from == house.issue(514).unit == 13


def test_a_double_in_mid_term_ends_it_earlier(house: House, subscription: Any) -> None:
    actions.reweigh_issue(issue_id=house.issue(508).pk, weight=2, by=SYSTEM)

    assert last_issue(subscription) == 512


def test_a_renewal_that_came_too_late_for_an_issue_stays_where_it_is(house: House) -> None:
    """504 was the issue after the first term; its pull time passed before the money came, its run is late."""
    subscription = house.subscription()
    house.term(subscription, first=501, units=3)
    house.pull_before(504)
    renewal = settle(subscription, now=house.at("2026-03-11"))
    assert renewal.start_issue == house.issue(505)

    actions.reweigh_issue(issue_id=house.issue(520).pk, weight=2, by=SYSTEM)
    hold(house, subscription, 507, 508, day="2026-03-12")

    renewal.refresh_from_db()
    assert renewal.c_from == house.issue(505).unit


def test_a_dropped_issue_costs_nobody_anything(house: House, subscription: Any) -> None:
    from subscriptions.catalog.actions import drop_issue

    hold(house, subscription, 507, 510)
    drop_issue(issue_id=house.issue(508).pk, by=SYSTEM)

    # Two are skipped now, not three, and 508 is none of the ten.
    assert last_issue(subscription) == 516
    assert queries.expire(subscription.pk).units_left == 7


def test_set_renewal(house: House, subscription: Any) -> None:
    actions.set_renewal(subscription_id=subscription.pk, renewal="auto_charge", by=SYSTEM)

    subscription.refresh_from_db()
    assert subscription.renewal == "auto_charge"
    with pytest.raises(ValueError):
        actions.set_renewal(subscription_id=subscription.pk, renewal="perhaps", by=SYSTEM)


@pytest.mark.parametrize(("until", "reason"), [(510, "vacation"), (None, "vacation"), (510, "non_pay")])
def test_a_hold_that_is_asked_for_twice_is_one(house: House, subscription: Any, until: int | None, reason: str) -> None:
    """Else ending it would leave the other, and nobody would know."""
    once, twice = (hold(house, subscription, 507, until, reason=reason) for _ in range(2))

    assert once == twice == Pause.objects.get()


def test_a_hold_that_was_lengthened_to_the_same_end_is_that_one(house: House, subscription: Any) -> None:
    first = hold(house, subscription, 507, 508)
    actions.change_hold_end(
        pause_id=first.pk, until_issue_id=house.issue(510).pk, by=SYSTEM, now=house.at("2026-06-01")
    )

    assert hold(house, subscription, 507, 510) == first
    assert hold(house, subscription, 507, 510, reason="dispute") != first


def test_one_that_was_taken_back_is_entered_again(house: House, subscription: Any) -> None:
    first = hold(house, subscription, 507, 510)
    actions.withdraw_hold(pause_id=first.pk, by=SYSTEM, now=house.at("2026-06-01"))

    assert hold(house, subscription, 507, 510) != first
    assert last_issue(subscription) == 516
