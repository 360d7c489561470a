"""The money of rules 4.4, 4.6, 4.11, 4.15, 4.25 and 4.38, and finance 1.5.3 and 1.5.7, through the real actions and the
real books, on three calendars (`press`). A term is ten issues from 504 for $19.95: 199.5 cents an issue."""

from typing import Any

import pytest

from orders.checkout import actions as checkout
from orders.checkout import queries
from orders.ledger import queries as books
from orders.ledger.rules import allocate
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Term
from tests.worked_examples.bookkeeping import Bookkeeping
from tests.worked_examples.press import BY, Press


@pytest.fixture
def desk(press: Press) -> Bookkeeping:
    return Bookkeeping(press)


def four_served(desk: Bookkeeping, **fields: Any) -> Term:
    """504 to 507 mailed, six issues left."""
    term = desk.sells(desk.press.line(), **fields)
    desk.mails(504, 507, term)
    return term


def graced(desk: Bookkeeping, until: int, **policy: int) -> Any:
    """504 to 513 mailed and earned, and three copies sent after the end."""
    desk.press.allow(grace_issues=3, **policy)
    term = desk.sells(desk.press.line())
    desk.mails(504, until, term)
    assert (desk.earned, desk.deferred) == (1995, 0)
    return term.subscription


def test_rule_4_04_the_two_graced_issues_earn_399_at_the_renewal_and_not_before(desk: Bookkeeping) -> None:
    line = graced(desk, 515)

    desk.sells(line, after=515, origin="renewal")
    desk.posts(515)

    assert (desk.earned, desk.deferred) == (1995 + 399, 1596)


def test_rule_4_06_three_recouped_over_a_gap_earn_598_at_once(desk: Bookkeeping) -> None:
    line = graced(desk, 516, recoup_within_issues=6)

    desk.sells(line, after=519, origin="renewal")
    desk.posts(519)

    assert (desk.earned - 1995, desk.deferred) == (598, 1397)


def test_rule_4_06_what_comes_from_stock_earns_when_it_is_mailed(desk: Bookkeeping) -> None:
    line = graced(desk, 516, recoup_within_issues=6, back_start_renewal=3)
    desk.press.stock(517, 518, 519)
    renewal = desk.sells(line, after=519, origin="renewal", back_issues=3)
    desk.posts(519)
    assert desk.earned - 1995 == 598

    for owed in renewal.owed_copies.order_by("issue__ordinal"):
        desk.mails_from_stock(520, owed)
    desk.mails(520, 523, renewal)

    assert (desk.earned - 1995, desk.deferred) == (1995, 0)


@pytest.mark.parametrize(
    ("reason", "earned", "deferred"),
    [
        pytest.param("never_came", 598, 1397, id="un-earned: three of ten are served"),
        pytest.param("goodwill", 798, 1197, id="goodwill: the liability stays as it is"),
    ],
)
def test_rule_4_11_an_extension_by_its_reason(desk: Bookkeeping, reason: str, earned: int, deferred: int) -> None:
    term = four_served(desk)
    now = desk.press.between(507, 508)

    terms.extend(
        subscription_id=term.subscription_id, issues=1, reason_code=reason, by=BY, now=now,
        copy_issue_id=desk.press.issue(505).pk if reason == "never_came" else None,
    )  # fmt: skip
    desk.posts(507)

    assert (desk.earned, desk.deferred) == (earned, deferred)
    assert desk.press.expires(term.subscription) == 514


def test_rule_4_11_the_eleventh_issue_of_goodwill_earns_nothing(desk: Bookkeeping) -> None:
    term = four_served(desk)
    now = desk.press.between(507, 508)
    terms.extend(subscription_id=term.subscription_id, issues=1, reason_code="goodwill", by=BY, now=now)

    desk.mails(508, 513, term)
    assert (desk.earned, desk.deferred) == (1995, 0)
    desk.mails(514, 514, term)

    assert desk.earned == 1995


