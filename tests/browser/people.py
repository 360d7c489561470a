"""What people do on the pages, as they would tell it."""

import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.window import PATIENCE, Window
from tests.signin import code_for

VISA, DECLINED, ASKS_THE_BANK = "pm_card_visa", "pm_card_visa_chargeDeclined", "pm_card_authenticationRequiredOnSetup"
USED_CODES: set[str] = set()
HALF_A_MINUTE = 30
PAID = "Thank you. Your order is paid."


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    street: str


@dataclass(frozen=True)
class Bought:
    person: Person
    order_number: str
    first_issue: str


def fills_in(window: Window, person: Person, *, renews: bool = False) -> None:
    """The subscribe page, up to its button: ten issues to Chicago."""
    page = window.page
    page.get_by_role("radio", name=re.compile(r"^10 issues .*\$19\.95")).check()
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("Your e-mail address").fill(person.email)
    page.get_by_label("Street address").fill(person.street)
    page.get_by_label("City").fill("Chicago")
    page.get_by_label("State").select_option("IL")
    page.get_by_label("ZIP code").fill("60647")
    page.get_by_label("Renew my subscription automatically").set_checked(renews)


def pays_with(window: Window, card: str) -> None:
    """On the checkout page, which has the address already."""
    window.page.get_by_label("Test card").select_option(card)
    window.presses("Pay $19.95")


def is_told_it_is_paid(window: Window) -> str:
    """Back on the house's page; the number of the order. The page looks a few times by itself, then the buyer does."""
    page = window.page
    paid = page.get_by_role("heading", level=1, name=PAID)
    looks_no_more = page.get_by_text("You can close this page")
    for _ in range(5):
        expect(paid.or_(looks_no_more).first).to_be_visible()
        if paid.count():
            break
        window.opens(urlsplit(page.url).path)
    window.heading(PAID)
    return urlsplit(page.url).path.split("/")[2]


def first_issue(window: Window) -> str:
    """The cover label that the page of the order names."""
    fact = window.page.locator("dl > div").filter(has_text="First issue").locator("dd")
    return fact.inner_text().partition("in your mailbox")[0].strip()


def buys(window: Window, person: Person, *, renews: bool = False) -> Bought:
    window.opens("/lantern/")
    fills_in(window, person, renews=renews)
    window.presses("Order and go to payment")
    pays_with(window, VISA)
    return Bought(person, is_told_it_is_paid(window), first_issue(window))


def follows_link(window: Window, *, to: str, subject: str, path: str) -> None:
    """Open the newest mail of that subject in the demo's mailbox, once it is there, and click its link to `path`."""
    mail = window.page.get_by_role("listitem").filter(has_text=f"to {to}").filter(has_text=subject)
    give_up_at = time.monotonic() + PATIENCE / 1000
    window.opens("/demo/mail/")
    while mail.count() == 0:
        assert time.monotonic() < give_up_at, f"No mail {subject!r} to {to}"
        window.page.wait_for_timeout(200)
        window.page.reload()
    mail.first.get_by_role("link").click()
    window.page.locator(f'.text a[href*="{path}"]').first.click()


def fresh_code(window: Window, secret: str) -> str:
    """What the authenticator app shows, for ten seconds more at least; none is good twice."""
    give_up_at = time.monotonic() + 2 * PATIENCE / 1000
    while time.time() % HALF_A_MINUTE > 20 or (code := code_for(secret)) in USED_CODES:
        assert time.monotonic() < give_up_at, "The authenticator app shows no new code"
        window.page.wait_for_timeout(500)
    USED_CODES.add(code)
    return code


def signs_in(window: Window, role: str) -> None:
    """At the desk, with password and second factor."""
    user = window.house.users[role]
    window.opens("/desk/")
    window.page.get_by_label("Email").fill(user["email"])
    window.page.get_by_label("Password").fill(user["password"])
    window.presses("Sign in")
    window.heading("Your second factor")
    window.page.get_by_label("Code").fill(fresh_code(window, user["totp_secret"]))
    window.presses("Sign in")
    window.page.wait_for_url("**/desk/")
