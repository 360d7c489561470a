"""Grace is for the last term in the queue: whatever is put behind it ends it, or an issue would be sent from both."""

import datetime as dt

import pytest

from foundation.actors import Actor
from subscriptions.catalog.actions import receive_stock
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions
from subscriptions.terms.models import Pause, Subscription, Term
from subscriptions.terms.queries import TermNeverEnds, overview
from subscriptions.terms.queries.rest import last_served_before
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")
NEXT_MAY = at("2027-05-01")


@pytest.fixture
def line(house: House) -> Subscription:
    """Ten issues from 504 with three of grace behind them; 508 is the next one."""
    subscription: Subscription = house.subscription()
    house.term(subscription, first=504, grace=3)
    house.pull_before(508)
    return subscription


def give_comp(line: Subscription, units: int | None, *, now: dt.datetime = JULY) -> Term:
    return actions.give_comp(
        subscription_id=line.pk, units=units, owner="The editor", why="author", confirm_by=at("2030-01-01").date(),
        by=BY, now=now,
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


def given_away(house: House, line: Subscription) -> None:
    """514 and 515 came in the hope of renewal; then somebody else gave the next year, and took it back at once."""
    house.magazine.back_start_new = 5
    house.magazine.save(update_fields=["back_start_new"])
    house.pull_before(516)
    gift = settle(line, now=NEXT_MAY, payer_id=house.reader("Ben Stone").pk)
    actions.cancel_term(term_id=gift.pk, reason_code="twice", by=BY, now=NEXT_MAY)


def test_a_grace_copy_that_nobody_paid_for_has_been_sent_all_the_same(house: House, line: Subscription) -> None:
    """It is no issue missed, which a later order would be sent from stock."""
    given_away(house, line)
    for number in (514, 515):
        receive_stock(issue_id=house.issue(number).pk, copies=5, by=BY, now=NEXT_MAY)

    term = settle(line, now=NEXT_MAY, back_issues=2)

    assert (term.carried, term.start_issue.number) == (0, 516)
    assert last_served_before(line.pk, house.issue(516)) == house.issue(515)


def test_nor_has_one_that_a_clerk_forgave(house: House, line: Subscription) -> None:
    house.pull_before(516)
    give_comp(line, 1, now=NEXT_MAY)

    assert graces(line) == [2, 0]
    assert [copy.issue.number for copy in overview(line.pk, NEXT_MAY).next_copies] == [516]


def test_of_a_grace_that_goes_on_nothing_is_left_behind_a_later_start(house: House, line: Subscription) -> None:
    """514 came in hope; the renewal begins with 520 by name, and nothing comes before it."""
    house.pull_before(515)
    settle(line, now=at("2027-03-20"), start_issue_id=house.issue(520).pk)

    assert graces(line) == [1, 0]
    assert overview(line.pk, NEXT_MAY).next_copies[0].issue.number == 520


def test_what_one_renewal_paid_for_is_not_paid_for_by_the_next(house: House, line: Subscription) -> None:
    """514 and 515 are in the second term, which ends with 523; 524 is in the third."""
    house.magazine.grace_issues = 3
    house.magazine.save(update_fields=["grace_issues"])
    house.pull_before(516)
    second = settle(line, now=NEXT_MAY)
    house.pull_before(525)

    third = settle(line, now=at("2028-03-20"))

    assert (second.carried, third.carried) == (2, 1)


def test_a_run_that_is_taken_back_leaves_no_grace_before_what_was_put_behind(house: House, line: Subscription) -> None:
    house.pull_before(516)
    give_comp(line, 1, now=NEXT_MAY)
    Issue.objects.filter(pk=house.issue(515).pk).update(state="planned", pulled_at=None)

    actions.give_back_unsent(issue_id=house.issue(515).pk, by=BY, now=NEXT_MAY)

    assert graces(line) == [1, 0]


def test_nor_after_a_hold(house: House, line: Subscription) -> None:
    """Without 508 to 510 the term ends with 516; 517 and 518 came in hope."""
    Pause.objects.create(
        subscription=line, from_issue=house.issue(508), until_issue=house.issue(511), reason="vacation",
        entered_by="system:test",
    )  # fmt: skip
    house.pull_before(519)
    give_comp(line, 1, now=at("2027-08-20"))
    Issue.objects.filter(pk=house.issue(518).pk).update(state="planned", pulled_at=None)

    actions.give_back_unsent(issue_id=house.issue(518).pk, by=BY, now=at("2027-08-20"))

    assert graces(line) == [1, 0]
