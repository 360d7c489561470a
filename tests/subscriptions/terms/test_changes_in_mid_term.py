"""The reader of rule 4.1 (ten issues from 504 for $19.95) after four were served: what ends, what goes on, for what."""

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation.actors import Actor
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Entry, Pause, Subscription, Term
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
# 507 was pulled on 10 June, 508 is pulled on 10 August.
JULY = at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    subscription: Subscription = house.subscription()
    house.term(subscription, first=504, postage_cents=1200)
    house.pull_before(508)
    return subscription


def expires(line: Subscription) -> int | str:
    answer = queries.expire(line.pk)
    return answer.issue.number if answer.issue else answer.reason


def queue_one(line: Subscription, **fields: object) -> Term:
    return settle(line, now=JULY, **fields)


def sums(line: Subscription) -> None:
    """What must hold after each change: the ledger is the range, and nothing is released twice."""
    assert queries.broken_ledgers() == []
    for old in Term.objects.filter(subscription=line, continuation__isnull=False).select_related("continuation"):
        assert old.continuation.price_cents <= old.released_cents


def test_cancelling_now_releases_what_was_not_served(line: Subscription) -> None:
    (ended,) = actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)

    assert (ended.units, ended.magazine_cents, ended.postage_cents) == (6, 1995 - 798, 720)
    assert expires(line) == 507
    assert Subscription.objects.get(pk=line.pk).renewal == "do_not_renew"
    sums(line)


def test_cancelling_now_ends_what_waits_too_and_an_order_after_it_starts_at_once(line: Subscription) -> None:
    queue_one(line)

    running, waiting = actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)

    assert (running.units, waiting.units, waiting.cents) == (6, 10, 1995)
    again = settle(line, now=JULY)
    assert again.start_issue.number == 508
    assert expires(line) == 517
    sums(line)


def test_an_issue_that_is_cut_off_but_not_pulled_yet_still_comes(line: Subscription) -> None:
    after_the_cut_off = at("2026-08-10", 18)

    (ended,) = actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=after_the_cut_off)

    assert ended.units == 5
    assert expires(line) == 508


def test_there_is_nothing_to_cancel_twice(line: Subscription) -> None:
    actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)

    with pytest.raises(actions.NothingToCancel):
        actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)
    with pytest.raises(actions.NothingToCancel):
        actions.cancel_at_end(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)


@pytest.mark.parametrize("code", ["", "goodwill", "nonsense"])
def test_a_cancellation_needs_a_reason_for_one(line: Subscription, code: str) -> None:
    with pytest.raises(actions.UnknownReason):
        actions.cancel_now(subscription_id=line.pk, reason_code=code, by=BY, now=JULY)


def test_cancelling_at_the_end_changes_no_issue_and_gives_no_grace(line: Subscription) -> None:
    Term.objects.filter(subscription=line).update(grace=3)

    actions.cancel_at_end(subscription_id=line.pk, reason_code="too_dear", by=BY, now=JULY)

    assert expires(line) == 513
    assert Term.objects.get(subscription=line).grace == 0
    assert Subscription.objects.get(pk=line.pk).renewal == "do_not_renew"


def test_when_one_that_waits_is_cancelled_those_behind_it_move_up(line: Subscription) -> None:
    gift, renewal = queue_one(line, units=3), queue_one(line)

    ended = actions.cancel_term(term_id=gift.pk, reason_code="twice", by=BY, now=JULY)

    assert (ended.units, ended.cents) == (3, 1995)
    assert queries.life_of(line.pk).first_issue_of(queries.life_of(line.pk).spans[-1]).number == 514
    assert expires(line) == 523
    assert Term.objects.get(pk=renewal.pk).c_from == 13
    sums(line)


def test_what_a_term_released_stands(line: Subscription) -> None:
    actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)

    with pytest.raises(Error, match="what it released stands"), transaction.atomic():
        Term.objects.filter(subscription=line).update(released_magazine_cents=1)


def test_more_is_never_released_than_was_paid(line: Subscription) -> None:
    with pytest.raises(Error, match="released_is_at_most_the_price"), transaction.atomic():
        Term.objects.filter(subscription=line).update(released_magazine_cents=1996, ended_at=JULY, ended_on=JULY.date())


