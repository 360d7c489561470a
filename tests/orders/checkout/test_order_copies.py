"""More copies in mid-term: they come when they are paid for, by card on the stand-in."""

import pytest

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.models import Bill, BillLine, OrderPayment
from orders.ledger.queries import balance
from orders.payments.models import PaymentAttempt
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as service
from subscriptions.terms.models import Term
from tests.house import at
from tests.mover import Mover, books_agree, mail
from tests.own_database import at_once
from tests.shop import Shop

CORA = Actor("staff", "1")


@pytest.fixture
def mover(shop: Shop) -> Mover:
    return Mover(shop)


def test_more_copies_come_once_they_are_paid_for(mover: Mover):
    bill = mover.wants(5)
    assert (bill.order.kind, bill.order.total_cents, mover.running.copies) == ("copies", 47_88, 1)

    mover.pays(bill)

    assert (mover.running.copies, mover.running.units, mover.running.price_cents) == (5, 6, 11_97 + 47_88)
    assert (balance("2100"), balance("1010")) == (-(19_95 + 47_88), 19_95 + 47_88)
    assert books_agree()
    assert "5 copies of each issue come, starting with Sep 2026" in mail("bill_paid")


def test_paid_after_the_pull_they_start_with_the_next_issue_and_the_difference_is_held(mover: Mover):
    bill = mover.wants(5)
    mover.goes_to(509, "2026-08-20")

    mover.pays(bill)

    # Five issues are left, for 998 cents: four more copies of them are 3992. 4788 came.
    assert (mover.running.units, mover.running.copies, mover.running.price_cents) == (5, 5, 9_98 + 39_92)
    assert balance("2120") == -(47_88 - 39_92)
    assert books_agree()
    thanks = mail("bill_paid")
    assert "starting with Oct 2026" in thanks
    assert "the mailing list for Sep 2026 was closed" in thanks
    assert "$7.96 is for issues that it can no longer change" in thanks


def test_the_same_wish_is_the_same_bill_and_another_takes_its_place(mover: Mover):
    first = mover.wants(5)

    assert mover.wants(5) == first
    second = mover.wants(3)

    first.order.refresh_from_db()
    assert (first.order.state, second.order.total_cents) == ("canceled", 23_94)
    assert queries.open_bills().get() == second


def test_a_wish_is_not_changed_while_it_is_being_paid(mover: Mover):
    bill = mover.wants(5)
    actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=mover.shop.now)
    mover.shop.pays(bill.order)  # paid, and not entered yet

    with pytest.raises(actions.PaymentIsUnderWay):
        mover.wants(3)
    with pytest.raises(actions.PaymentIsUnderWay):
        actions.withdraw_copies(bill_id=bill.pk, by=mover.ana, now=mover.shop.now)


def test_a_wish_is_withdrawn_before_it_is_paid(mover: Mover):
    bill = mover.wants(5)

    actions.withdraw_copies(bill_id=bill.pk, by=mover.ana, now=mover.shop.now)

    assert not queries.open_bills().exists()
    with pytest.raises(actions.NothingToPay):
        actions.withdraw_copies(bill_id=bill.pk, by=mover.ana, now=mover.shop.now)


def test_a_wish_that_nobody_pays_for_is_forgotten_after_a_week(mover: Mover):
    mover.wants(5)
    mover.shop.move_to(at("2026-07-09"))

    assert actions.close_abandoned_orders(now=mover.shop.now) == 1
    assert not queries.open_bills().exists()


def test_what_was_cancelled_before_the_payment_came_is_held_for_the_payer(mover: Mover):
    bill = mover.wants(5)
    terms.cancel_now(subscription_id=mover.subscription.pk, reason_code="other", by=CORA, now=mover.shop.now)

    mover.pays(bill)

    assert balance("2120") == -47_88
    assert BillLine.objects.get().held_cents == 47_88
    assert "copies of each issue come" not in mail("bill_paid")


def test_each_of_two_payments_of_a_wish_that_was_withdrawn_is_held_and_told_of(mover: Mover):
    """Its page was open in two tabs, and both are paid after all."""
    bill, shop = mover.wants(5), mover.shop
    pages = []
    for _ in range(2):
        actions.pay_again(order_id=bill.order_id, by=mover.ana, ip=None, now=shop.now)
        pages.append(shop.checkout(bill.order))
        PaymentAttempt.objects.filter(pk=pages[-1].pk).update(state=PaymentAttempt.State.EXPIRED)
    actions.withdraw_copies(bill_id=bill.pk, by=mover.ana, now=shop.now)
    for page in pages:
        shop.standin.pay(page.checkout_session_id)
    shop.hears()

    assert shop.settles() == 2

    told = OutgoingMail.objects.filter(kind="bill_held")
    assert [one.to_email for one in told] == [bill.order.payer_email] * 2
    assert (balance("2120"), OrderPayment.objects.filter(order=bill.order, use="surplus").count()) == (-95_76, 2)


def test_the_number_that_comes_already_is_no_wish(mover: Mover):
    with pytest.raises(actions.CopiesAreTheSame):
        mover.wants(1)


def test_fewer_copies_cost_nothing(mover: Mover):
    mover.pays(mover.wants(3))

    with pytest.raises(actions.NothingToPay):
        mover.wants(2)


def test_more_of_what_somebody_else_pays_for_is_theirs_to_order(mover: Mover):
    Term.objects.filter(subscription=mover.subscription).update(payer=mover.house.reader("Ben Stone"))

    with pytest.raises(actions.NotThePayer):
        mover.wants(2)
    assert mover.wants(2, by=CORA).payer.name == "Ben Stone"


def test_a_clerk_does_not_bill_two_payers_with_one_order(mover: Mover):
    waiting = mover.house.term(mover.subscription, first=514)
    Term.objects.filter(pk=waiting.pk).update(payer=mover.house.reader("Ben Stone"))

    with pytest.raises(actions.SeveralPayers):
        mover.wants(2, by=CORA)


def test_terms_that_wait_get_more_copies_too(mover: Mover):
    mover.house.term(mover.subscription, first=514, cents=1000)
    bill = mover.wants(2)
    assert bill.order.total_cents == 11_97 + 10_00

    mover.pays(bill)

    running = Term.objects.filter(subscription=mover.subscription, ended_at__isnull=True).order_by("c_from")
    assert [(term.copies, term.price_cents, term.units) for term in running] == [(2, 23_94, 6), (2, 20_00, 10)]
    assert service.expire(mover.subscription.pk).issue is not None


def test_two_wishes_at_once_leave_one_bill(committed_shop: Shop):
    mover = Mover(committed_shop)

    bills = at_once(lambda: mover.wants(5), lambda: mover.wants(3))

    assert {type(bill) for bill in bills} == {Bill}
    assert Bill.objects.filter(closed_at__isnull=True).count() == 1