def test_rule_4_11_taken_back_it_reverses_the_same_amount(desk: Bookkeeping) -> None:
    term = four_served(desk)
    now = desk.press.between(507, 508)
    given = terms.extend(
        subscription_id=term.subscription_id, issues=1, reason_code="never_came", by=BY, now=now,
        copy_issue_id=desk.press.issue(505).pk,
    )  # fmt: skip
    desk.posts(507)

    terms.take_back(entry_id=given.entry.pk, by=BY, now=now)
    desk.posts(507)

    assert (desk.earned, desk.deferred, desk.press.expires(term.subscription)) == (798, 1197, 513)


@pytest.mark.parametrize(("postage", "back", "earned"), [(0, 1197, 798), (1200, 1917, 1278)])
def test_rule_4_15_cancelled_after_four_the_unearned_part_goes_back(
    desk: Bookkeeping, postage: int, back: int, earned: int
) -> None:
    term = four_served(desk, postage_cents=postage)

    done = checkout.cancel_subscription(
        subscription_id=term.subscription_id, when="now", reason_code="other", by=BY,
        now=desk.press.between(507, 508),
    )  # fmt: skip

    assert [refund.cents for refund in done.refunds] == [back]
    assert (desk.earned, desk.deferred, -books.balance("2300")) == (earned, 0, back)
    assert desk.press.expires(term.subscription) == 507


def test_rule_4_15_at_the_end_of_the_paid_portion_service_goes_on_and_all_is_earned(desk: Bookkeeping) -> None:
    term = four_served(desk)
    now = desk.press.between(507, 508)

    checkout.cancel_subscription(subscription_id=term.subscription_id, when="end", reason_code="other", by=BY, now=now)
    desk.mails(508, 513, term)

    assert (desk.earned, desk.deferred, desk.press.expires(term.subscription)) == (1995, 0, 513)


def test_rule_4_25_four_more_copies_of_six_issues_are_4788_cents(desk: Bookkeeping) -> None:
    term = four_served(desk)

    (quote,) = queries.quote_copies(subscription_id=term.subscription_id, copies=5, now=desk.press.between(507, 508))

    assert (quote.issues, quote.more_cents) == (6, 4788)


def test_rule_4_25_or_1197_cents_become_one_issue_of_five_copies_and_a_fifth_is_over(desk: Bookkeeping) -> None:
    term = four_served(desk)

    done = checkout.change_copies(
        subscription_id=term.subscription_id, copies=5, how="convert", by=BY, now=desk.press.between(507, 508)
    )

    (goes_on,) = done.terms
    assert (goes_on.units, goes_on.copies, goes_on.price_cents) == (1, 5, 998)
    assert [(credit.way, credit.cents) for credit in done.credits] == [("credit", 199)]
    assert (desk.deferred, -books.balance("2120"), desk.press.expires(term.subscription)) == (998, 199, 508)
    desk.mails(508, 508, goes_on)
    assert (desk.earned, desk.deferred) == (798 + 998, 0)


def test_rule_4_25_fewer_copies_make_more_issues_of_the_same_money(desk: Bookkeeping) -> None:
    term = four_served(desk, copies=3, cents=3 * 1995)

    done = checkout.change_copies(
        subscription_id=term.subscription_id, copies=1, how="convert", by=BY, now=desk.press.between(507, 508)
    )

    (goes_on,) = done.terms
    assert (goes_on.units, goes_on.price_cents, done.credits) == (18, 3591, [])
    assert desk.deferred == 3591


def test_rule_4_25_or_fewer_copies_are_credited(desk: Bookkeeping) -> None:
    term = four_served(desk, copies=3, cents=3 * 1995)

    done = checkout.change_copies(
        subscription_id=term.subscription_id, copies=1, how="credit", by=BY, now=desk.press.between(507, 508)
    )

    (goes_on,) = done.terms
    assert (goes_on.units, goes_on.price_cents, [credit.cents for credit in done.credits]) == (6, 1197, [2394])
    assert (desk.deferred, -books.balance("2120")) == (1197, 2394)


