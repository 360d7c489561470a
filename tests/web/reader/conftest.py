"""A buyer and a reader at their browsers: forms are read from the page, filled in and sent, as people do."""

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from demo.stripe_standin.testing import Standin
from foundation import clock
from tests.house import House, at

# What every reader's form asks of a buyer in Chicago.
ANA = {
    "payer_name": "Ana Field",
    "email": "ana@readers.example",
    "line1": "2040 N Milwaukee Ave",
    "city": "Chicago",
    "region": "IL",
    "postcode": "60647-4002",
}


class _Forms(HTMLParser):
    """The forms of a page with what stands in their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.first_buttons: list[dict[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
            self.first_buttons.append({})
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "button" and self.forms and not self.first_buttons[-1]:
            self.first_buttons[-1] = {given.get("name", ""): given.get("value", "")}
        elif tag == "option" and "selected" in given:
            self.forms[-1][self._select] = given.get("value", "")
        elif tag == "input" and given.get("name"):
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if ticked:
                self.forms[-1][given["name"]] = given.get("value", "on" if given.get("type") == "checkbox" else "")


class Browser(Client):
    """Sends forms with their CSRF token checked, as a real browser has to."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def form(self, page: Any, number: int = 0) -> dict[str, str]:
        reader = _Forms()
        reader.feed(page.content.decode())
        return reader.forms[number]

    def press_enter(self, path: str, page: Any, **typed: str) -> Any:
        """In a field of the first form: browsers then press its first button, “Go” on a telephone too."""
        reader = _Forms()
        reader.feed(page.content.decode())
        return self.post(path, {**reader.forms[0], **typed, **reader.first_buttons[0]})

    def send(self, path: str, /, page: Any = None, **typed: str | None) -> Any:
        """Fill in the first form of `page` (or of the one at `path`) and send it there; `None` leaves a field out."""
        page = page or self.get(path)
        filled = {**self.form(page), **typed}
        return self.post(path, {name: value for name, value in filled.items() if value is not None})


def text_of(page: Any) -> str:
    """What a person reads, on one line."""
    bare = re.sub(r"<(script|style|option).*?</\1>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    return " ".join(bare.replace("&#x27;", "'").replace("&amp;", "&").split())


def link_in(mail: Any, part: str) -> str:
    """The path of the first link in a mail that has `part` in it."""
    found = re.search(rf"{re.escape(settings.PUBLIC_URL)}(/\S*{part}\S*)", mail.text)
    assert found is not None, mail.text
    return found[1]


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def shop(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with an offer that can renew by itself, on February 20, 2026: the next issue is 504, April."""
    renewal = house.make_offer(code="ten-again", issues=10, cents=1995, kind="renewal", is_public=False)
    renewal.renews_with = renewal
    renewal.save()
    house.offer.renews_with = renewal
    house.offer.save()
    house.make_offer(code="four", issues=4, cents=595, renews_with=renewal)
    house.pull_before(504)
    set_clock(monkeypatch, at("2026-02-20"))
    return house


@pytest.fixture
def shop_with_stripe(shop: House, standin: Standin) -> House:
    """The same, and Stripe has that day, too."""
    standin.control("clock", {"now": int(clock.now().timestamp())})
    return shop


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def signed_in(browser: Browser) -> Any:
    """Signs a reader in the way readers do: by the link in the mail."""
    from foundation.mail.models import OutgoingMail

    def sign_in(reader: Any, magazine: str = "lantern") -> Browser:
        browser.send(f"/{magazine}/sign-in/", email=reader.email)
        mail = OutgoingMail.objects.filter(kind="sign_in", to_email=reader.email).latest("pk")
        answer = browser.send(link_in(mail, "sign-in"))
        assert answer.status_code == 302
        return browser

    return sign_in
