"""Payments that cross each other: modes 37 to 39, and others that come late."""

import pytest
import stripe

from demo.stripe_standin.testing import AUTHENTICATE_ALWAYS, PROCESSING, REFUND_PENDING, ControlRefused, Standin
from tests.demo.stripe_standin.mailbox import Mailbox
from tests.demo.stripe_standin.shop import Shop

HOUR = 60 * 60


def test_a_session_is_paid_at_the_second_it_expires(standin: Standin, shop: Shop) -> None:
    session = shop.session(shop.customer().id)
    standin.control("clock", {"now": session.expires_at})

    assert standin.pay(session.id)["status"] == "paid"

    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.expire(session.id)


def test_an_expired_session_was_paid_after_all(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    session = shop.session(shop.customer().id)
    standin.advance(25 * HOUR)
    with pytest.raises(ControlRefused):
        standin.pay(session.id)

    assert standin.pay(session.id, late=True)["status"] == "paid"

    standin.wait_for_webhooks()
    told = [kind for kind in mailbox.types() if kind.startswith("checkout.session.")]
    assert told == ["checkout.session.expired", "checkout.session.completed"]
    assert shop.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_session_expires_by_itself_and_cancels_its_intent(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    session = shop.session(shop.customer().id)
    standin.pay(session.id, AUTHENTICATE_ALWAYS, authenticate="abandon")
    standin.advance(25 * HOUR)

    session = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (session.status, session.url, session.payment_intent.status) == ("expired", None, "canceled")
    standin.wait_for_webhooks()
    assert mailbox.types()[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_two_tabs_pay_two_sessions_of_one_order(standin: Standin, shop: Shop) -> None:
    customer = shop.customer().id
    tabs = [shop.session(customer, client_reference_id="order-1") for _ in range(2)]

    for tab in tabs:
        assert standin.pay(tab.id)["status"] == "paid"

    assert standin.stats()["by_customer"] == {customer: 2}


def test_an_abandoned_intent_succeeds_while_a_new_one_is_open(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    customer = shop.customer().id
    first = shop.session(customer)
    standin.pay(first.id, AUTHENTICATE_ALWAYS, authenticate="abandon")
    abandoned = shop.client.v1.checkout.sessions.retrieve(first.id).payment_intent
    second = shop.session(customer)
    standin.pay(second.id, AUTHENTICATE_ALWAYS, authenticate="abandon")

    standin.control(f"payment_intents/{abandoned}/pay")

    assert shop.intent(abandoned).status == "succeeded"
    assert shop.client.v1.checkout.sessions.retrieve(first.id).payment_status == "paid"
    assert shop.client.v1.checkout.sessions.retrieve(second.id).status == "open"
    standin.wait_for_webhooks()
    assert mailbox.types()[-1] == "checkout.session.completed"


def test_a_declined_renewal_succeeds_late(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.control(f"payment_methods/{method}/decline_next", {"decline_code": "insufficient_funds"})
    failed = shop.declined(customer, method).payment_intent.id

    standin.control(f"payment_intents/{failed}/pay")

    assert shop.intent(failed).status == "succeeded"


def test_a_canceled_intent_can_no_longer_succeed(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.control(f"payment_methods/{method}/decline_next", {"decline_code": "insufficient_funds"})
    failed = shop.declined(customer, method).payment_intent.id
    shop.client.v1.payment_intents.cancel(failed, {"cancellation_reason": "abandoned"})

    with pytest.raises(ControlRefused):
        standin.control(f"payment_intents/{failed}/pay")

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.payment_intents.cancel(failed)
    assert refused.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(("answer", "status"), [({}, "succeeded"), ({"decline_code": "lost_card"}, "declined")])
def test_a_payment_stays_in_processing_for_days(
    standin: Standin, shop: Shop, answer: dict[str, str], status: str
) -> None:
    session = shop.session(shop.customer().id)
    assert standin.pay(session.id, PROCESSING)["status"] == "processing"
    waiting = shop.client.v1.checkout.sessions.retrieve(session.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")

    standin.control(f"payment_intents/{waiting.payment_intent}/settle", answer)

    settled = shop.intent(str(waiting.payment_intent)).status
    assert settled == ("succeeded" if status == "succeeded" else "requires_payment_method")


def test_the_fee_is_known_later(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.control("settlement", {"at_once": False})
    shop.bought()
    charge = shop.client.v1.charges.list().data[0]
    assert charge.balance_transaction is None

    standin.control(f"charges/{charge.id}/settle")

    standin.wait_for_webhooks()
    assert mailbox.types()[-1] == "charge.updated"
    charge = shop.client.v1.charges.retrieve(charge.id, {"expand": ["balance_transaction"]})
    assert (charge.balance_transaction.fee, charge.balance_transaction.net) == (88, 1907)


def test_the_card_network_sends_a_new_date(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    _, method = shop.bought()
    standin.control(f"payment_methods/{method}/update", {"exp_year": 2040, "last4": "1881"})

    standin.wait_for_webhooks()
    card = mailbox.events()[-1].data.object.card
    assert (mailbox.types()[-1], card.exp_year) == ("payment_method.automatically_updated", 2040)


def test_a_refund_waits_and_then_fails(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    customer, method = shop.bought(REFUND_PENDING)
    renewal = shop.renew(customer, method)
    refund = shop.client.v1.refunds.create({"payment_intent": renewal.id, "amount": 995})
    assert refund.status == "pending"

    standin.control(f"refunds/{refund.id}/fail")

    refund = shop.client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == ("failed", "lost_or_stolen_card")
    assert shop.client.v1.charges.retrieve(str(renewal.latest_charge)).amount_refunded == 0
    standin.wait_for_webhooks()
    assert "refund.failed" in mailbox.types()


def test_no_more_is_refunded_than_was_paid(shop: Shop) -> None:
    customer, method = shop.bought()
    renewal = shop.renew(customer, method)
    shop.client.v1.refunds.create({"payment_intent": renewal.id, "amount": 1000})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.refunds.create({"payment_intent": renewal.id, "amount": 996})
    assert refused.value.param == "amount"

    shop.client.v1.refunds.create({"payment_intent": renewal.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.refunds.create({"payment_intent": renewal.id})
    assert refused.value.code == "charge_already_refunded"
