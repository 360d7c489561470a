from typing import Any

import pytest

from subscriptions.catalog.actions import CalendarIsOver
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Pause, ShipTo
from tests.house import House
from tests.subscriptions.terms.orders import SYSTEM


@pytest.fixture
def subscription(house: House) -> Any:
    """Gets 504 to 513; 504 has been pulled."""
    subscription = house.subscription()
    house.term(subscription, first=504)
    house.pull_before(505)
    return subscription


def move(house: House, subscription: Any, address: Any, day: str, hour: int = 12) -> actions.AddressChange:
    return actions.change_address(
        subscription_id=subscription.pk, address_id=address.pk, by=SYSTEM, now=house.at(day, hour)
    )


def goes_to(subscription: Any, house: House, *numbers: int) -> list[Any]:
    return [queries.ship_to(subscription.pk, house.issue(number).ordinal) for number in numbers]


def test_says_which_issue_is_first_and_which_still_goes_to_the_old_one(house: House, subscription: Any) -> None:
    old = queries.ship_to(subscription.pk, 4)
    new = house.address(subscription.reader, label_addr1="1 NEW ST")

    change = move(house, subscription, new, "2026-03-12")

    assert change.first_issue == house.issue(505)
    assert change.still_old == [house.issue(504)]
    assert change.holds_until == house.at("2026-04-10", 17)
    assert goes_to(subscription, house, 501, 504, 505, 540) == [old, old, new, new]


def test_an_issue_past_its_pull_time_goes_to_the_old_one_even_before_the_run(house: House, subscription: Any) -> None:
    new = house.address(subscription.reader)

    change = move(house, subscription, new, "2026-04-10", 17)

    assert change.first_issue == house.issue(506)
    assert change.still_old == [house.issue(505)]


def test_what_should_have_arrived_is_not_on_the_way(house: House, subscription: Any) -> None:
    new = house.address(subscription.reader)

    assert house.issue(504).in_home_until.isoformat() == "2026-04-04"
    assert move(house, subscription, new, "2026-04-04").still_old == []


def test_what_the_subscription_does_not_get_is_not_on_the_way(house: House) -> None:
    subscription = house.subscription()
    house.term(subscription, first=505)
    house.pull_before(505)

    change = move(house, subscription, house.address(subscription.reader), "2026-03-12")

    assert change.still_old == []


def test_a_second_change_before_the_pull_replaces_the_first(house: House, subscription: Any) -> None:
    old = queries.ship_to(subscription.pk, 4)
    first, second = house.address(subscription.reader), house.address(subscription.reader)
    move(house, subscription, first, "2026-03-12")

    change = move(house, subscription, second, "2026-03-20")

    assert change.first_issue == house.issue(505)
    assert goes_to(subscription, house, 504, 505) == [old, second]
    assert ShipTo.objects.count() == 2


def test_a_change_can_be_taken_back(house: House, subscription: Any) -> None:
    old = queries.ship_to(subscription.pk, 4)
    move(house, subscription, house.address(subscription.reader), "2026-03-12")

    move(house, subscription, old, "2026-03-20")

    assert goes_to(subscription, house, 504, 505, 506) == [old, old, old]


def test_the_same_change_again_changes_nothing(house: House, subscription: Any) -> None:
    new = house.address(subscription.reader)
    first = move(house, subscription, new, "2026-03-12")
    rows = list(ShipTo.objects.order_by("pk").values())

    assert move(house, subscription, new, "2026-03-12") == first
    assert list(ShipTo.objects.order_by("pk").values()) == rows


def test_two_moves_leave_the_middle_address_its_issues(house: House, subscription: Any) -> None:
    middle, last = house.address(subscription.reader), house.address(subscription.reader)
    move(house, subscription, middle, "2026-03-12")
    house.pull_before(507)

    move(house, subscription, last, "2026-05-20")

    assert goes_to(subscription, house, 505, 506, 507) == [middle, middle, last]


def test_refuses_an_address_of_someone_else(house: House, subscription: Any) -> None:
    theirs = house.address(house.reader("Ben Stone"))

    with pytest.raises(actions.AddressOfSomeoneElse):
        move(house, subscription, theirs, "2026-03-12")
    with pytest.raises(actions.AddressOfSomeoneElse):
        actions.open_subscription(
            magazine_id=house.magazine.pk,
            reader_id=subscription.reader_id,
            address_id=theirs.pk,
            by=SYSTEM,
            now=house.at("2026-03-12"),
        )


def test_refuses_when_no_issue_is_planned(house: House, subscription: Any) -> None:
    with pytest.raises(CalendarIsOver):
        move(house, subscription, house.address(subscription.reader), "2036-01-01")


def test_an_issue_before_the_first_address_has_none(house: House, subscription: Any) -> None:
    ShipTo.objects.update(from_ordinal=10)

    with pytest.raises(queries.NoAddressForIssue):
        queries.ship_to(subscription.pk, 9)


def test_a_new_address_ends_the_hold_for_a_bad_one(house):
    reader = house.reader()
    subscription = house.subscription(reader, house.address(reader))
    house.pull_before(507)
    house.term(subscription, first=504)
    clerk = SYSTEM
    for from_number, reason in ((507, "bad_address"), (508, "vacation")):
        actions.hold(
            subscription_id=subscription.pk, from_issue_id=house.issue(from_number).pk, until_issue_id=None,
            reason=reason, by=clerk, now=house.at("2026-05-20"),
        )  # fmt: skip
    house.pull_before(510)

    new = house.address(reader, line1="7 New St")
    changed = actions.change_address(
        subscription_id=subscription.pk, address_id=new.pk, by=clerk, now=house.at("2026-09-15")
    )

    assert changed.first_issue.number == 510
    ends = dict(Pause.objects.values_list("reason", "until_issue__number"))
    assert ends == {"bad_address": 510, "vacation": None}


def test_the_same_address_again_leaves_the_hold(house):
    reader = house.reader()
    address = house.address(reader)
    subscription = house.subscription(reader, address)
    house.pull_before(507)
    house.term(subscription, first=504)
    clerk = SYSTEM
    actions.hold(
        subscription_id=subscription.pk, from_issue_id=house.issue(507).pk, until_issue_id=None,
        reason="bad_address", by=clerk, now=house.at("2026-05-20"),
    )  # fmt: skip

    actions.change_address(subscription_id=subscription.pk, address_id=address.pk, by=clerk, now=house.at("2026-05-21"))

    assert Pause.objects.get().until_issue is None
