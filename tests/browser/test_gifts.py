"""Tess gives to two people with one payment; whoever got a code redeems it; she finds both in her gift book."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.people import VISA, is_told_it_is_paid, signs_in
from tests.browser.test_my_subscription import signs_in_by_mail
from tests.browser.window import PHONE


def test_two_gifts_one_payment_a_code_redeemed_and_the_gift_book(open_window: OpenWindow) -> None:
    donor = open_window(width=PHONE, javascript=False)
    page = donor.page
    donor.opens("/lantern/give/")
    donor.looks("give")
    donor.presses("Order and go to payment")
    donor.heading("Give The Lantern")
    donor.looks("give-errors")
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
    somebody = open_window(width=PHONE, javascript=False)
    somebody.opens("/redeem/")
    somebody.page.get_by_label("The code on your card").fill(code[0])
    somebody.presses("Continue")
    somebody.reads("This code has been used.")
    somebody.looks("redeem-used")

    signs_in_by_mail(donor, "tess@donors.example")
    donor.presses("Your gifts to others")
    donor.reads("Olive Inkwell, Portland", "Max Folio", "Give them again")
    donor.presses("Show what it costs")
    donor.reads("2 gifts")
    donor.looks("gift-book", main_button="Order and go to payment")


def test_a_clerk_takes_gifts_down_and_the_donor_pays_by_the_link(open_window: OpenWindow) -> None:
    clerk = open_window()
    signs_in(clerk, "clerk")
    clerk.presses("Enter gifts")
    clerk.looks("desk-give", main_button="Show what it costs and means")
    page = clerk.page
    page.get_by_label("What is given").select_option("gift-ten")
    page.get_by_label("Name of the donor").fill("Piet Quoin")
    page.get_by_label("Mail address").first.fill("piet@donors.example")
    page.get_by_label("Who gets it").fill("Cass Gutter")
    page.get_by_label("Street and number, or box").fill("18 Platen Rd")
    page.get_by_label("City").fill("Salem")
    page.get_by_label("State or province").fill("OR")
    page.get_by_label("ZIP or postal code").fill("97301-1234")
    clerk.presses("Show what it costs and means")
    clerk.reads("Cass Gutter: $19.95", "Money for these issues only ever goes back to the donor.")
    clerk.looks("desk-give-told", main_button="Place the order, send the link to pay")
    clerk.presses("Place the order, send the link to pay")
    expect(page.get_by_text("The link to pay is on its way to piet@donors.example")).to_be_visible()
    clerk.looks("desk-gift-order")
    link = re.search(r"/pay/[\w-]+/", page.content())
    assert link is not None

    donor = open_window(width=PHONE, javascript=False)
    donor.opens(link[0])
    donor.reads("Cass Gutter, Salem", "$19.95")
    donor.looks("pay-link", main_button="Pay $19.95")
    donor.presses("Pay $19.95")
    donor.page.get_by_label("Test card").select_option(VISA)
    donor.presses("Pay $19.95")
    is_told_it_is_paid(donor)

    page.reload()
    clerk.presses("Card, message, what to do")
    clerk.looks("desk-gift")
    clerk.presses("Give the rest to somebody else")
    clerk.looks("desk-gift-move")
    page.get_by_label("Name").fill("Flo Serif")
    page.get_by_label("Street and number, or box").fill("4 Type Ln")
    page.get_by_label("City").fill("Toronto")
    page.get_by_label("State or province").fill("ON")
    page.get_by_label("ZIP or postal code").fill("M5V 2T6")
    page.get_by_label("Country").select_option("CA")
    clerk.presses("Show what that means")
    clerk.reads("Postage there is dearer")
    clerk.looks("desk-gift-move-told")
    clerk.presses("Move it")
    clerk.reads("Where it went on", "Flo Serif")
    clerk.looks("desk-gift-moved")
