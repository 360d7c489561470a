"""Dearer postage is billed: asked for, paid by card on the stand-in, and what becomes of what nobody pays."""

import datetime as dt

import pytest
from django.db.models import Q

from demo.stripe_standin.testing import DECLINED
from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.actions.moving import withdraw_surcharges
from orders.checkout.models import Bill, BillLine, LineRefund, Order, OrderLine, ZoneMove
from orders.ledger.queries import balance
from orders.payments.models import PaymentAttempt
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Term
from tests.house import at
from tests.mover import Mover, books_agree, mail
from tests.own_database import at_once
from tests.shop import Shop

CORA = Actor("staff", "1")


@pytest.fixture
def mover(shop: Shop) -> Mover:
    return Mover(shop)


def test_a_surcharge_is_an_order_that_its_payer_is_asked_to_pay(mover: Mover):
    bill = mover.moves()

    assert bill is not None
    assert (bill.order.kind, bill.order.total_cents, bill.order.payer) == ("postage", 7_20, mover.reader)
    assert (bill.first_issue.number, bill.due_on) == (508, dt.date(2026, 7, 31))
    asked = mail("bill_postage")
    assert "From Sep 2026 on that is $7.20 more" in asked
    assert f"/orders/{bill.order.number}/" in asked
    assert "until July 31, 2026" in asked
    assert not PaymentAttempt.objects.filter(subject_uuid=bill.order.uuid).exists()  # nothing is charged by itself


def test_what_is_paid_becomes_postage_of_the_issues_left(mover: Mover):
    bill = mover.moves()
    assert bill is not None

    mover.pays(bill)

    assert (mover.running.units, mover.running.magazine_cents, mover.running.postage_cents) == (6, 11_97, 7_20)
    assert (balance("2100"), balance("1010"), balance("4110")) == (-(19_95 + 7_20), 19_95 + 7_20, 0)
    assert books_agree()
    assert ZoneMove.objects.get().outcome == ZoneMove.Outcome.CARD
    assert not queries.open_bills().exists()
    assert "It pays for the dearer postage from Sep 2026 on" in mail("bill_paid")
    assert not OutgoingMail.objects.filter(kind="order_acknowledgement", to_email="", key__contains=bill.order.number)


