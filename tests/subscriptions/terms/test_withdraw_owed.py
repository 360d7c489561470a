"""A back issue that was owed and is not sent: served and remaining are what was bought, after it as before."""

import pytest

from foundation.actors import Actor
from orders.checkout.actions import change_copies
from orders.checkout.queries import preview_cancel
from orders.revenue.queries.invariants import ask_all
from subscriptions.catalog.actions import receive_stock
from subscriptions.catalog.models import IssueStock
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Entry, OwedCopy, Subscription, Term
from subscriptions.terms.queries.checks import broken_ledgers
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    """Ten issues at $19.95: 506 and 507 from stock, where ten of each lie, and 508 to 515 to come."""
    house.magazine.back_start_new = 2
    house.magazine.save(update_fields=["back_start_new"])
    house.pull_before(508)
    for number in (506, 507):
        receive_stock(issue_id=house.issue(number).pk, copies=10, by=BY, now=JULY)
    subscription: Subscription = house.subscription()
    settle(subscription, now=JULY)
    return subscription


def term_of(line: Subscription) -> Term:
    return Term.objects.select_related("start_issue").get(subscription=line)


def owed(number: int) -> OwedCopy:
    return OwedCopy.objects.filter(issue__number=number).latest("pk")


def withdraw(number: int) -> Entry:
    return actions.withdraw_owed(owed_id=owed(number).pk, by=BY, now=JULY)


def on_hand(number: int) -> int:
    return IssueStock.objects.get(issue__number=number).on_hand


def untrue() -> list[str]:
    return [answer.probe.name for answer in ask_all(now=JULY) if answer.found and answer.probe.invariant == 2]


def test_its_term_has_one_issue_more_to_come(line: Subscription) -> None:
    assert queries.expire(line.pk).issue.number == 515

    entry = withdraw(506)

    term = term_of(line)
    assert (entry.kind, entry.units, entry.reverses) == ("back_start", 1, owed(506).entry)
    assert (term.carried, term.start_issue.number, queries.expire(line.pk).issue.number) == (1, 507, 516)
    assert (owed(506).state, on_hand(506), on_hand(507)) == ("withdrawn", 10, 9)
    assert broken_ledgers() == []
    assert untrue() == []


def test_each_plus_and_minus_of_an_order_names_it(house: House) -> None:
    """What was bought, what comes from stock, and what is not sent after all."""
    line = house.subscription()
    house.magazine.back_start_new = 1
    house.magazine.save(update_fields=["back_start_new"])
    house.pull_before(508)
    receive_stock(issue_id=house.issue(507).pk, copies=10, by=BY, now=JULY)
    settle(line, now=JULY, link="order:M-1")

    withdraw(507)

    assert [(each.kind, each.units, each.link) for each in queries.ledger(line.pk)] == [
        ("bought", 10, "order:M-1"), ("back_start", -1, "order:M-1"), ("back_start", 1, "order:M-1"),
    ]  # fmt: skip


def test_served_and_remaining_are_what_was_bought_whatever_is_withdrawn(line: Subscription) -> None:
    for number in (507, 506):
        withdraw(number)
        term, waiting = term_of(line), OwedCopy.objects.filter(state="waiting").count()
        remaining = queries.expire(line.pk).units_left
        assert remaining is not None
        assert waiting + remaining == term.units == 10
        assert broken_ledgers() == []
    assert term_of(line).start_issue.number == 508


def test_what_waits_behind_it_moves(house: House, line: Subscription) -> None:
    behind = settle(line, now=JULY)
    assert behind.start_issue.number == 516

    withdraw(507)

    behind.refresh_from_db()
    assert behind.c_from == house.issue(517).unit
    assert untrue() == []


def test_it_can_be_owed_again_by_a_later_order(house: House, line: Subscription) -> None:
    withdraw(506)
    withdraw(507)
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    again = settle(line, now=JULY)

    assert (again.carried, again.start_issue.number) == (2, 506)
    assert untrue() == []


