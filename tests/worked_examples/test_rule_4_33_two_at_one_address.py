"""Rule 4.33: two subscriptions at one address are two people. It is seen at entry, and one copy is a decision.

On three calendars (`press`).
"""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.readers import actions as readers
from subscriptions.readers.models import PossibleDuplicate
from subscriptions.terms import actions, queries
from tests.house import House
from tests.worked_examples.press import Press

CLERK = Actor("staff", "1")


class Couple:
    """Ana gets 504 to 513 at home; Ben, another person, lives there too."""

    def __init__(self, press: Press) -> None:
        self.press, house = press, press.house
        self.ana, self.ben = house.reader("Ana Field"), house.reader("Ben Field")
        self.her_line = house.subscription(self.ana)
        house.term(self.her_line, first=press.issue(504).number, units=10)
        self.now = press.between(503, 504)
        self.his_address = house.address(self.ben)

    def give_ben_a_line(self) -> Any:
        line = self.press.house.subscription(self.ben, self.his_address)
        self.press.house.term(line, first=self.press.issue(504).number, units=10)
        return line


@pytest.fixture
def couple(press: Press) -> Couple:
    return Couple(press)


def who_else(house: House, address: Any) -> list[Any]:
    return [n.reader for n in queries.neighbours_with_magazine(address=address, magazine_id=house.magazine.pk)]


def test_rule_4_33_is_no_duplicate_but_is_seen_at_entry(house: House, couple: Couple) -> None:
    readers.look_for_duplicates(reader_id=couple.ben.pk, now=couple.now)

    found = queries.neighbours_with_magazine(address=couple.his_address, magazine_id=house.magazine.pk)

    assert not PossibleDuplicate.objects.exists()
    assert [(n.reader, couple.press.said(n.last_issue)) for n in found] == [(couple.ana, 513)]


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"label_addr1": "2040 MILWAUKE AVE"}, True),
        ({"label_addr1": "2040 N MILWAUKEE AVE APT 4"}, False),
        ({"label_addr2": "APT 4"}, False),
        ({"label_addr1": "2042 N MILWAUKEE AVE"}, False),
        ({"label_zip5": "60614"}, False),
    ],
)
def test_rule_4_33_the_same_door_and_flat_only(
    house: House, couple: Couple, fields: dict[str, str], seen: bool
) -> None:
    address = house.address(couple.ben, **fields)

    assert who_else(house, address) == ([couple.ana] if seen else [])


def test_rule_4_33_nobody_who_moved_ran_out_or_is_oneself(house: House, couple: Couple) -> None:
    cleo = house.reader("Cleo Field")
    over = house.subscription(cleo)
    house.term(over, first=couple.press.issue(501).number, units=3, sold_on=dt.date(2025, 11, 1))
    own = couple.her_line.ship_tos.get().address

    assert who_else(house, own) == []
    assert who_else(house, couple.his_address) == [couple.ana]
    elsewhere = house.address(couple.ana, label_addr1="1 ELM ST", line1="1 Elm St")
    actions.change_address(subscription_id=couple.her_line.pk, address_id=elsewhere.pk, by=CLERK, now=couple.now)
    assert who_else(house, couple.his_address) == []


def test_rule_4_33_one_copy_for_the_household_holds_the_other_and_keeps_it_owed(couple: Couple) -> None:
    line = couple.give_ben_a_line()
    readers.join_household(reader_id=couple.ben.pk, with_reader_id=couple.ana.pk, by=CLERK)

    pause = actions.hold_for_household(subscription_id=line.pk, by=CLERK, now=couple.now)

    assert (pause.reason, pause.until_issue) == ("imposed", None)
    assert pause.from_issue.unit == couple.press.issue(504).unit  # with a special before it, from that on
    answer = queries.expire(line.pk)
    assert (answer.units_left, answer.reason) == (10, "open_hold")
    assert couple.press.expires(couple.her_line) == 513


def test_rule_4_33_what_was_held_comes_when_the_hold_ends(couple: Couple) -> None:
    line = couple.give_ben_a_line()
    readers.join_household(reader_id=couple.ben.pk, with_reader_id=couple.ana.pk, by=CLERK)
    pause = actions.hold_for_household(subscription_id=line.pk, by=CLERK, now=couple.now)

    actions.end_hold(pause_id=pause.pk, by=CLERK, now=couple.press.between(506, 507))

    # 504, 505 and 506 were held: ten issues from 507 on.
    assert (queries.expire(line.pk).units_left, couple.press.expires(line)) == (10, 516)


def test_rule_4_33_never_leaves_a_household_without_a_copy(couple: Couple) -> None:
    line = couple.give_ben_a_line()
    with pytest.raises(actions.NobodyElseGetsIt, match="Nobody else of Ben Field's household"):
        actions.hold_for_household(subscription_id=line.pk, by=CLERK, now=couple.now)
    readers.join_household(reader_id=couple.ben.pk, with_reader_id=couple.ana.pk, by=CLERK)
    actions.hold_for_household(subscription_id=line.pk, by=CLERK, now=couple.now)

    with pytest.raises(actions.CopyIsHeldAlready):
        actions.hold_for_household(subscription_id=line.pk, by=CLERK, now=couple.now)
    with pytest.raises(actions.NobodyElseGetsIt):
        actions.hold_for_household(subscription_id=couple.her_line.pk, by=CLERK, now=couple.now)