def test_what_was_sent_before_the_payment_is_earned_at_once(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.goes_to(510, "2026-09-20")  # 508 and 509 went to Canada

    mover.pays(bill)

    assert (mover.running.units, mover.running.postage_cents) == (4, 4_80)
    assert (balance("4110"), balance("2100")) == (-2_40, -(19_95 + 4_80))
    assert books_agree()


def test_a_term_served_to_its_end_has_earned_all_of_the_surcharge(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.goes_to(514, "2027-03-01")

    mover.pays(bill)

    assert Term.objects.count() == 1
    assert (balance("4110"), balance("2100")) == (-7_20, -19_95)


def test_settling_twice_changes_nothing(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.pays(bill)

    assert (mover.shop.settles(), mover.follows()) == (0, 0)
    assert (Term.objects.count(), balance("2100")) == (2, -(19_95 + 7_20))


def test_a_declined_card_leaves_the_bill_open(mover: Mover):
    bill = mover.moves()
    assert bill is not None

    mover.pays(bill, card=DECLINED)

    assert queries.open_bills().get() == bill
    assert Term.objects.count() == 1


def test_paid_ahead_it_waits_for_its_first_issue(mover: Mover):
    bill = mover.moves(from_issue_id=mover.house.issue(510).pk)
    assert bill is not None
    mover.pays(bill)
    assert (balance("2120"), Term.objects.count(), mover.follows()) == (-4_80, 1, 0)

    mover.goes_to(510, "2026-09-20")

    assert (mover.follows(), mover.follows()) == (1, 0)
    assert (mover.running.units, mover.running.postage_cents) == (4, 4_80)
    assert (balance("2120"), balance("2100")) == (0, -(19_95 + 4_80))
    assert books_agree()


def test_moving_back_before_the_cut_off_closes_the_bill(mover: Mover):
    bill = mover.moves()
    home = mover.house.address(mover.reader)

    assert mover.moves(home) is None

    assert bill is not None
    bill.order.refresh_from_db()
    assert (bill.order.state, ZoneMove.objects.get().outcome) == ("canceled", "withdrawn")


def test_moving_back_before_the_cut_off_gives_back_what_was_paid(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.pays(bill)

    assert mover.moves(mover.house.address(mover.reader)) is None

    assert (mover.running.magazine_cents, mover.running.postage_cents) == (11_97, 0)
    assert (balance("2120"), balance("2100")) == (-7_20, -19_95)
    assert LineRefund.objects.get().payer == mover.reader
    assert books_agree()


def test_moving_back_undoes_what_was_paid_ahead(mover: Mover):
    bill = mover.moves(from_issue_id=mover.house.issue(510).pk)
    assert bill is not None
    mover.pays(bill)

    mover.moves(mover.house.address(mover.reader), from_issue_id=mover.house.issue(510).pk)
    mover.goes_to(510, "2026-09-20")

    assert mover.follows() == 0
    assert BillLine.objects.get().held_cents == 4_80
    assert (balance("2120"), Term.objects.count()) == (-4_80, 1)


def test_a_second_move_after_an_issue_went_out_bills_anew_from_the_zone_that_was_paid_for(mover: Mover):
    mover.moves()
    mover.goes_to(509, "2026-08-20")
    oslo = mover.house.address(mover.reader, country="NO", zone="other", label_country="NORWAY")

    bill = mover.moves(oslo)

    assert bill is not None  # five issues at 240 cents; the one to Canada is borne by the house
    assert bill.order.total_cents == 12_00
    assert sorted(ZoneMove.objects.values_list("outcome", flat=True)) == ["due", "withdrawn"]


def test_a_payment_for_a_closed_bill_is_held_and_said(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=mover.shop.now)
    attempt = mover.shop.checkout(bill.order)
    mover.moves(mover.house.address(mover.reader))
    mover.shop.standin.pay(attempt.checkout_session_id)
    mover.shop.hears()

    mover.shop.settles()

    assert (balance("2120"), balance("2100"), Term.objects.count()) == (-7_20, -19_95, 1)
    assert "We hold" in OutgoingMail.objects.get(kind="bill_held").subject
    bill.order.refresh_from_db()
    assert bill.order.state == Order.State.CANCELED


@pytest.mark.parametrize(("policy", "outcome"), [("convert", "converted"), ("absorb", "absorbed")])
def test_not_paid_in_time_it_goes_as_the_mail_has_said(mover: Mover, policy: str, outcome: str):
    mover.set_policy(surcharge_unpaid=policy)
    bill = mover.moves()
    said = {"convert": "fewer issues come for the money that is left", "absorb": "we bear it"}[policy]
    assert bill is not None
    assert said in mail("bill_postage")
    mover.shop.move_to(at("2026-07-31"))
    assert mover.follows() == 0  # the last day to pay
    # The policy of that day is not asked: the payer was told another one.
    mover.set_policy(surcharge_unpaid="wait")

    mover.shop.move_to(at("2026-08-01"))

    assert (mover.follows(), mover.follows()) == (1, 0)
    assert ZoneMove.objects.get().outcome == outcome
    bill.order.refresh_from_db()
    assert bill.order.state == Order.State.EXPIRED
    assert "need not be paid any more" in mail("bill_unpaid")


def test_converted_late_it_counts_the_issues_that_are_left_then(mover: Mover):
    mover.set_policy(surcharge_unpaid="convert")
    mover.moves()
    mover.goes_to(509, "2026-08-20")

    mover.follows()

    # 998 cents are left for five issues: at 199.6 + 120 they buy three, 959 cents, and 39 are over.
    assert (mover.running.units, ZoneMove.objects.get().left_over_cents) == (3, 39)
    assert (balance("2120"), balance("2100")) == (-39, -(19_95 - 39))
    assert books_agree()
    assert "The last one is Nov/Dec 2026" not in mail("bill_unpaid")
    assert "The last one is" in mail("bill_unpaid")


def test_by_default_what_is_not_paid_stays_on_the_work_list(mover: Mover):
    mover.moves()
    mover.shop.move_to(at("2026-09-30"))

    assert mover.follows() == 0
    assert queries.surcharges_due().count() == 1


def test_what_is_being_paid_is_not_converted(mover: Mover):
    mover.set_policy(surcharge_unpaid="convert")
    bill = mover.moves()
    assert bill is not None
    mover.shop.move_to(at("2026-08-02"))
    actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=mover.shop.now)
    mover.shop.checkout(bill.order)

    assert mover.follows() == 0
    assert ZoneMove.objects.get().outcome == "due"


def test_a_cancelled_subscription_owes_nothing_more(mover: Mover):
    mover.moves()
    terms.cancel_now(subscription_id=mover.subscription.pk, reason_code="other", by=CORA, now=mover.shop.now)

    assert (mover.follows(), mover.follows()) == (1, 0)
    assert ZoneMove.objects.get().outcome == "withdrawn"
    assert not queries.open_bills().exists()


def test_a_term_that_was_served_to_its_end_is_still_owed_for(mover: Mover):
    mover.moves()
    mover.goes_to(514, "2027-03-01")

    assert mover.follows() == 0
    assert queries.surcharges_due().count() == 1


def test_what_cannot_be_converted_any_more_is_borne_by_the_house(mover: Mover):
    mover.set_policy(surcharge_unpaid="convert")
    mover.moves()
    mover.goes_to(514, "2027-03-01")

    assert mover.follows() == 1
    assert ZoneMove.objects.get().outcome == "absorbed"
    assert "We bear them" in mail("bill_unpaid")


def test_a_worker_that_dies_while_settling_leaves_nothing_half_done(mover: Mover, monkeypatch: pytest.MonkeyPatch):
    bill = mover.moves()
    assert bill is not None
    actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=mover.shop.now)
    mover.shop.pays(bill.order)

    def dies(where: str) -> None:
        if where == "settle.bill_applied":
            raise KeyboardInterrupt(where)

    with monkeypatch.context() as patched:
        patched.setattr("orders.checkout.actions.bill_money.reached", dies)
        with pytest.raises(KeyboardInterrupt):
            mover.shop.settles()
    assert (Term.objects.count(), ZoneMove.objects.get().outcome) == (1, "due")

    assert mover.shop.settles() == 1
    assert (Term.objects.count(), balance("2100")) == (2, -(19_95 + 7_20))


def test_a_donor_is_asked_and_not_told_where_the_recipient_lives(mover: Mover):
    ben = mover.house.reader("Ben Stone")
    Term.objects.filter(subscription=mover.subscription).update(payer=ben, copy_class="gift")

    bill = mover.moves()

    assert bill is not None
    assert (bill.payer, bill.order.payer_email) == (ben, "ben@readers.example")
    assert "You need not pay it" in mail("bill_postage")
    assert "Ana Field" in mail("bill_postage")
    assert "Toronto" not in mail("bill_postage")


def test_each_payer_has_a_bill_of_their_own(mover: Mover):
    ben = mover.house.reader("Ben Stone")
    line = OrderLine.objects.create(
        order=mover.shop.order(), offer=mover.house.offer, recipient=mover.reader, issues=10, magazine_cents=1995,
        address=mover.house.address(mover.reader), subscription=mover.subscription,
    )  # fmt: skip
    mover.house.term(mover.subscription, first=514, line_uuid=line.uuid, payer=ben)

    mover.moves()

    bills = Bill.objects.order_by("order__total_cents")
    assert [(bill.payer.name, bill.order.total_cents) for bill in bills] == [("Ana Field", 7_20), ("Ben Stone", 12_00)]


def test_one_move_of_a_bill_falls_and_the_others_are_billed_anew(mover: Mover):
    line = OrderLine.objects.create(
        order=mover.shop.order(), offer=mover.house.offer, recipient=mover.reader, issues=10, magazine_cents=1995,
        address=mover.house.address(mover.reader), subscription=mover.subscription,
    )  # fmt: skip
    waiting = mover.house.term(mover.subscription, first=514, line_uuid=line.uuid)
    both = mover.moves()
    assert both is not None
    assert both.order.total_cents == 7_20 + 12_00

    withdraw_surcharges(Q(term=waiting), note="it goes on elsewhere", by=CORA, now=mover.shop.now)

    assert queries.open_bills().get().order.total_cents == 7_20
    both.order.refresh_from_db()
    assert both.order.state == "canceled"
    assert sorted(ZoneMove.objects.values_list("outcome", flat=True)) == ["due", "withdrawn"]


# Closed by hand


def test_waived_with_a_reason_that_the_trail_keeps(mover: Mover):
    bill = mover.moves()
    move = ZoneMove.objects.get()

    actions.waive_surcharge(zone_move_id=move.pk, because="moved by the army", by=CORA, now=mover.shop.now)

    move.refresh_from_db()
    assert bill is not None
    bill.order.refresh_from_db()
    assert (move.outcome, move.note, move.closed_by, bill.order.state) == (
        "waived", "moved by the army", "staff:1", "canceled",
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="zone.closed").exists()


def test_nobody_is_let_off_while_paying(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=mover.shop.now)
    mover.shop.checkout(bill.order)

    with pytest.raises(actions.SurchargeIsBeingPaid):
        actions.waive_surcharge(zone_move_id=ZoneMove.objects.get().pk, because="a friend", by=CORA, now=mover.shop.now)


def test_a_move_and_the_payment_at_once_lose_no_money(committed_shop: Shop):
    mover = Mover(committed_shop)
    bill = mover.moves()
    assert bill is not None
    home = mover.house.address(mover.reader)
    actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=mover.shop.now)
    mover.shop.pays(bill.order)

    settled, moved = at_once(mover.shop.settles, lambda: mover.moves(home))
    settled_then = mover.shop.settles()

    assert (settled + settled_then, moved) == (1, None)

    # Either it was settled and given back, or closed and held: the same money, the payer's.
    assert (balance("2120"), balance("2100"), balance("1010")) == (-7_20, -19_95, 19_95 + 7_20)
    assert books_agree()
