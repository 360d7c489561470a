"""One copy is enough for a household, but one it is: another line has to bring the next issue, and not in hope."""

import pytest
from django.db.models import QuerySet

from foundation.actors import Actor
from subscriptions.readers import actions as readers
from subscriptions.terms import actions
from subscriptions.terms.models import Pause, Subscription
from tests.house import House, at
from tests.own_database import behind

CORA = Actor("staff", "1")
MARCH = at("2026-03-01")  # 504 is the next issue.


def couple(house: House, **hers: int) -> list[Subscription]:
    """Ana and Ben live together, and each gets 504 to 513, unless her term is another."""
    house.pull_before(504)
    ana, ben = house.reader("Ana Field"), house.reader("Ben Field")
    readers.join_household(reader_id=ben.pk, with_reader_id=ana.pk, by=CORA)
    lines = [house.subscription(ana), house.subscription(ben)]
    house.term(lines[0], **({"first": 504} | hers))
    house.term(lines[1], first=504)
    return lines


def one_copy_for(line: Subscription) -> Pause:
    return actions.hold_for_household(subscription_id=line.pk, by=CORA, now=MARCH)


@pytest.mark.parametrize("reason", ["vacation", "bad_address", "non_pay", "dispute", "imposed"])
def test_a_line_that_is_held_brings_no_copy(house: House, reason: str) -> None:
    ana, ben = couple(house)
    actions.hold(
        subscription_id=ana.pk, from_issue_id=house.issue(504).pk, until_issue_id=None, reason=reason, by=CORA,
        now=MARCH,
    )  # fmt: skip

    with pytest.raises(actions.NobodyElseGetsIt):
        one_copy_for(ben)


def test_nor_does_one_that_comes_in_the_hope_of_a_renewal(house: House) -> None:
    _, ben = couple(house, first=501, units=3, grace=3)

    with pytest.raises(actions.NobodyElseGetsIt):
        one_copy_for(ben)


def test_two_clerks_at_once_leave_one_copy(own_database: str) -> None:
    lines = couple(House())

    def both() -> QuerySet[Subscription]:
        rows = Subscription.objects.filter(pk__in=[line.pk for line in lines]).order_by("pk").select_for_update()
        list(rows)
        return rows

    outcomes = behind(both, *[lambda line=line: one_copy_for(line) for line in lines])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NobodyElseGetsIt", "Pause"]
    assert Pause.objects.count() == 1