def test_reinstated_it_goes_on_with_what_was_left_for_what_was_released(line: Subscription) -> None:
    queue_one(line)
    actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)
    house_moves_on = at("2026-08-20")
    line.magazine.issues.filter(number=508).update(state="pulled", pulled_at=at("2026-08-10", 17))

    first, second = actions.reinstate(subscription_id=line.pk, by=BY, now=house_moves_on)

    assert (first.units, first.price_cents) == (6, 1197 + 720)
    assert (second.units, second.price_cents) == (10, 1995)
    assert first.start_issue.number == 509
    assert expires(line) == 524
    sums(line)


def test_what_was_missed_while_cancelled_comes_from_stock_as_far_as_the_house_allows(
    house: House, line: Subscription
) -> None:
    house.magazine.back_start_reinstated = 2
    house.magazine.save(update_fields=["back_start_reinstated"])
    actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)
    house.pull_before(510)
    for number in (507, 508, 509):
        stock(house, number)

    (term,) = actions.reinstate(subscription_id=line.pk, by=BY, now=at("2026-09-20"), back_issues=5)

    assert [owed.issue.number for owed in term.owed_copies.order_by("issue__ordinal")] == [508, 509]
    assert (term.carried, expires(line)) == (2, 513)
    sums(line)


def test_nothing_is_reinstated_twice(line: Subscription) -> None:
    actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)
    actions.reinstate(subscription_id=line.pk, by=BY, now=JULY)

    with pytest.raises(actions.NothingToReinstate):
        actions.reinstate(subscription_id=line.pk, by=BY, now=JULY)


def test_a_split_keeps_the_end_and_moves_no_cent(line: Subscription) -> None:
    queue_one(line)
    term = Term.objects.get(subscription=line, predecessor=None)

    done = actions.split(term_id=term.pk, why="copies", copies=5, by=BY, now=JULY)

    assert (done.new.units, done.new.copies, done.new.price_cents) == (6, 5, 1917)
    assert done.old.price_cents - done.old.released_cents == done.old.price_cents - done.new.price_cents == 1278
    assert done.first_issue.number == 508
    assert expires(line) == 523
    assert done.new.successor.units == 10
    sums(line)


def test_a_split_of_one_that_waits_keeps_its_place(line: Subscription) -> None:
    waiting = queue_one(line)

    done = actions.split(term_id=waiting.pk, why="copies", copies=2, by=BY, now=JULY)

    assert (done.first_issue.number, expires(line)) == (514, 523)
    sums(line)


def test_the_rest_of_a_term_goes_on_for_somebody_else(house: House, line: Subscription) -> None:
    other = house.subscription(house.reader("Bea Stone"))
    term = Term.objects.get(subscription=line)

    done = actions.split(term_id=term.pk, why="moved", to_subscription_id=other.pk, by=BY, now=JULY)

    assert (expires(line), expires(other)) == (507, 513)
    assert done.new.payer_id == line.reader_id
    sums(line)


def test_the_rest_waits_behind_what_the_other_has(house: House, line: Subscription) -> None:
    other = house.subscription(house.reader("Bea Stone"))
    house.term(other, first=508, units=2)
    term = Term.objects.get(subscription=line)

    done = actions.split(term_id=term.pk, why="moved", to_subscription_id=other.pk, by=BY, now=JULY)

    assert (done.first_issue.number, expires(other)) == (510, 515)


@pytest.mark.parametrize("wish", [{"units": 0}, {"copies": 0}])
def test_a_term_goes_on_with_something(line: Subscription, wish: dict[str, int]) -> None:
    term = Term.objects.get(subscription=line)

    with pytest.raises(actions.SplitDoesNotFit):
        actions.split(term_id=term.pk, why="copies", by=BY, now=JULY, **wish)


def test_goodwill_lengthens_the_running_term_and_moves_the_queue(line: Subscription) -> None:
    waiting = queue_one(line)

    given = actions.extend(subscription_id=line.pk, issues=2, reason_code="goodwill", by=BY, now=JULY)

    assert (given.entry.kind, given.term.bonus, expires(line)) == ("bonus", 2, 525)
    assert Term.objects.get(pk=waiting.pk).c_from == 15
    sums(line)


