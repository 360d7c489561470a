"""What banks refuse: modes 1 to 6 and 9 of the list of failures."""

from typing import NamedTuple

import pytest
import stripe

from demo.stripe_standin.testing import (
    AUTHENTICATE_ALWAYS,
    AUTHENTICATE_ONCE,
    AUTHENTICATED_THEN_DECLINED,
    DECLINED,
    DECLINED_AFTER_ATTACH,
    EXPIRED_CARD,
    FRAUDULENT,
    INCORRECT_CVC,
    INSUFFICIENT_FUNDS,
    LOST_CARD,
    PROCESSING_ERROR,
    STOLEN_CARD,
    VELOCITY_EXCEEDED,
    VISA,
    Standin,
    pays_now_then,
)
from tests.demo.stripe_standin.shop import Shop


class Declines(NamedTuple):
    """A card and what its bank says."""

    card: str
    code: str
    decline_code: str
    advice: str


DECLINES = [
    Declines(DECLINED, "card_declined", "generic_decline", "try_again_later"),
    Declines(INSUFFICIENT_FUNDS, "card_declined", "insufficient_funds", "try_again_later"),
    Declines(LOST_CARD, "card_declined", "lost_card", "do_not_try_again"),
    Declines(STOLEN_CARD, "card_declined", "stolen_card", "do_not_try_again"),
    Declines(EXPIRED_CARD, "expired_card", "expired_card", "confirm_card_data"),
    Declines(INCORRECT_CVC, "incorrect_cvc", "incorrect_cvc", "confirm_card_data"),
    Declines(FRAUDULENT, "card_declined", "fraudulent", "do_not_try_again"),
    Declines(PROCESSING_ERROR, "processing_error", "processing_error", "try_again_later"),
    Declines(VELOCITY_EXCEEDED, "card_declined", "card_velocity_exceeded", "try_again_later"),
]


@pytest.mark.parametrize("case", DECLINES, ids=lambda case: case.decline_code)
def test_a_card_is_declined_at_the_checkout_and_another_one_pays(standin: Standin, shop: Shop, case: Declines) -> None:
    session = shop.session(shop.customer().id)

    refused = standin.pay(session.id, case.card)

    assert (refused["status"], refused["code"], refused["decline_code"]) == ("declined", case.code, case.decline_code)
    assert refused["advice_code"] == case.advice
    assert standin.pay(session.id, VISA)["status"] == "paid"
    assert standin.stats()["payment_intents"] == 1


@pytest.mark.parametrize("case", DECLINES, ids=lambda case: case.decline_code)
def test_a_saved_card_is_declined_off_session(shop: Shop, case: Declines) -> None:
    customer, method = shop.bought(pays_now_then(case.decline_code))

    error = shop.declined(customer, method)

    assert (error.type, error.code, error.decline_code) == ("card_error", case.code, case.decline_code)
    assert error.advice_code == case.advice
    assert error.payment_method.id == method
    assert error.payment_intent.status == "requires_payment_method"
    assert error.payment_intent.last_payment_error.decline_code == case.decline_code
    charge = shop.client.v1.charges.retrieve(error.charge)
    assert (charge.status, charge.failure_code, charge.outcome.reason) == ("failed", case.code, case.decline_code)


def test_a_card_declines_only_after_it_was_saved(shop: Shop) -> None:
    customer = shop.customer().id
    method = shop.client.v1.payment_methods.attach(DECLINED_AFTER_ATTACH, {"customer": customer})

    error = shop.declined(customer, method.id)

    assert error.code == "card_declined"


def test_a_card_that_always_declines_cannot_be_saved(shop: Shop) -> None:
    customer = shop.customer().id

    with pytest.raises(stripe.CardError):
        shop.client.v1.payment_methods.attach(DECLINED, {"customer": customer})


