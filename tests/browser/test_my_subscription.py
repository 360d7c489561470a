"""Readers look after their subscription by themselves, with a link from their mail and no password."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.people import Bought, follows_link
from tests.browser.window import PHONE, Window

OSCAR = "oscar@readers.example"  # of the demo's story; he was renewed automatically


def signs_in_by_mail(window: Window, email: str) -> None:
    window.opens("/lantern/my-subscription/")
    window.page.get_by_label("Your e-mail address").fill(email)
    window.presses("Mail me a link")
    window.heading("Please look into your mail")
    follows_link(window, to=email, subject="Your link to sign in", path="/sign-in/")
    window.heading("Welcome back")
    window.presses("Sign in")
    window.heading("My subscription")


def test_a_reader_signs_in_by_mail_and_moves_house(vera: Bought, open_window: OpenWindow):
    window = open_window(width=PHONE)
    window.opens("/lantern/sign-in/")
    window.looks("sign-in", main_button="Mail me a link")
    signs_in_by_mail(window, vera.person.email)
    window.reads(f"The Lantern for {vera.person.name}", "77 Tallow St", vera.order_number)
    window.looks("my-subscription")

    window.presses("Change address")
    window.looks("change-address", main_button="Save the new address")
    promised = window.page.locator(".lead strong").inner_text()
    window.page.get_by_label("Street address").fill("9 Ember St")
    window.page.get_by_label("Apartment").fill("Apt 4")
    window.presses("Save the new address")

    window.reads(f"{promised} is the first issue that goes to the new address.", "9 Ember St")
    window.looks("address-changed")
    window.presses("Sign out")
    window.opens("/lantern/my-subscription/")
    window.heading("Sign in to your subscription")


def test_a_link_from_the_mail_cancels_the_renewal_in_one_step_and_without_signing_in(open_window: OpenWindow):
    window = open_window(width=PHONE)
    follows_link(window, to=OSCAR, subject="Receipt: $19.95 for The Lantern", path="/cancel-renewal/")
    window.heading("Cancel automatic renewal?")
    window.looks("cancel-renewal", main_button="Cancel automatic renewal")
    window.presses("Cancel automatic renewal")

    window.heading("Automatic renewal is cancelled")
    window.reads("We will not charge you again.")
    window.looks("cancelled-renewal")
    signs_in_by_mail(window, OSCAR)
    window.reads("Does not renew by itself.")
    expect(window.page.get_by_role("link", name=re.compile("Cancel automatic renewal"))).to_have_count(0)
