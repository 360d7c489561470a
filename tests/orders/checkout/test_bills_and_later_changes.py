"""Dearer postage and more copies are billed, and then something else changes: a merge, a correction, a second gift."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from foundation.actors import Actor
from orders.checkout import actions, queries
from orders.checkout.actions.bill_letters import tell_of_unpaid
from orders.checkout.actions.bills import bill_moves, close_for_others, lock_open_bills
from orders.checkout.models import Bill, BillLine, LineRefund, Order, OrderLine, ZoneMove
from orders.ledger.queries import balance
from subscriptions.terms import actions as terms
from subscriptions.terms.actions.reaching import reach
from subscriptions.terms.models import Term
from tests.house import at
from tests.mover import TORONTO, Mover, books_agree
from tests.own_database import at_once, behind
from tests.shop import Shop

CORA = Actor("staff", "1")


@pytest.fixture
def mover(shop: Shop) -> Mover:
    return Mover(shop)


def goes_to_ben(mover: Mover) -> None:
    """What is left of Ana's term goes on with Ben, as a gift does that is moved."""
    ben = mover.house.subscription(mover.house.reader("Ben Stone"))
    terms.split(
        term_id=mover.running.pk, why="moved_to_another", to_subscription_id=ben.pk, by=CORA, now=mover.shop.now
    )


# Two at once


@pytest.mark.parametrize(("policy", "outcome"), [("convert", "converted"), ("bill", "due")])
def test_the_same_move_twice_at_once_is_one_move(committed_shop: Shop, policy: str, outcome: str):
    mover = Mover(committed_shop)
    mover.set_policy(zone_change=policy)

    outcomes = at_once(mover.moves, mover.moves)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert ZoneMove.objects.get().outcome == outcome
    # 1197 cents buy three of six issues there, and 238 are over; once, and not again.
    assert (mover.running.units, balance("2120")) == ((3, -2_38) if policy == "convert" else (10, 0))
    assert Bill.objects.count() == (policy == "bill")


@pytest.mark.parametrize(
    ("close", "outcome"),
    [
        (lambda move, now: actions.waive_surcharge(zone_move_id=move.pk, because="VIP", by=CORA, now=now), "waived"),
        (lambda move, now: actions.mark_surcharge_paid(zone_move_id=move.pk, note="#7", by=CORA, now=now), "paid"),
    ],
)
def test_a_surcharge_closed_by_hand_while_its_bill_is_written_anew_is_not_billed_any_more(
    committed_shop: Shop, close: Callable[..., ZoneMove], outcome: str
):
    mover = Mover(committed_shop)
    mover.moves()
    move, now = ZoneMove.objects.get(), mover.shop.now

    def bill_anew() -> None:
        again = close_for_others(lock_open_bills(mover.subscription.pk), by=CORA, now=now)
        bill_moves(moves=again, by=CORA, now=now)

    assert behind(bill_anew, lambda: close(move, now)) == [move]

    assert ZoneMove.objects.get().outcome == outcome
    assert [bill.order.state for bill in Bill.objects.select_related("order")] == ["canceled", "canceled"]


def test_a_surcharge_that_falls_while_it_is_waived_says_that_it_is_closed(committed_shop: Shop):
    mover = Mover(committed_shop)
    mover.moves()
    move, now = ZoneMove.objects.get(), mover.shop.now

    [refusal] = behind(
        lambda: mover.moves(mover.house.address(mover.reader)),
        lambda: actions.waive_surcharge(zone_move_id=move.pk, because="VIP", by=CORA, now=now),
    )

    assert isinstance(refusal, actions.SurchargeIsClosed)
    assert ZoneMove.objects.get().outcome == "withdrawn"


def test_what_was_waived_by_itself_is_not_converted_when_the_rest_of_its_bill_is(mover: Mover):
    mover.set_policy(surcharge_unpaid="convert")
    mover.moves()
    ZoneMove.objects.update(outcome="waived", closed_at=mover.shop.now)
    mover.shop.move_to(at("2026-08-01"))

    mover.follows()

    assert (ZoneMove.objects.get().outcome, mover.running.units) == ("waived", 10)