def test_rule_4_38_one_of_four_gifts_ends_after_three_and_1397_go_back_to_ben(desk: Bookkeeping) -> None:
    ben = desk.press.house.reader("Ben Ash")
    gifts = [
        desk.sells(desk.press.line(name), payer_id=ben.pk, copy_class="gift") for name in ("Ana", "Bea", "Cy", "Dot")
    ]
    desk.mails(504, 506, *gifts)

    done = checkout.cancel_subscription(
        subscription_id=gifts[2].subscription_id, when="now", reason_code="died", by=BY,
        now=desk.press.between(506, 507),
    )  # fmt: skip

    assert [(refund.payer, refund.cents) for refund in done.refunds] == [(ben, 1397)]
    assert (desk.earned, desk.deferred) == (4 * 598, 3 * 1397)
    assert desk.press.expires(gifts[1].subscription) == 513


def test_rule_4_38_or_the_rest_goes_to_somebody_else_for_no_money(desk: Bookkeeping) -> None:
    ben = desk.press.house.reader("Ben Ash")
    gift = desk.sells(desk.press.line("Ana"), payer_id=ben.pk, copy_class="gift")
    desk.mails(504, 506, gift)
    eve = desk.press.line("Eve")

    moved = terms.split(
        term_id=gift.pk, why="moved", to_subscription_id=eve.pk, by=BY, now=desk.press.between(506, 507)
    )

    assert (moved.new.units, moved.new.price_cents, moved.new.payer) == (7, 1397, ben)
    assert (desk.earned, desk.deferred, desk.press.expires(eve)) == (598, 1397, 513)


def test_finance_1_5_3_two_issues_on_top_spread_1197_over_eight(desk: Bookkeeping) -> None:
    term = four_served(desk)

    terms.extend(
        subscription_id=term.subscription_id, issues=2, reason_code="spread", by=BY, now=desk.press.between(507, 508)
    )
    goes_on = Term.objects.get(split_from=term)
    earned = []
    for said in range(508, 516):
        desk.mails(said, said, goes_on)
        earned.append(desk.earned)

    assert earned == [947, 1097, 1246, 1396, 1546, 1695, 1845, 1995]
    assert (desk.deferred, desk.press.expires(term.subscription)) == (0, 515)


def test_finance_1_5_5_a_concession_of_500_at_four_served(desk: Bookkeeping) -> None:
    term = four_served(desk)
    assert (desk.earned, desk.deferred) == (798, 1197)

    refund = checkout.give_concession(
        subscription_id=term.subscription_id, cents=500, because="late issues", by=BY,
        now=desk.press.between(507, 508),
    )  # fmt: skip

    # Dr 4100 200, Dr 2100 300, Cr 2300 500.
    assert (refund.cents, refund.earned_cents, books.balance("2300")) == (500, 200, -500)
    assert (desk.earned, desk.deferred) == (598, 897)
    goes_on = Term.objects.get(split_from=term)
    earned = []
    for said in range(508, 514):
        desk.mails(said, said, goes_on)
        earned.append(desk.earned)
    assert earned == [747, 897, 1046, 1196, 1345, 1495]
    assert (desk.deferred, desk.press.expires(term.subscription)) == (0, 513)


def test_finance_1_5_7_of_two_gifts_for_3495_the_second_ends_after_three(desk: Bookkeeping) -> None:
    ben = desk.press.house.reader("Ben Ash")
    first, second = (
        desk.sells(desk.press.line(name), payer_id=ben.pk, copy_class="gift", cents=cents)
        for name, cents in zip(("Ana", "Bea"), allocate(3495, [1, 1]), strict=True)
    )
    desk.mails(504, 506, first, second)

    done = checkout.cancel_subscription(
        subscription_id=second.subscription_id, when="now", reason_code="other", by=BY,
        now=desk.press.between(506, 507),
    )  # fmt: skip

    assert [refund.cents for refund in done.refunds] == [1223]
    assert desk.deferred == 1748 - 524