def test_a_cancelled_order_sends_none_and_lets_go_of_all_of_the_money(line: Subscription) -> None:
    """Nothing was sent, so nothing is earned; and the page that asks says the same."""
    foreseen = preview_cancel(subscription_id=line.pk, now=JULY).total_cents

    [ended] = actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    assert (foreseen, ended.cents, ended.units) == (1995, 1995, 10)
    assert [copy.state for copy in OwedCopy.objects.all()] == ["withdrawn", "withdrawn"]
    assert (on_hand(506), on_hand(507)) == (10, 10)
    assert untrue() == []


def test_so_does_one_term_that_is_cancelled_alone(line: Subscription) -> None:
    ended = actions.cancel_term(term_id=term_of(line).pk, reason_code="twice", by=BY, now=JULY)

    assert ended.cents == 1995
    assert untrue() == []


def test_a_copy_that_was_sent_is_earned_though_the_rest_is_cancelled(line: Subscription) -> None:
    OwedCopy.objects.filter(issue__number=506).update(state="sent", run_uuid=line.uuid)

    [ended] = actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    assert ended.cents == 1995 - 199


def test_one_on_its_way_is_not_withdrawn(line: Subscription) -> None:
    OwedCopy.objects.filter(issue__number=506).update(state="sent", run_uuid=line.uuid)

    with pytest.raises(actions.OwedCopyIsSent):
        withdraw(506)


def test_nor_one_whose_term_is_over(house: House, line: Subscription) -> None:
    house.pull_before(520)

    with pytest.raises(actions.OwedCopyHasNoTerm):
        actions.withdraw_owed(owed_id=owed(506).pk, by=BY, now=at("2027-11-20"))


def two_copies_from_july(line: Subscription) -> Term:
    """507 had been sent; four issues of two copies for the eight of one that were left, and 506."""
    OwedCopy.objects.filter(issue__number=507).update(state="sent", run_uuid=line.uuid)
    [goes_on] = change_copies(subscription_id=line.pk, copies=2, how="convert", by=BY, now=JULY).terms
    return goes_on


def test_it_goes_on_with_the_rest_of_its_term_and_is_as_many_copies_as_were_sold(line: Subscription) -> None:
    """Nine of ten were to come for $17.96: 506 for its $2.00, and the rest for $15.96."""
    goes_on = two_copies_from_july(line)

    waiting = owed(506)
    assert (waiting.term, waiting.state, waiting.copies, on_hand(506)) == (goes_on, "waiting", 1, 9)
    assert (goes_on.units, goes_on.carried, goes_on.price_cents, goes_on.copies) == (5, 1, 1796, 2)
    assert queries.expire(line.pk).issue.number == 511
    assert (broken_ledgers(), untrue()) == ([], [])


def test_it_can_be_withdrawn_there(line: Subscription) -> None:
    two_copies_from_july(line)

    withdraw(506)

    assert (on_hand(506), queries.expire(line.pk).issue.number) == (10, 512)
    assert (broken_ledgers(), untrue()) == ([], [])


def test_a_cancellation_after_it_gives_back_what_it_was_sold_for(line: Subscription) -> None:
    two_copies_from_july(line)

    [ended] = actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    assert (ended.cents, owed(506).state) == (1796, "withdrawn")
    assert (broken_ledgers(), untrue()) == ([], [])


def test_to_a_line_that_is_owed_the_same_issue_it_comes_as_one_more(house: House, line: Subscription) -> None:
    other = house.subscription(house.reader("Bea Stone"))
    settle(other, now=JULY, back_issues=1)
    assert owed(506).subscription == line
    OwedCopy.objects.filter(subscription=line, issue__number=506).update(state="sent", run_uuid=line.uuid)

    moved = actions.split(term_id=term_of(line).pk, why="moved", to_subscription_id=other.pk, by=BY, now=JULY).new

    assert (moved.units, moved.carried, on_hand(507)) == (9, 0, 9)
    assert OwedCopy.objects.filter(issue__number=507, state="waiting").get().subscription == other
    assert (broken_ledgers(), untrue()) == ([], [])
