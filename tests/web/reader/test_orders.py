"""The page of an order: who may see it, paying again, and coming back from Stripe."""

import pytest

from foundation import clock
from orders.checkout import actions
from orders.checkout.models import Order
from orders.payments.models import PaymentAttempt
from subscriptions.terms.models import Term
from tests.card_testing import cards_are_tested
from tests.web.reader.conftest import ANA, Browser, text_of


@pytest.fixture
def order(standin, shop_with_stripe, browser):
    browser.send("/lantern/", **ANA, offer="ten")
    return Order.objects.get()


def pay_at_stripe(standin):
    standin.pay(PaymentAttempt.objects.latest("pk").checkout_session_id, "pm_card_visa")


def test_whoever_placed_it_sees_what_was_ordered_and_can_pay(order, browser):
    said = text_of(browser.get(f"/orders/{order.number}/"))

    assert "Your order is waiting for payment" in said
    assert "2040 N Milwaukee Ave" in said
    assert "Pay $19.95" in said


def test_anybody_else_is_told_how_to_get_in_and_nothing_else(order):
    foreign = Browser().get(f"/orders/{order.number}/")
    unknown = Browser().get("/orders/M-0000-0000/")

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert "Ana" not in text_of(foreign)


@pytest.mark.parametrize("path", ["/orders/M-0000-0000/thanks/", "/orders/%00/", "/orders/'--/"])
def test_no_odd_number_opens_anything(order, path):
    assert Browser().get(path).status_code == 404


def test_somebody_else_cannot_pay_it_either(order):
    stranger = Browser()
    token = stranger.form(stranger.get("/lantern/"))["csrfmiddlewaretoken"]

    answer = stranger.post(f"/orders/{order.number}/pay/", {"csrfmiddlewaretoken": token})

    assert answer.status_code == 404


def test_the_pay_button_leads_to_the_same_open_page(order, browser):
    page = browser.get(f"/orders/{order.number}/")

    answer = browser.send(f"/orders/{order.number}/pay/", page)

    assert answer.url == PaymentAttempt.objects.get().checkout_url


def test_a_payment_page_that_ran_out_is_replaced(order, browser, standin):
    first = PaymentAttempt.objects.get()
    standin.client().v1.checkout.sessions.expire(first.checkout_session_id)
    PaymentAttempt.objects.update(checkout_expires_at=clock.now())
    page = browser.get(f"/orders/{order.number}/")

    answer = browser.send(f"/orders/{order.number}/pay/", page)

    second = PaymentAttempt.objects.latest("pk")
    assert second.pk != first.pk
    assert answer.url == second.checkout_url


def test_a_new_page_stands_behind_the_fences_against_card_testing(order, browser, standin, settings):
    standin.client().v1.checkout.sessions.expire(PaymentAttempt.objects.get().checkout_session_id)
    PaymentAttempt.objects.update(checkout_expires_at=clock.now())
    page = browser.get(f"/orders/{order.number}/")

    settings.LIMIT_CHECKOUTS_PER_ORDER = 0
    too_many = browser.send(f"/orders/{order.number}/pay/", page)
    settings.LIMIT_CHECKOUTS_PER_ORDER = 5
    cards_are_tested(now=clock.now())
    paused = browser.send(f"/orders/{order.number}/pay/", page)

    assert (too_many.status_code, paused.status_code) == (429, 409)
    assert "Card payments are paused for some minutes. The order stands" in text_of(paused)
    assert PaymentAttempt.objects.filter(subject_uuid=order.uuid).count() == 1


def test_coming_back_asks_stripe_and_believes_only_that(order, browser, standin):
    waiting = browser.get(f"/orders/{order.number}/thanks/?paid=yes")
    assert "We are waiting for the confirmation" in text_of(waiting)
    assert 'http-equiv="refresh"' in waiting.content.decode()

    pay_at_stripe(standin)
    arrived = browser.get(f"/orders/{order.number}/thanks/")
    assert "Your payment has arrived" in text_of(arrived)

    actions.settle_paid_orders(now=clock.now())
    paid = browser.get(f"/orders/{order.number}/thanks/")
    assert "Your order is paid" in text_of(paid)
    assert 'http-equiv="refresh"' not in paid.content.decode()
    assert Term.objects.count() == 1


def test_the_page_comes_to_rest_when_nothing_arrives(order, browser):
    page = browser.get(f"/orders/{order.number}/thanks/?look=5")

    assert 'http-equiv="refresh"' not in page.content.decode()
    assert "Look again now" in text_of(page)


@pytest.mark.parametrize("look", ["-1", "x", "99999999999999", "²"])
def test_an_odd_count_of_looks_does_no_harm(order, browser, look):
    assert browser.get(f"/orders/{order.number}/thanks/", {"look": look}).status_code == 200


def test_coming_back_while_stripe_is_away_is_no_error(order, browser, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    assert "We are waiting" in text_of(browser.get(f"/orders/{order.number}/thanks/"))


def test_a_paid_order_is_not_paid_again(order, browser, standin):
    page = browser.get(f"/orders/{order.number}/")
    pay_at_stripe(standin)
    browser.get(f"/orders/{order.number}/thanks/")
    actions.settle_paid_orders(now=clock.now())

    answer = browser.send(f"/orders/{order.number}/pay/", page)

    assert answer.url == f"/orders/{order.number}/"
    assert PaymentAttempt.objects.count() == 1


def test_nobody_else_keeps_a_copy(order, browser):
    page = browser.get(f"/orders/{order.number}/")

    assert "no-store" in page["Cache-Control"]
    # With "no-referrer" browsers send "Origin: null", and no form would pass.
    assert page["Referrer-Policy"] == "same-origin"
    assert "unsafe-inline" not in page["Content-Security-Policy"]


@pytest.mark.parametrize("where", ["", "pay/", "thanks/", "cards/8d8c8a62-0000-4000-8000-000000000000/"])
def test_a_number_that_no_database_takes_is_nobodys_order(shop, browser, where):
    path = f"/orders/%00/{where}"
    browser.get("/lantern/sign-in/")
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}

    answer = browser.post(path, token) if where == "pay/" else browser.get(path)

    assert answer.status_code == 404


def test_nor_is_it_anybodys_bill(shop, signed_in):
    browser = signed_in(shop.reader("Ana Field"))
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}

    assert browser.post("/lantern/my-subscription/bills/%00/withdrawals/", token).status_code == 404
