"""What holds for every page: landmarks, labels, headings, language, headers."""

from html.parser import HTMLParser

import pytest
from django.conf import settings

from subscriptions.readers.rules.countries import country
from web.reader import countries

PAGES = ["/lantern/", "/lantern/sign-in/", "/lantern/newsletters/", "/orders/M-0000-0000/", "/nosuch/"]


class Outline(HTMLParser):
    """Tags with their attributes, and which ids labels point to."""

    def __init__(self, page) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names):
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_landmarks_and_a_language(shop, browser, path):
    page = Outline(browser.get(path))

    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("header")) == 1
    assert page.all("html")[0]["lang"].startswith("en")
    assert page.all("a")[0]["href"] == "#main"


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label_and_every_id_is_there_once(shop, browser, path):
    page = Outline(browser.get(path))

    labelled = {attrs["for"] for attrs in page.all("label")}
    fields = [a for a in page.all("input", "select") if a.get("type") != "hidden"]
    assert {a["id"] for a in fields} <= labelled
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    described = {i for _, a in page.tags for i in (a.get("aria-describedby") or "").split()}
    assert described <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_a_style_or_anything_from_elsewhere(shop, browser, path):
    answer = browser.get(path)
    page = Outline(answer)

    assert not page.all("script", "style", "iframe", "img")
    assert not [a for _, a in page.tags if a.get("style") or any(name.startswith("on") for name in a)]
    sheets = [a["href"] for a in page.all("link")]
    assert all(sheet.startswith("/static/") for sheet in sheets)


@pytest.mark.parametrize("path", PAGES[:4])
def test_the_policy_of_a_page_lets_only_our_own_styles_in(shop, browser, path):
    answer = browser.get(path)

    policy = answer["Content-Security-Policy"]
    assert "style-src 'self';" in f"{policy};"
    assert "script-src 'self'" in policy
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"


def test_an_error_on_our_side_has_the_look_and_needs_no_database():
    from django.test import RequestFactory

    from config.error_pages import server_error

    answer = server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert b"Something went wrong on our side" in answer.content
    assert b"reader/reader.css" in answer.content


def test_every_country_of_the_list_is_one_that_mail_goes_to():
    assert [code for code in countries.NAMES if country(code).code != code] == []
    assert countries.NAMES[countries.HOME] == "United States"
    assert len(countries.NAMES) == len(countries.FIRST) + len(countries.OTHERS)


def test_the_cookies_are_out_of_reach_of_scripts():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