def test_a_move_that_is_taken_back_while_its_money_waits_is_not_paid_twice(
    mover: Mover, monkeypatch: pytest.MonkeyPatch
):
    bill = mover.moves(from_issue_id=mover.house.issue(510).pk)
    assert bill is not None
    mover.pays(bill)
    mover.goes_to(510, "2026-09-20")
    waiting = "orders.checkout.actions.bill_money.reach"

    def after_another(subscription_id: int, *, now: dt.datetime) -> Any:
        """Ana has moved back by the time at which the sweep gets hold of her subscription."""
        monkeypatch.setattr(waiting, reach)
        mover.moves(mover.house.address(mover.reader))
        return reach(subscription_id, now=now)

    monkeypatch.setattr(waiting, after_another)

    assert mover.follows() == 0
    assert (balance("2120"), balance("2100"), BillLine.objects.get().held_cents) == (-4_80, -19_95, 4_80)


# An address is corrected


def test_a_correction_within_the_dear_zone_leaves_the_bill_as_it_is(mover: Mover):
    bill = mover.moves()
    mover.goes_to(509, "2026-08-20")

    corrected = mover.moves(mover.house.address(mover.reader, **{**TORONTO, "line1": "9 Queen St"}))

    assert bill is not None
    assert (corrected, bill.order.state, ZoneMove.objects.get().outcome) == (bill, "awaiting_payment", "due")


