import datetime as dt
from typing import Any

import pytest

from orders.checkout.models import LineRefund
from orders.checkout.rules import OrderRequest, Person
from orders.ledger import queries as books
from subscriptions.terms.models import AccessTerm, Subscription
from tests.gifts import address, buy
from tests.house import at
from tests.signin import signed_in
from tests.web.conftest import NOW, DeskHouse, move_to
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora(db: None) -> Any:
    return signed_in("clerk")


def cancel_at(d: DeskHouse) -> str:
    return url("cancel_subscription", d.subscription.uuid)


def test_cancelling_says_what_it_means_and_acts_on_post(cora: Any, desk_house: DeskHouse) -> None:
    page = asks(cora, cancel_at(desk_house))

    assert "nothing is sent from Apr 2026 on" in page
    assert f"goes back to {desk_house.ana.shown_name}" in page
    assert not LineRefund.objects.exists()

    page = does(cora, cancel_at(desk_house), when="now", reason="too_dear", money="refund")
    refund = LineRefund.objects.get()
    assert f"${refund.cents / 100:.2f} goes back to {desk_house.ana.shown_name}." in page
    assert "Take it up again" in page


def test_cancelling_at_the_end_moves_no_money(cora: Any, desk_house: DeskHouse) -> None:
    assert "Cancelled. The last issue is" in does(
        cora, cancel_at(desk_house), when="end", reason="died", money="refund"
    )
    assert not LineRefund.objects.exists()
    assert Subscription.objects.get(pk=desk_house.subscription.pk).renewal == "do_not_renew"


def test_a_credit_is_said_to_be_one(cora: Any, desk_house: DeskHouse) -> None:
    page = does(cora, cancel_at(desk_house), when="now", reason="other", money="credit")

    assert f"is held as a credit for {desk_house.ana.shown_name}." in page


def test_what_is_no_answer_is_refused(cora: Any, desk_house: DeskHouse) -> None:
    is_refused(cora, cancel_at(desk_house), 400, when="later", reason="other", money="refund")
    is_refused(cora, cancel_at(desk_house), 400, when="now", reason="goodwill", money="refund")
    does(cora, cancel_at(desk_house), when="now", reason="other", money="refund")
    assert "No issue is left" in is_refused(cora, cancel_at(desk_house), when="now", reason="other", money="refund")


def test_taking_it_up_again_withdraws_the_refund(cora: Any, desk_house: DeskHouse) -> None:
    at = url("reinstate_subscription", desk_house.subscription.uuid)
    does(cora, cancel_at(desk_house), when="now", reason="other", money="refund")

    assert "the refund that was promised for it is withdrawn" in asks(cora, at)
    assert "It goes on with Apr 2026." in does(cora, at, back_issues=0)
    assert LineRefund.objects.get().state == "withdrawn"
    assert books.balance("2300") == 0
    assert "Nothing was cancelled" in is_refused(cora, at, back_issues=0)


def test_finance_sees_what_is_to_be_sent_and_that_it_is_the_account(desk_house: DeskHouse, cora: Any) -> None:
    fay = signed_in("finance")
    assert "No money is promised back." in text_of(fay.get(url("refunds")))
    does(cora, cancel_at(desk_house), when="now", reason="other", money="refund")

    page = text_of(fay.get(url("refunds")))

    owed = f"${-books.balance('2300') / 100:.2f}"
    assert f"Account 2300 holds {owed}" in page
    assert desk_house.ana.shown_name in page


def test_nothing_bought_is_nothing_to_cancel(cora: Any, desk_house: DeskHouse) -> None:
    empty = desk_house.house.subscription(desk_house.ana, desk_house.ana.addresses.first())

    assert "nothing to cancel" in asks(cora, url("cancel_subscription", empty.uuid))


def test_a_cancellation_for_the_end_is_taken_back(cora: Any, desk_house: DeskHouse) -> None:
    at = url("reinstate_subscription", desk_house.subscription.uuid)
    does(cora, cancel_at(desk_house), when="end", reason="other", money="refund")

    assert at in cora.get(url("reader", desk_house.ana.pk)).content.decode()
    assert "No issue was taken off, and no money moves." in asks(cora, at)
    assert "The cancellation is taken back. The last paid issue is" in does(cora, at, back_issues=0)
    assert Subscription.objects.get(pk=desk_house.subscription.pk).renewal == "renew"
    assert at not in cora.get(url("reader", desk_house.ana.pk)).content.decode()


@pytest.fixture
def access(desk_house: DeskHouse) -> AccessTerm:
    """Thirty days online for $9.99, bought today by Dan; the day is not used up yet."""
    desk_house.house.make_offer(code="online", issues=0, cents=9_99, access_days=30)
    dan = Person("Dan Hope", "dan@readers.example")
    buy(OrderRequest(offer="online", payer=dan, ship_to=address("Dan Hope")), now=NOW)
    return AccessTerm.objects.select_related("reader").get()


def test_digital_access_is_shown_and_ended_and_its_days_given_back(cora: Any, access: AccessTerm) -> None:
    at, file = url("end_access", access.uuid), url("reader", access.reader_id)
    move_to(NOW + dt.timedelta(days=10))
    assert "The Lantern Feb 20, 2026 Mar 21, 2026 running the reader $9.99" in text_of(cora.get(file))
    assert at in cora.get(file).content.decode()
    # Ten of thirty days are used: 333 of 999 cents.
    assert "$6.66 for the days that are left goes back to Dan Hope." in asks(cora, at)

    page = does(cora, at, reason="too_dear", money="refund")

    assert "The digital access has ended. $6.66 goes back to Dan Hope." in page
    assert "ended on Mar 2, 2026" in page
    assert (books.balance("2100"), books.balance("2300")) == (-3_33, -6_66)
    assert "This access ended" in is_refused(cora, at, reason="too_dear", money="refund")
    assert LineRefund.objects.count() == 1


def test_little_money_of_digital_access_is_held_as_a_credit(cora: Any, access: AccessTerm, settings: Any) -> None:
    settings.REFUND_MINIMUM_CENTS = 10_00

    page = does(cora, url("end_access", access.uuid), reason="too_dear", money="refund")

    assert "$9.99 is held as a credit for Dan Hope." in page
    assert books.balance("2120") == -9_99


def test_digital_access_that_cost_nothing_gives_nothing_back(cora: Any, access: AccessTerm) -> None:
    AccessTerm.objects.update(price_cents=0)

    assert "No money is left to give back." in asks(cora, url("end_access", access.uuid))
    does(cora, url("end_access", access.uuid), reason="too_dear", money="refund")
    assert not LineRefund.objects.exists()


def test_a_clerk_stops_what_is_sent_in_hope(cora: Any, desk_house: DeskHouse) -> None:
    line = desk_house.house.subscription(desk_house.ben)
    desk_house.house.term(line, first=504, grace=3)
    desk_house.house.pull_before(515)
    move_to(at("2027-03-20"))

    at_desk = url("cancel_subscription", line.uuid)

    shown = f"/desk/readers/{desk_house.ben.pk}/"
    assert at_desk in cora.get(shown).content.decode()
    assert "nothing is sent from May 2027 on. No money moves." in asks(cora, at_desk)
    page = does(cora, at_desk, when="now", reason="died", money="refund")

    assert "Cancelled. Nothing is sent from May 2027 on." in page
    after = cora.get(shown).content.decode()
    assert at_desk not in after
    assert url("reinstate_subscription", line.uuid) not in after
