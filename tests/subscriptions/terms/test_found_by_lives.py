"""What random lives have found (tests/lives), each in its shortest form."""

import datetime as dt

import pytest

from foundation.actors import Actor
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Pause, Subscription, Term
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    """Ten issues from 504; 508 is the next one."""
    subscription: Subscription = house.subscription()
    house.term(subscription, first=504, grace=3)
    house.pull_before(508)
    return subscription


def test_grace_is_hoped_for_as_long_after_a_hold(house: House, line: Subscription) -> None:
    """Without 508 to 510 the term ends with 516, and 517 to 519 are grace. A renewal for 520 would pay for them."""
    Pause.objects.create(
        subscription=line, from_issue=house.issue(508), until_issue=house.issue(511), reason="vacation",
        entered_by="system:test",
    )  # fmt: skip
    house.pull_before(521)

    assert actions.write_off_lapsed_grace(now=at("2027-12-01")) == 0
    house.pull_before(522)
    assert actions.write_off_lapsed_grace(now=at("2028-01-01")) == 1


def test_a_double_that_slides_over_the_end_of_a_term_is_one_copy_of_it(house: House, line: Subscription) -> None:
    """Without 512 the double 514 covers the tenth unit of the first term: the second has its ten from 515 on."""
    settle(line, now=JULY)
    actions.reweigh_issue(issue_id=house.issue(514).pk, weight=2, by=BY)
    assert queries.expire(line.pk).issue.number == 522

    actions.drop_issue(issue_id=house.issue(512).pk, by=BY)
    assert queries.expire(line.pk).issue.number == 524

    actions.restore_issue(issue_id=house.issue(512).pk, by=BY)
    assert queries.expire(line.pk).issue.number == 522


def test_so_it_is_after_a_hold_when_nobody_but_the_clock_of_the_line_is_that_far(
    house: House, line: Subscription
) -> None:
    """Three were held back, so its first term ends with 516, three units behind the calendar."""
    Pause.objects.create(
        subscription=line, from_issue=house.issue(508), until_issue=house.issue(511), reason="vacation",
        entered_by="system:test",
    )  # fmt: skip
    settle(line, now=JULY, units=1)

    actions.reweigh_issue(issue_id=house.issue(516).pk, weight=2, by=BY)

    assert queries.expire(line.pk).issue.number == 517


def test_a_gift_cancelled_while_it_waited_does_not_stand_between_a_term_and_its_extension(
    house: House, line: Subscription
) -> None:
    gift = settle(line, now=JULY, units=3, payer_id=house.reader("Ben Stone").pk)
    actions.cancel_term(term_id=gift.pk, reason_code="twice", by=BY, now=JULY)
    house.pull_before(514)

    given = actions.extend(subscription_id=line.pk, issues=1, reason_code="goodwill", by=BY, now=at("2027-02-20"))

    assert (given.term.payer_id, given.term.units, given.term.bonus) == (line.reader_id, 10, 1)
    assert queries.expire(line.pk).issue.number == 514


def test_only_the_last_cancellation_can_be_taken_back(line: Subscription) -> None:
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)
    actions.give_comp(
        subscription_id=line.pk, units=None, owner="The editor", why="author", confirm_by=at("2030-01-01").date(),
        by=BY, now=JULY,
    )  # fmt: skip
    actions.cancel_now(subscription_id=line.pk, reason_code="by_house", by=BY, now=JULY)

    with pytest.raises(actions.NothingToReinstate):
        actions.reinstate(subscription_id=line.pk, by=BY, now=JULY)
    assert Term.objects.filter(subscription=line).count() == 2


def stocked(house: House, *numbers: int) -> None:
    from subscriptions.catalog.actions import receive_stock

    house.magazine.back_start_new = 2
    house.magazine.save(update_fields=["back_start_new"])
    for number in numbers:
        receive_stock(issue_id=house.issue(number).pk, copies=5, by=BY, now=JULY)


def test_back_issues_leave_a_short_term_one_issue_to_come(house: House) -> None:
    house.pull_before(508)
    stocked(house, 506, 507)
    single, pair = house.subscription(), house.subscription(house.reader("Bea Stone"))

    one = settle(single, now=JULY, units=1)
    two = settle(pair, now=JULY, units=2)

    assert (one.carried, one.start_issue.number) == (0, 508)
    assert (two.carried, two.start_issue.number) == (1, 507)


def test_a_term_that_waits_behind_another_begins_with_no_back_issue(house: House) -> None:
    house.pull_before(508)
    stocked(house, 506, 507)
    subscription = house.subscription()
    settle(subscription, now=JULY)

    second = settle(subscription, now=JULY)

    assert (second.carried, queries.expire(subscription.pk).issue.number) == (0, 525)


def test_a_gift_for_a_later_issue_waits_for_it_on_another_subscription_too(house: House) -> None:
    """Held until further notice from 504 on, the clock stands still at the 506 that it is pinned to."""
    house.pull_before(504)
    giver, taker = house.subscription(), house.subscription(house.reader("Ben Stone"))
    term = settle(giver, now=at("2026-02-20"), start_issue_id=house.issue(506).pk)
    actions.hold(
        subscription_id=giver.pk, from_issue_id=house.issue(504).pk, until_issue_id=None, reason="imposed", by=BY,
        now=at("2026-02-20"),
    )  # fmt: skip

    moved = actions.split(term_id=term.pk, why="moved", to_subscription_id=taker.pk, by=BY, now=at("2026-02-20"))

    assert moved.first_issue == house.issue(506)


