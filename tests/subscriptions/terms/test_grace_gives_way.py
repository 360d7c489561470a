"""Grace is for the last term in the queue: whatever is put behind it ends it, or an issue would be sent from both."""

import pytest

from foundation.actors import Actor
from subscriptions.terms import actions
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries import TermNeverEnds
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    """Ten issues from 504 with three of grace behind them; 508 is the next one."""
    subscription: Subscription = house.subscription()
    house.term(subscription, first=504, grace=3)
    house.pull_before(508)
    return subscription


def give_comp(line: Subscription, units: int | None) -> Term:
    return actions.give_comp(
        subscription_id=line.pk, units=units, owner="The editor", why="author", confirm_by=at("2030-01-01").date(),
        by=BY, now=JULY,
    )  # fmt: skip


def graces(line: Subscription) -> list[int]:
    return list(Term.objects.filter(subscription=line).order_by("pk").values_list("grace", flat=True))


def test_to_free_copies(line: Subscription) -> None:
    give_comp(line, 4)

    assert graces(line) == [0, 0]


def test_to_a_term_that_is_reinstated_behind_an_order(house: House, line: Subscription) -> None:
    house.magazine.grace_issues = 3
    house.magazine.save(update_fields=["grace_issues"])
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)
    settle(line, now=JULY)

    actions.reinstate(subscription_id=line.pk, by=BY, now=JULY)

    assert graces(line) == [0, 0, 0]


def test_what_was_to_end_without_grace_gets_none_by_another_number_of_copies(house: House, line: Subscription) -> None:
    house.magazine.grace_issues = 3
    house.magazine.save(update_fields=["grace_issues"])
    actions.cancel_at_end(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    actions.split(term_id=Term.objects.get(subscription=line).pk, why="copies", copies=2, by=BY, now=JULY)

    assert graces(line) == [0, 0]


def test_what_has_grace_keeps_it_with_another_number_of_copies(line: Subscription) -> None:
    actions.split(term_id=Term.objects.get(subscription=line).pk, why="copies", copies=2, by=BY, now=JULY)

    assert graces(line) == [0, 3]


def test_nothing_is_reinstated_behind_free_copies_without_an_end(line: Subscription) -> None:
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)
    give_comp(line, None)

    with pytest.raises(TermNeverEnds):
        actions.reinstate(subscription_id=line.pk, by=BY, now=JULY)
