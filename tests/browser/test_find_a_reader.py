"""A clerk signs in at the desk and finds the reader who has just bought."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.people import Bought, signs_in
from tests.browser.window import Window


def finds(window: Window, typed: str, name: str) -> None:
    """Typed into the field that has the focus already, and Enter: the only one is opened at once."""
    window.opens("/desk/readers/")
    expect(window.page.get_by_label("Find a reader")).to_be_focused()
    window.page.keyboard.type(typed)
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_clerk_finds_a_reader_by_name_and_by_order_number(vera: Bought, open_window: OpenWindow):
    window = open_window()
    window.opens("/desk/")
    window.looks("desk-sign-in", main_button="Sign in")
    signs_in(window, "clerk")
    window.looks("desk-today")

    window.opens("/desk/readers/?q=reed")
    window.looks("desk-readers", main_button="Find")
    finds(window, "quillf", vera.person.name)
    finds(window, vera.order_number, vera.person.name)

    window.reads(vera.person.email, "77 Tallow St", vera.order_number, "10 issues for $19.95", "Paid")
    expect(window.page.locator(".figure").first).to_have_text(re.compile(r"^until \w"))
    window.looks("desk-reader")
    window.presses(vera.order_number)
    window.reads("$19.95", "Began with", vera.first_issue)
    window.looks("desk-order")
    window.opens("/desk/calendar/")
    window.looks("desk-calendar")