def test_a_strike_moves_a_gift_that_waits_for_an_issue_that_was_dropped(house: House) -> None:
    """507 was dropped, so the gift for it begins with 508. Two issues are held, and it still begins with 508."""
    house.pull_before(504)
    line = house.subscription()
    settle(line, now=at("2026-02-20"), units=2, start_issue_id=house.issue(507).pk)
    actions.drop_issue(issue_id=house.issue(507).pk, by=BY)

    actions.bulk_hold(
        from_issue_id=house.issue(504).pk, until_issue_id=house.issue(506).pk, reason_code="strike",
        where=queries.Where(), by=BY, now=at("2026-02-20"),
    )  # fmt: skip

    assert queries.expire(line.pk).issue == house.issue(509)


def test_free_copies_that_ended_before_they_began_keep_no_order_waiting_once_a_pull_is_taken_back(
    house: House,
) -> None:
    """Given and paid for between the pulls of 507 and 508: nothing was sent for nothing. Then 507 becomes a special."""
    line = house.subscription()
    house.pull_before(508)
    _given_without_end(line)
    settle(line, now=JULY, units=1)
    assert queries.expire(line.pk).issue.number == 508

    _taken_back(house, 507)
    assert queries.expire(line.pk).issue.number == 508

    actions.reweigh_issue(issue_id=house.issue(507).pk, weight=0, by=BY)
    assert queries.expire(line.pk).issue.number == 508


def test_nor_do_they_keep_the_next_order_waiting(house: House) -> None:
    line = house.subscription()
    house.pull_before(508)
    _given_without_end(line)
    actions.cancel_now(subscription_id=line.pk, reason_code="by_house", by=BY, now=JULY)

    _taken_back(house, 507)
    settle(line, now=house.issue(507).pull_at - dt.timedelta(days=1), units=1)

    assert queries.expire(line.pk).issue.number == 507


def test_after_a_cancellation_an_extension_is_whose_who_was_served_last(house: House, line: Subscription) -> None:
    """The gift behind it was cancelled with it, and has never been served."""
    settle(line, now=JULY, units=3, payer_id=house.reader("Ben Stone").pk, copy_class="gift")
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    given = actions.extend(subscription_id=line.pk, issues=1, reason_code="goodwill", by=BY, now=JULY)

    assert (given.term.payer_id, given.term.copy_class) == (line.reader_id, "paid")


def test_what_goes_on_elsewhere_reaches_no_issue_whose_cut_off_is_over(house: House, line: Subscription) -> None:
    """The label run of 508 is late: it has its addresses, and has not been pulled."""
    other = house.subscription(house.reader("Ben Stone"))
    waiting = settle(line, now=JULY, units=2)
    late = house.issue(508).pull_at + dt.timedelta(hours=1)

    moved = actions.split(term_id=waiting.pk, why="moved", to_subscription_id=other.pk, by=BY, now=late)

    assert moved.first_issue == house.issue(509)
    assert queries.expire(other.pk).issue.number == 510


def _given_without_end(line: Subscription) -> None:
    actions.give_comp(
        subscription_id=line.pk, units=None, owner="The editor", why="author", confirm_by=at("2030-01-01").date(),
        by=BY, now=JULY,
    )  # fmt: skip


def _taken_back(house: House, number: int) -> None:
    issue = house.issue(number)
    actions.give_back_unsent(issue_id=issue.pk, by=BY, now=JULY)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.PLANNED)


def test_what_was_changed_since_a_merge_goes_back_with_it(house: House, line: Subscription) -> None:
    """Six are left of hers, four of his; hers are put right by one while they stand on his line."""
    other = house.subscription(house.reader("Ben Stone"))
    house.term(other, first=508, units=4)
    merge = actions.merge_lines(kept_id=other.pk, merged_id=line.pk, by=BY, now=JULY)
    moved = other.terms.get(split_from__subscription=line)
    actions.correct_term(term_id=moved.pk, issues=1, because="eleven", by=BY, now=JULY)

    actions.unmerge_lines(merge_id=merge.pk, by=BY, now=JULY)

    assert [queries.expire(each.pk).units_left for each in (line, other)] == [7, 4]


def test_what_waits_comes_behind_what_has_ended_and_is_on_its_way(house: House) -> None:
    """505 and 506 are cut off and not pulled yet: one is the first term's, the other the second's, which is ended."""
    line = house.subscription()
    house.pull_before(505)
    first, second, third = (settle(line, now=at("2026-03-20"), units=units) for units in (1, 10, 5))
    late = at("2026-05-20")

    actions.cancel_term(term_id=second.pk, reason_code="other", by=BY, now=late)

    for term in (first, second, third):
        term.refresh_from_db()
    assert [(term.c_from, term.c_to) for term in (first, second, third)] == [(4, 5), (5, 6), (6, 11)]
    assert queries.broken_ledgers() == []
