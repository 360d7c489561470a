"""What was sent to a subscription that was made one with another since: what is made good goes where copies go now."""

from typing import Any

import pytest

from subscriptions.fulfillment import queries
from subscriptions.fulfillment.models import CLAIM, SUPPLEMENT
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.terms.actions import hold, merge_lines
from tests.house import House
from tests.subscriptions.fulfillment.runs import PAT, later_run, owe, records, released_later
from tests.subscriptions.fulfillment.test_claims import DUE, ana, claim, stock

__all__ = ["ana"]


@pytest.fixture
def kept(house: House, ana: Any) -> Any:
    """Ana's other subscription, with ten issues from 506 on, in New St."""
    line = house.subscription(ana.reader, house.address(ana.reader, label_addr1="7 NEW ST"))
    house.term(line, first=506)
    return line


def made_one(house: House, kept: Any, merged: Any) -> None:
    merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=PAT, now=house.at(DUE))


@pytest.mark.parametrize("claims_first", [True, False])
def test_another_copy_goes_to_the_door_of_the_subscription_that_goes_on(
    house: House, ana: Any, kept: Any, claims_first: bool
) -> None:
    stock(house)
    if not claims_first:
        made_one(house, kept, ana)
    claim(house, ana)
    if claims_first:
        made_one(house, kept, ana)

    run = released_later(house, 505, purpose=CLAIM, on=DUE)

    (record,) = records(run)
    assert record["addr1"] == "7 NEW ST"
    assert record["piece_id"] == f"2605-{ana.pk:07d}-C1"  # still the copy that was missed


def test_and_waits_while_that_one_is_held(house: House, ana: Any, kept: Any) -> None:
    stock(house)
    claim(house, ana)
    made_one(house, kept, ana)
    hold(
        subscription_id=kept.pk, from_issue_id=house.issue(506).pk, until_issue_id=None, reason="vacation", by=PAT,
        now=house.at(DUE),
    )  # fmt: skip

    assert later_run(house, 505, purpose=CLAIM, on=DUE).rehearsal["skipped"] == {"held": 1}


def test_a_back_issue_goes_there_too(house: House, ana: Any, kept: Any) -> None:
    late = house.subscription(house.reader("Ben Late"))
    # All of it: the term has no other issue to come that could take the copy with it.
    owe(house, late, 505, term=house.term(late, first=505, units=1, carried=1, c_from=house.issue(506).unit))
    made_one(house, kept, late)

    (record,) = records(released_later(house, 505, purpose=SUPPLEMENT, on=DUE))

    assert record["addr1"] == "7 NEW ST"


def test_how_many_are_sent_again_follows_where_that_one_lives(house: House, ana: Any) -> None:
    """None abroad, one at home."""
    stock(house)
    there = house.address(ana.reader, label_addr1="7 RUE NEUVE", zone="ca")
    abroad = house.subscription(ana.reader, there)
    made_one(house, abroad, ana)

    assert claim(house, ana).outcome == Outcome.EXTENSION


def test_its_claims_are_listed_with_those_of_the_one_that_goes_on(house: House, ana: Any, kept: Any) -> None:
    made = claim(house, ana).claim
    made_one(house, kept, ana)

    assert list(queries.claims_of(kept.pk)) == [made]