def test_the_bank_asks_for_the_reader_while_nobody_is_there(shop: Shop) -> None:
    customer, method = shop.bought(AUTHENTICATE_ALWAYS)

    error = shop.declined(customer, method)

    assert (error.code, error.decline_code) == ("authentication_required", "authentication_required")
    assert error.payment_intent.status == "requires_payment_method"


def test_a_card_that_was_confirmed_once_renews_alone(shop: Shop) -> None:
    customer, method = shop.bought(AUTHENTICATE_ONCE)

    assert shop.renew(customer, method).status == "succeeded"


@pytest.mark.parametrize(
    ("card", "answer", "statuses"),
    [
        (AUTHENTICATE_ALWAYS, "succeed", ("paid", "complete", "succeeded")),
        (AUTHENTICATE_ALWAYS, "fail", ("declined", "open", "requires_payment_method")),
        (AUTHENTICATE_ALWAYS, "abandon", ("requires_action", "open", "requires_action")),
        (AUTHENTICATED_THEN_DECLINED, "succeed", ("declined", "open", "requires_payment_method")),
    ],
)
def test_the_buyer_confirms_fails_or_walks_away(
    standin: Standin, shop: Shop, card: str, answer: str, statuses: tuple[str, str, str]
) -> None:
    session = shop.session(shop.customer().id)

    paid = standin.pay(session.id, card, authenticate=answer)["status"]

    session = shop.client.v1.checkout.sessions.retrieve(session.id)
    assert (paid, session.status, shop.intent(session.payment_intent).status) == statuses


def test_an_on_session_intent_asks_for_confirmation_and_is_told_the_answer(standin: Standin, shop: Shop) -> None:
    intent = shop.client.v1.payment_intents.create(
        {
            "amount": 1995,
            "currency": "usd",
            "payment_method": AUTHENTICATE_ALWAYS,
            "confirm": True,
            "return_url": "http://127.0.0.1:9/back",
        }
    )
    assert intent.status == "requires_action"
    assert intent.next_action.redirect_to_url.return_url == "http://127.0.0.1:9/back"

    standin.control(f"payment_intents/{intent.id}/authenticate", {"outcome": "succeed"})

    assert shop.intent(intent.id).status == "succeeded"


def test_an_error_can_be_had_instead_of_a_question(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as refused:
        shop.client.v1.payment_intents.create(
            {
                "amount": 1995,
                "currency": "usd",
                "payment_method": AUTHENTICATE_ALWAYS,
                "confirm": True,
                "error_on_requires_action": True,
            }
        )

    assert refused.value.code == "authentication_required"


def test_a_decline_code_that_nobody_has_seen_before(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.control(f"payment_methods/{method}/decline_next", {"decline_code": "moon_in_wrong_house"})

    error = shop.declined(customer, method)

    assert (error.code, error.decline_code, error.advice_code) == ("card_declined", "moon_in_wrong_house", None)
    assert shop.renew(customer, method).status == "succeeded"


def test_an_advice_code_that_contradicts_its_decline_code(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    codes = {"decline_code": "insufficient_funds", "advice_code": "do_not_try_again", "network_decline_code": "57"}
    standin.control(f"payment_methods/{method}/decline_next", codes)

    error = shop.declined(customer, method)

    assert (error.decline_code, error.advice_code) == ("insufficient_funds", "do_not_try_again")
    assert error.network_decline_code == "57"


def test_an_amount_below_fifty_cents_is_too_small(shop: Shop) -> None:
    customer, method = shop.bought()

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.renew(customer, method, amount=49)

    assert (refused.value.code, refused.value.param) == ("amount_too_small", "amount")


def test_a_failed_intent_is_paid_later_with_another_card(shop: Shop) -> None:
    customer, method = shop.bought(pays_now_then("lost_card"))
    failed = shop.declined(customer, method).payment_intent

    intent = shop.client.v1.payment_intents.confirm(
        failed.id, {"payment_method": VISA, "return_url": "http://127.0.0.1:9/back"}
    )

    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