def test_a_copy_that_never_came_is_given_back_once(house: House, line: Subscription) -> None:
    wish = {"subscription_id": line.pk, "issues": 1, "copy_issue_id": house.issue(505).pk, "by": BY, "now": JULY}

    given = actions.extend(reason_code="never_came", **wish)

    assert (given.entry.kind, given.entry.copy_issue.number, expires(line)) == ("credit", 505, 514)
    with pytest.raises(actions.CopyIsCredited):
        actions.extend(reason_code="never_came", **wish)


def test_a_credit_that_was_taken_back_may_be_given_again(house: House, line: Subscription) -> None:
    wish = {"subscription_id": line.pk, "issues": 1, "copy_issue_id": house.issue(505).pk, "by": BY, "now": JULY}
    given = actions.extend(reason_code="never_came", **wish)

    reversal = actions.take_back(entry_id=given.entry.pk, by=BY, now=JULY)

    assert (reversal.units, expires(line)) == (-1, 513)
    with pytest.raises(actions.ExtensionIsTakenBack):
        actions.take_back(entry_id=given.entry.pk, by=BY, now=JULY)
    sums(line)


def test_an_extension_whose_issues_have_gone_out_stays(house: House, line: Subscription) -> None:
    given = actions.extend(subscription_id=line.pk, issues=1, reason_code="goodwill", by=BY, now=JULY)
    house.pull_before(515)

    with pytest.raises(actions.ExtensionIsUsed):
        actions.take_back(entry_id=given.entry.pk, by=BY, now=at("2027-04-01"))


def test_a_spread_goes_on_with_more_issues_for_the_same_money(line: Subscription) -> None:
    given = actions.extend(subscription_id=line.pk, issues=2, reason_code="spread", by=BY, now=JULY)

    assert (given.entry.kind, given.term.units, given.term.price_cents, expires(line)) == ("split_in", 8, 1917, 515)
    sums(line)


def test_an_extension_behind_the_end_is_a_free_term_from_the_next_issue(house: House, line: Subscription) -> None:
    house.pull_before(516)

    given = actions.extend(subscription_id=line.pk, issues=1, reason_code="goodwill", by=BY, now=at("2027-05-01"))

    assert (given.term.price_cents, given.term.units, expires(line)) == (0, 0, 516)
    sums(line)


