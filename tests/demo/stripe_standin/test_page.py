"""The checkout page as a buyer's browser meets it."""

import re
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from demo.stripe_standin.testing import AUTHENTICATE_ALWAYS, DECLINED, VISA, Standin
from tests.demo.stripe_standin.shop import BACK, Shop


class Browser:
    """Follows nothing by itself: a test sees each status, each Location and each page."""

    def __init__(self, standin: Standin) -> None:
        self.place = urlsplit(standin.base_url).netloc

    def get(self, url: str) -> tuple[int, str, str]:
        return self._ask("GET", url)

    def post(self, url: str, **fields: str) -> tuple[int, str, str]:
        return self._ask("POST", url, urlencode(fields))

    def _ask(self, method: str, url: str, body: str | None = None) -> tuple[int, str, str]:
        connection = HTTPConnection(self.place)
        connection.request(method, urlsplit(url).path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, page, answer.headers["Location"] or ""


def test_a_buyer_sees_what_is_sold_and_pays(standin: Standin, shop: Shop) -> None:
    browser, session = Browser(standin), shop.session(shop.customer().id)
    status, page, _ = browser.get(session.url)
    assert status == 200
    for text in ("Demo publishing house", "10 issues", "$19.95", 'value="ada@example.org"', BACK, "save this card"):
        assert text in page

    status, _, location = browser.post(session.url, email="ada@example.org", card=VISA)

    assert (status, location) == (303, f"http://127.0.0.1:9/paid?session={session.id}")
    assert shop.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert "has been paid" in browser.get(session.url)[1]


def test_the_page_never_asks_for_a_card_number(standin: Standin, shop: Shop) -> None:
    page = Browser(standin).get(shop.session().url)[1]

    assert re.findall(r"<(?:input|select|textarea)[^>]* name=\"(\w+)\"", page) == ["email", "card"]
    assert "http" not in page.replace(BACK, "").split("<style>")[0]


def test_a_declined_buyer_reads_why_and_tries_another_card(standin: Standin, shop: Shop) -> None:
    browser, session = Browser(standin), shop.session(shop.customer().id)

    status, page, _ = browser.post(session.url, email="ada@example.org", card=DECLINED)

    assert status == 422
    assert 'role="alert">Your card was declined.' in page
    assert f'<option value="{DECLINED}" selected>' in page
    assert browser.post(session.url, email="ada@example.org", card=VISA)[0] == 303


def test_a_buyer_without_an_address_is_asked_for_one(standin: Standin, shop: Shop) -> None:
    browser, session = Browser(standin), shop.session()

    status, page, _ = browser.post(session.url, email="ada", card=VISA)

    assert status == 422
    assert 'aria-invalid="true"' in page
    assert standin.stats()["payment_intents"] == 0


def test_the_bank_asks_and_the_buyer_confirms(standin: Standin, shop: Shop) -> None:
    browser, session = Browser(standin), shop.session(shop.customer().id)
    _, _, bank = browser.post(session.url, email="ada@example.org", card=AUTHENTICATE_ALWAYS)
    status, page, _ = browser.get(bank)
    assert status == 200
    assert "Confirm this payment" in page

    status, _, location = browser.post(bank, answer="confirm")

    assert (status, location) == (303, f"http://127.0.0.1:9/paid?session={session.id}")
    assert browser.get(bank)[0] == 410


def test_the_bank_asks_and_the_buyer_declines(standin: Standin, shop: Shop) -> None:
    browser, session = Browser(standin), shop.session(shop.customer().id)
    _, _, bank = browser.post(session.url, email="ada@example.org", card=AUTHENTICATE_ALWAYS)

    status, page, _ = browser.post(bank, answer="fail")

    assert status == 422
    assert "unable to authenticate" in page
    assert browser.post(session.url, email="ada@example.org", card=VISA)[0] == 303


def test_an_intent_outside_a_session_goes_back_where_it_came_from(standin: Standin, shop: Shop) -> None:
    intent = shop.client.v1.payment_intents.create(
        {
            "amount": 1995,
            "currency": "usd",
            "payment_method": AUTHENTICATE_ALWAYS,
            "confirm": True,
            "return_url": "http://127.0.0.1:9/back",
        }
    )

    status, _, location = Browser(standin).post(intent.next_action.redirect_to_url.url, answer="confirm")

    assert (status, location) == (303, "http://127.0.0.1:9/back")


def test_an_expired_page_says_so_and_charges_nothing(standin: Standin, shop: Shop) -> None:
    browser, session = Browser(standin), shop.session(shop.customer().id)
    shop.client.v1.checkout.sessions.expire(session.id)

    for status, page, _ in (browser.get(session.url), browser.post(session.url, email="a@example.org", card=VISA)):
        assert status == 410
        assert "Nothing was charged" in page
    assert standin.stats()["charges"] == 0


def test_what_the_shop_writes_is_shown_as_text(standin: Standin, shop: Shop) -> None:
    line = {"currency": "usd", "unit_amount": 1995, "product_data": {"name": "<script>alert(1)</script>"}}
    session = shop.session(line_items=[{"quantity": 2, "price_data": line}])

    page = Browser(standin).get(session.url)[1]

    assert "<script>" not in page
    assert "Quantity 2" in page
    assert "$39.90" in page


def test_a_page_that_is_not_there_says_so(standin: Standin) -> None:
    browser = Browser(standin)

    assert browser.get("/c/pay/cs_test_nobody")[0] == 404
    assert browser.get("/nowhere")[0] == 404
    assert browser.get("/")[0] == 200
