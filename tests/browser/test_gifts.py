"""Vera gives to two people with one payment; whoever got a code redeems it; she finds both in her gift book."""

import re

from tests.browser.conftest import OpenWindow
from tests.browser.people import VISA, is_told_it_is_paid
from tests.browser.test_my_subscription import signs_in_by_mail
from tests.browser.window import PHONE


def test_two_gifts_one_payment_a_code_redeemed_and_the_gift_book(open_window: OpenWindow) -> None:
    donor = open_window(width=PHONE, javascript=False)
    page = donor.page
    donor.opens("/lantern/give/")
    donor.looks("give")
    page.get_by_role("radio", name=re.compile(r"^10 issues .*\$19\.95")).check()
    page.get_by_label("Who gets it?").fill("Olive Inkwell")
    page.get_by_label("Street address or PO box").fill("12 Quire St")
    page.get_by_label("City").fill("Portland")
    page.get_by_label("State").first.select_option("OR")
    page.get_by_label("ZIP code").fill("97214-1234")
    page.get_by_label("A few words for the card").fill("Happy birthday, Olive!")
    page.get_by_label("Your name").fill("Tess Ledger")
    page.get_by_label("Your e-mail address").fill("tess@donors.example")
    donor.presses("Add another gift")
    donor.reads("Gift 2")
    page.get_by_label("Who gets it?").nth(1).fill("Max Folio")
    page.get_by_label("I do not know the address.").nth(1).check()
    donor.looks("give-two")
    donor.presses("Order and go to payment")
    page.get_by_label("Test card").select_option(VISA)
    donor.presses("Pay $39.90")
    is_told_it_is_paid(donor)
    donor.reads("Olive Inkwell, Portland", "Max Folio", "to be redeemed by whoever gets it")
    donor.looks("gift-order")
    code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.locator("main").inner_text())
    assert code is not None

    max_folio = open_window(width=PHONE, javascript=False)
    max_folio.opens("/redeem/")
    max_folio.looks("redeem", main_button="Continue")
    max_folio.page.get_by_label("The code on your card").fill(code[0].lower())
    max_folio.presses("Continue")
    max_folio.heading("Tess Ledger gives you The Lantern")
    max_folio.looks("redeem-address", main_button="Send it there")
    max_folio.page.get_by_label("Your name").fill("Max Folio")
    max_folio.page.get_by_label("Street address or PO box").fill("9 Press Ave")
    max_folio.page.get_by_label("City").fill("Chicago")
    max_folio.page.get_by_label("State").select_option("IL")
    max_folio.page.get_by_label("ZIP code").fill("60647-4002")
    max_folio.presses("Send it there")
    max_folio.heading("It is on its way")
    max_folio.looks("redeemed")

    signs_in_by_mail(donor, "tess@donors.example")
    donor.presses("Your gifts to others")
    donor.reads("Olive Inkwell, Portland", "Max Folio", "Give them again")
    donor.presses("Show what it costs")
    donor.reads("2 gifts")
    donor.looks("gift-book", main_button="Order and go to payment")