@pytest.mark.parametrize(
    ("issues", "reason", "refusal"),
    [
        (0, "goodwill", actions.ExtensionIsOdd),
        (61, "goodwill", actions.ExtensionIsOdd),
        (1, "never_came", actions.ExtensionIsOdd),
        (1, "not_reading", actions.UnknownReason),
    ],
)
def test_an_odd_extension_is_refused(line: Subscription, issues: int, reason: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        actions.extend(subscription_id=line.pk, issues=issues, reason_code=reason, by=BY, now=JULY)

    assert Entry.objects.filter(term__subscription=line).count() == 1


def test_nothing_is_extended_that_was_never_bought(house: House) -> None:
    with pytest.raises(actions.NothingToExtend):
        actions.extend(subscription_id=house.subscription().pk, issues=1, reason_code="goodwill", by=BY, now=JULY)


def test_a_back_start_takes_what_is_in_stock(house: House) -> None:
    house.magazine.back_start_new = 2
    house.magazine.save(update_fields=["back_start_new"])
    house.pull_before(504)
    stock(house, 503)
    subscription = house.subscription()

    term = settle(subscription, now=at("2026-02-20"), back_issues=2)

    assert (term.start_issue.number, term.carried, expires(subscription)) == (503, 1, 512)
    assert term.owed_copies.get().state == "waiting"
    assert queries.broken_ledgers() == []


def test_a_named_start_is_waited_for(house: House, line: Subscription) -> None:
    other = house.subscription(house.reader("Bea Stone"))
    gift = settle(other, now=JULY, start_issue_id=house.issue(511).pk)

    assert (gift.start_issue.number, expires(other)) == (511, 520)
    with pytest.raises(Exception, match="can no longer start"):
        settle(line, now=JULY, start_issue_id=house.issue(507).pk)


def test_two_lines_are_made_one_and_two_again(house: House, line: Subscription) -> None:
    other = house.subscription(house.reader("Bea Stone"))
    house.term(other, first=504, units=8, cents=2495, payer=house.reader("An Agency"), copy_class="agency")

    merge = actions.merge_lines(kept_id=line.pk, merged_id=other.pk, by=BY, now=JULY)

    assert (expires(line), queries.life_of(line.pk).terms[-1].payer.name) == (517, "An Agency")
    assert Subscription.objects.get(pk=other.pk).merged_into_id == line.pk
    actions.unmerge_lines(merge_id=merge.pk, by=BY, now=JULY)
    assert (expires(line), expires(other)) == (513, 511)
    sums(line)
    sums(other)


def test_an_issue_is_kept_open_before_lines_are_made_two_again(house: House, line: Subscription) -> None:
    """Whoever locks a line first and an issue then may wait for a pull that waits for the line."""
    other = house.subscription(house.reader("Bea Stone"))
    merge = actions.merge_lines(kept_id=line.pk, merged_id=other.pk, by=BY, now=JULY)

    with CaptureQueriesContext(connection) as asked:
        actions.unmerge_lines(merge_id=merge.pk, by=BY, now=JULY)

    texts = [query["sql"] for query in asked]
    open_issue = next(place for place, text in enumerate(texts) if "FOR SHARE" in text)
    written = next(place for place, text in enumerate(texts) if text.startswith('UPDATE "terms_subscription"'))
    locked = [place for place, text in enumerate(texts) if "terms_subscription" in text and "FOR NO KEY" in text]
    assert open_issue < locked[0] < locked[1] < written


def test_a_line_on_hold_is_not_merged(house: House, line: Subscription) -> None:
    other = house.subscription(house.reader("Bea Stone"))
    house.term(other)
    Pause.objects.create(subscription=other, from_issue=house.issue(509), reason="vacation", entered_by="system:test")

    with pytest.raises(actions.LineIsHeld):
        actions.merge_lines(kept_id=line.pk, merged_id=other.pk, by=BY, now=JULY)


def test_free_copies_without_an_end_give_way_to_an_order(house: House) -> None:
    house.pull_before(504)
    subscription = house.subscription()
    free = actions.give_comp(
        subscription_id=subscription.pk, units=None, owner="The editor", why="author",
        confirm_by=at("2027-01-01").date(), by=BY, now=at("2026-02-20"),
    )  # fmt: skip
    house.pull_before(508)

    paid = settle(subscription, now=JULY)

    free.refresh_from_db()
    assert (free.units, free.ended_because) == (4, "became a paid subscription")
    assert (paid.start_issue.number, expires(subscription)) == (508, 517)
    sums(subscription)


def test_grace_that_nobody_renewed_after_is_written_off_once(house: House, line: Subscription) -> None:
    Term.objects.filter(subscription=line).update(grace=3)
    house.pull_before(519)
    now = at("2027-09-01")

    assert actions.write_off_lapsed_grace(now=now) == 1
    assert actions.write_off_lapsed_grace(now=now) == 0
    assert Entry.objects.get(kind="write_off").about == "3 grace copies not recovered"
    renewal = settle(line, now=now)
    assert (renewal.carried, renewal.start_issue.number) == (0, 519)


def test_access_is_counted_in_days_and_released_by_the_day(house: House) -> None:
    reader = house.reader()
    term = actions.start_access(
        magazine_id=house.magazine.pk, reader_id=reader.pk, payer_id=reader.pk, days=100, price_cents=1000,
        currency="usd", sold_on=JULY.date(), by=BY, now=JULY,
    )  # fmt: skip

    ended = actions.end_access(access_id=term.pk, because="too_dear", by=BY, now=at("2026-07-31"))

    assert (ended.released_cents, ended.until_on) == (700, at("2026-10-09").date())
    with pytest.raises(actions.AccessIsOver):
        actions.end_access(access_id=term.pk, because="again", by=BY, now=at("2026-08-01"))


def stock(house: House, number: int, copies: int = 5) -> None:
    from subscriptions.catalog.actions import receive_stock

    receive_stock(issue_id=house.issue(number).pk, copies=copies, by=BY, now=JULY)
