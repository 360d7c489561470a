"""A newsletter is joined in two steps, the second behind a link that only the owner of the address has."""

from tests.browser.conftest import OpenWindow
from tests.browser.people import follows_link
from tests.browser.window import PHONE

WILMA = "wilma@readers.example"


def test_a_reader_joins_the_weekend_newsletter_with_the_link_from_the_mail(open_window: OpenWindow):
    window = open_window(width=PHONE)
    window.opens("/lantern/newsletters/")
    window.page.get_by_label("The Lantern Weekend").check()
    window.page.get_by_label("Your e-mail address").fill(WILMA)
    window.looks("newsletters", main_button="Sign up")
    window.presses("Sign up")
    window.heading("Please look into your mail")

    follows_link(window, to=WILMA, subject="Please confirm: The Lantern Weekend", path="/newsletters/confirm/")
    window.heading("The Lantern Weekend")
    window.looks("newsletter-confirm", main_button="Yes, sign me up")
    window.presses("Yes, sign me up")

    window.heading("You are on the list")
    window.looks("newsletter-confirmed")
