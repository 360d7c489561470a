"""The straight road of a first purchase: planned, opened, paid at the page, heard of by webhook."""

from orders.payments import actions, queries
from orders.payments.models import SavedMethod
from tests.orders.payments.conftest import Desk


def test_a_paid_page_becomes_a_paid_attempt_with_charge_and_fee(desk: Desk) -> None:
    attempt = desk.open()
    assert attempt.state == "open"
    assert attempt.checkout_url.startswith(desk.standin.base_url)

    desk.pay(attempt)
    desk.heard(attempt)

    assert attempt.state == "paid"
    assert str(attempt.charge_id).startswith("ch_")
    assert attempt.fee_cents == 88  # 2.9 % of 19.95 and 30 cents
    assert list(queries.attempts_to_settle()) == [attempt]


def test_the_card_is_kept_when_the_buyer_agreed(desk: Desk) -> None:
    attempt = desk.paid()

    method = SavedMethod.objects.get()
    assert (method.brand, method.last4, method.state) == ("visa", "4242", "active")
    assert attempt.saved_method == method
    assert queries.active_method(attempt.payer_id) == method


def test_no_card_is_kept_when_the_buyer_did_not(desk: Desk) -> None:
    attempt = desk.paid(save_method=False)

    assert attempt.state == "paid"
    assert not SavedMethod.objects.exists()
    assert attempt.card_last4 == "4242"  # By which its owner is found with a bank statement in hand.


def test_what_stripe_is_asked_is_our_total_and_our_marks(desk: Desk) -> None:
    attempt = desk.open()

    (asked,) = desk.standin.requests(method="POST", path="/v1/checkout/sessions")
    line = asked["params"]["line_items"]["0"]
    assert (line["price_data"]["unit_amount"], line["price_data"]["currency"]) == ("1995", "usd")
    assert asked["params"]["metadata"] == {"attempt": str(attempt.uuid), "subject": str(attempt.subject_uuid)}
    assert asked["params"]["payment_intent_data"]["setup_future_usage"] == "off_session"
    assert asked["idempotency_key"] == f"att:{attempt.uuid}"
    assert "payment_method_types" not in asked["params"]


def test_opening_twice_opens_one_page(desk: Desk) -> None:
    attempt = desk.open()

    again = actions.open_checkout(attempt_id=attempt.pk)

    assert again.checkout_url == attempt.checkout_url
    assert len(desk.standin.requests(method="POST", path="/v1/checkout/sessions")) == 1


def test_settling_takes_it_off_the_list(desk: Desk) -> None:
    attempt = desk.paid()

    actions.mark_settled(attempt_ids=[attempt.pk], now=desk.now)

    assert not queries.attempts_to_settle().exists()


def test_the_returning_buyer_need_not_wait_for_the_webhook(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt)

    attempt = actions.refresh(attempt_id=attempt.pk, now=desk.now)

    assert attempt.state == "paid"