def test_what_was_paid_stays_paid_when_the_address_is_corrected(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.pays(bill)

    assert mover.moves(mover.house.address(mover.reader, **TORONTO)) is None

    assert (mover.running.postage_cents, balance("2120")) == (7_20, 0)
    assert ZoneMove.objects.get().outcome == "card"


def test_an_earlier_start_in_the_same_zone_is_billed_anew(mover: Mover):
    mover.moves(from_issue_id=mover.house.issue(510).pk)

    bill = mover.moves(mover.house.address(mover.reader, **TORONTO))

    assert bill is not None
    assert (bill.order.total_cents, bill.first_issue.number) == (7_20, 508)


@pytest.mark.parametrize(("zone", "cents"), [("us", []), ("ca", []), ("other", [14_40])])
def test_a_move_is_quoted_from_the_zone_that_is_paid_for(mover: Mover, zone: str, cents: list[int]):
    mover.moves()

    quoted = queries.quote_move(subscription_id=mover.subscription.pk, to_zone=zone, now=mover.shop.now)

    assert [each.cents for each in quoted] == cents


# Nobody pays


def test_a_move_for_later_is_converted_no_sooner_than_its_first_issue_is_next(mover: Mover):
    mover.set_policy(surcharge_unpaid="convert")
    bill = mover.moves(from_issue_id=mover.house.issue(510).pk)
    assert bill is not None
    mover.shop.move_to(at("2026-08-01"))  # the day after the last one to pay; 508 is next
    assert (mover.follows(), ZoneMove.objects.get().outcome) == (0, "due")

    mover.goes_to(510, "2026-09-20")

    assert mover.follows() == 1
    # 798 cents for four issues: at 199.5 and 120 they buy two, 639 cents, and 159 are over.
    assert (mover.running.units, ZoneMove.objects.get().left_over_cents) == (2, 1_59)
    assert books_agree()


def test_a_bill_that_breaks_stops_no_other(mover: Mover, monkeypatch: pytest.MonkeyPatch):
    line = OrderLine.objects.create(
        order=mover.shop.order(), offer=mover.house.offer, recipient=mover.reader, issues=10, magazine_cents=1995,
        address=mover.house.address(mover.reader), subscription=mover.subscription,
    )  # fmt: skip
    mover.house.term(mover.subscription, first=514, line_uuid=line.uuid, payer=mover.house.reader("Ben Stone"))
    mover.set_policy(surcharge_unpaid="absorb")
    mover.moves()
    mover.shop.move_to(at("2026-08-01"))
    broken, sound = Bill.objects.order_by("pk")

    def breaks(*, bill: Bill, converted: bool, now: dt.datetime) -> None:
        if bill == broken:
            raise RuntimeError("no letter for it")
        tell_of_unpaid(bill=bill, converted=converted, now=now)

    monkeypatch.setattr("orders.checkout.actions.bill_sweeps.tell_of_unpaid", breaks)

    assert mover.follows() == 1
    assert queries.open_bills().get() == broken
    assert ZoneMove.objects.get(bill_line__bill=broken).outcome == "due"
    assert ZoneMove.objects.get(bill_line__bill=sound).outcome == "absorbed"


# The term has gone on elsewhere


def test_what_was_merged_is_owed_for_and_paid_for_as_before(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    kept = mover.house.subscription(mover.reader, address=mover.toronto)
    terms.merge_lines(kept_id=kept.pk, merged_id=mover.subscription.pk, by=CORA, now=mover.shop.now)
    assert mover.follows() == 0
    mover.goes_to(510, "2026-09-20")  # 508 and 509 went to Canada

    mover.pays(bill)

    running = Term.objects.get(subscription=kept, ended_at__isnull=True)
    assert (running.units, running.magazine_cents, running.postage_cents) == (4, 7_98, 4_80)
    assert (balance("4110"), balance("2120")) == (-2_40, 0)
    assert books_agree()


def test_more_copies_of_what_goes_to_somebody_else_are_not_asked_for_any_more(mover: Mover):
    bill = mover.wants(5)
    goes_to_ben(mover)

    assert (mover.follows(), mover.follows()) == (1, 0)

    bill.order.refresh_from_db()
    assert bill.order.state == Order.State.CANCELED


def test_money_for_what_goes_to_somebody_else_is_held(mover: Mover):
    bill = mover.wants(5)
    actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=mover.shop.now)
    mover.shop.pays(bill.order)
    goes_to_ben(mover)

    mover.shop.settles()

    assert (balance("2120"), balance("2100"), BillLine.objects.get().held_cents) == (-47_88, -19_95, 47_88)
    assert set(Term.objects.values_list("copies", flat=True)) == {1}


def test_money_for_copies_that_a_clerk_has_given_meanwhile_is_held(mover: Mover):
    bill = mover.wants(5)
    actions.change_copies(subscription_id=mover.subscription.pk, copies=5, how="absorb", by=CORA, now=mover.shop.now)

    mover.pays(bill)

    assert (mover.running.copies, mover.running.price_cents) == (5, 11_97)
    assert (balance("2120"), balance("2100")) == (-47_88, -19_95)


def test_postage_of_a_term_that_was_cancelled_since_is_not_given_back_by_a_move(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.pays(bill)
    terms.cancel_now(subscription_id=mover.subscription.pk, reason_code="other", by=CORA, now=mover.shop.now)

    mover.moves(mover.house.address(mover.reader))

    assert (LineRefund.objects.count(), balance("2120"), ZoneMove.objects.get().outcome) == (0, 0, "withdrawn")


def test_no_more_postage_is_given_back_than_the_term_still_has(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.pays(bill)
    terms.split(
        term_id=mover.running.pk, why="repriced", magazine_cents=16_17, postage_cents=3_00, by=CORA, now=mover.shop.now
    )

    mover.moves(mover.house.address(mover.reader))

    assert (LineRefund.objects.get().cents, mover.running.magazine_cents, mover.running.postage_cents) == (
        3_00, 16_17, 0,
    )  # fmt: skip


def test_who_has_paid_for_the_dearer_zone_may_go_home_and_come_back_to_it(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.pays(bill)
    mover.goes_to(509, "2026-08-20")  # 508 went to Toronto, so that the move stands.
    assert mover.moves(mover.house.address(mover.reader)) is None
    mover.goes_to(510, "2026-09-20")

    assert mover.moves() is None

    assert [move.outcome for move in ZoneMove.objects.all()] == ["card"]
    assert mover.running.postage_cents == 7_20
