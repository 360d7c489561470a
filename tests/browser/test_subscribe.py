"""Readers buy at the magazine's own page, and pay at the payment provider's."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.people import ASKS_THE_BANK, DECLINED, VISA, Bought, Person, fills_in, is_told_it_is_paid, pays_with
from tests.browser.window import PHONE

ANA = Person("Ana Thimble", "ana@readers.example", "2040 N Milwaukee Ave")
CY = Person("Cy Lanyard", "cy@readers.example", "5 Wick St")


def test_a_reader_buys_on_a_telephone_and_agrees_to_be_renewed(open_window: OpenWindow):
    window = open_window(width=PHONE)
    window.opens("/lantern/")
    window.looks("subscribe")
    fills_in(window, ANA, renews=True)
    window.looks("subscribe-filled", main_button="Order and go to payment")
    window.presses("Order and go to payment")

    expect(window.page.get_by_label("E-mail", exact=True)).to_have_value(ANA.email)
    window.reads("10 issues", "save this card")
    window.looks("checkout", main_button="Pay $19.95")
    pays_with(window, VISA)

    number = is_told_it_is_paid(window)
    window.reads(number, "10 issues for $19.95", "Automatic, until you cancel.")
    window.looks("thanks")
    window.opens(f"/orders/{number}/")
    window.heading("Your order is paid")
    window.looks("order")


def test_without_javascript_the_same_road_leads_to_a_paid_order(vera: Bought):
    assert re.fullmatch(r"M-\w{4}-\w{4}", vera.order_number)


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(open_window: OpenWindow):
    window = open_window(width=PHONE)
    window.opens("/lantern/")
    fills_in(window, CY)
    window.page.get_by_label("Street address").fill("")
    window.page.get_by_label("ZIP code").fill("97214")
    window.presses("Order and go to payment")

    window.reads("Please have another look")
    expect(window.page.get_by_label("Your name")).to_have_value(CY.name)
    expect(window.page.get_by_label("Street address")).to_have_attribute("aria-invalid", "true")
    window.looks("subscribe-refused", main_button="Order and go to payment")


def test_a_declined_card_is_told_and_another_one_pays_after_a_word_with_the_bank(open_window: OpenWindow):
    window = open_window(width=PHONE)
    window.opens("/lantern/")
    fills_in(window, CY)
    window.presses("Order and go to payment")
    pays_with(window, DECLINED)

    expect(window.page.get_by_role("alert")).to_have_text("Your card was declined.")
    window.looks("checkout-declined")
    pays_with(window, ASKS_THE_BANK)
    window.heading("Confirm this payment")
    window.looks("bank", main_button="Confirm payment")
    window.presses("Confirm payment")

    is_told_it_is_paid(window)


def test_who_leaves_the_checkout_can_pay_later_from_the_page_of_the_order(open_window: OpenWindow):
    window = open_window(width=PHONE)
    window.opens("/lantern/")
    fills_in(window, CY)
    window.presses("Order and go to payment")
    window.page.get_by_role("link", name="Back to The Lantern").click()

    window.heading("Your order is waiting for payment")
    window.looks("order-waiting", main_button="Pay $19.95")
    window.presses("Pay $19.95")
    pays_with(window, VISA)
    is_told_it_is_paid(window)
