"""The page for donors, without scripts: gifts are added, taken away and ordered with one payment."""

import re

import pytest

from foundation.mail.models import OutgoingMail
from orders.checkout.models import Gift, Order
from subscriptions.catalog.models import OfferGiftTier
from tests.gifts import buy, code_for, given, wish
from tests.house import House, at
from tests.web.reader.conftest import Browser, text_of

pytestmark = pytest.mark.django_db
GIVE = "/lantern/give/"
BEN = {"payer_name": "Ben Moss", "email": "ben@donors.example"}
NOW = at("2026-02-20")


def to(place: int, name: str, **typed: str) -> dict[str, str]:
    row = {
        "recipient": name, "line1": "2040 N Milwaukee Ave", "city": "Chicago", "region": "IL", "postcode": "60647-4002",
        "country": "US", **typed,
    }  # fmt: skip
    return {f"g{place}-{field}": value for field, value in row.items()}


def test_one_gift_is_ordered_and_the_donor_sent_to_payment(shop: House, browser: Browser):
    page = browser.send(GIVE, order="1", **BEN, **to(0, "Ana Field"), **{"g0-message": "Happy birthday!"})

    assert page.status_code == 302
    gift = Gift.objects.get()
    assert (gift.to_name, gift.to_town, gift.from_name, gift.message) == (
        "Ana Field", "Chicago", "Ben Moss", "Happy birthday!",
    )  # fmt: skip
    assert gift.line.order.payer.name == "Ben Moss"


def test_a_button_adds_a_gift_and_keeps_what_was_typed(shop: House, browser: Browser):
    page = browser.send(GIVE, more="1", **BEN, **to(0, "Ana Field"))

    filled = browser.form(page)
    assert filled["count"] == "2"
    assert (filled["g0-recipient"], filled["g1-recipient"], filled["payer_name"]) == ("Ana Field", "", "Ben Moss")
    assert not Order.objects.exists()


def test_a_button_takes_a_gift_away(shop: House, browser: Browser):
    page = browser.send(GIVE, more="1", **BEN, **to(0, "Ana Field"))

    page = browser.send(GIVE, page, less="0", **to(1, "Cleo Reed"))

    assert browser.form(page)["count"] == "1"
    assert browser.form(page)["g0-recipient"] == "Cleo Reed"


def test_two_gifts_cost_what_was_shown_and_are_one_order(shop: House, browser: Browser):
    OfferGiftTier.objects.create(offer=shop.offer, from_gift=2, magazine_cents=15_00)
    page = browser.send(GIVE, more="1", offer="ten", **BEN, **to(0, "Ana Field"))
    assert "Together $34.95" in text_of(page)

    page = browser.send(GIVE, page, order="1", **to(1, "Cleo Reed"))

    assert page.status_code == 302
    order = Order.objects.get()
    assert (order.total_cents, [line.magazine_cents for line in order.lines.order_by("pk")]) == (34_95, [17_48, 17_47])


def test_nobody_pays_a_price_that_was_not_shown(shop: House, browser: Browser):
    abroad = {"country": "CA", "region": "ON", "postcode": "M5V 3L9", "city": "Toronto", "line1": "1 Wharf Rd"}

    page = browser.send(GIVE, order="1", offer="ten", **BEN, **to(0, "Ana Field", **abroad))

    assert "Please look at the price again" in text_of(page)
    assert "$31.95" in text_of(page)
    assert not Order.objects.exists()
    assert browser.send(GIVE, page, order="1", **to(0, "Ana Field", **abroad)).status_code == 302


def test_everything_that_is_missing_is_told_at_once(shop: House, browser: Browser):
    page = browser.send(GIVE, order="1")

    text = text_of(page)
    assert page.status_code == 400
    assert "Please give your name." in text
    assert "Who is the gift for?" in text
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"g0-message": "x" * 201}, "The card has room for 200 letters."),
        ({"g0-message": "🎄"}, "No card can show “🎄”."),
        ({"g0-start": "day"}, "Around which day should the first issue arrive?"),
        ({"g0-start": "day", "g0-arrives_on": "soon"}, "Please write the day like 2026-12-24."),
        ({"g0-announce": "mail"}, "Where should we write to?"),
        ({"g0-announce_on": "2026-02-19"}, "This day is over."),
        ({"g0-postcode": ""}, "ZIP"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(shop: House, browser: Browser, typed: dict, sentence: str):
    page = browser.send(GIVE, order="1", **{**BEN, **to(0, "Ana Field"), **typed})

    assert page.status_code == 400
    assert sentence in text_of(page)
    assert not Order.objects.exists()


def test_an_odd_address_is_asked_about_once(shop: House, browser: Browser):
    odd = to(0, "Ana Field", line1="Milwaukee Ave")

    page = browser.send(GIVE, order="1", **BEN, **odd)

    assert "Are these addresses right?" in text_of(page)
    assert not Order.objects.exists()


def test_a_gift_by_code_needs_no_address(shop: House, browser: Browser):
    page = browser.send(GIVE, order="1", **BEN, **{"g0-recipient": "Ana Field", "g0-by_code": "on"})

    assert page.status_code == 302
    assert Gift.objects.get().line.by_code


def test_a_start_and_an_announcement_are_kept(shop: House, browser: Browser):
    browser.send(
        GIVE, order="1", **BEN, **to(0, "Ana Field"),
        **{"g0-start": "506", "g0-announce": "card", "g0-announce_on": "2026-05-28"},
    )  # fmt: skip

    gift = Gift.objects.get()
    assert (gift.start_issue.number, gift.announce, str(gift.announce_on)) == (506, "card", "2026-05-28")


def test_gift_offers_are_shown_alone_where_there_are_any(shop: House, browser: Browser):
    shop.make_offer(code="gift-ten", issues=10, cents=1795, kind="gift")

    text = text_of(browser.get(GIVE))

    assert "$17.95" in text
    assert "$19.95" not in text


def test_sending_the_form_twice_is_one_order(shop: House, browser: Browser):
    page = browser.get(GIVE)
    for _ in range(2):
        browser.send(GIVE, page, order="1", **BEN, **to(0, "Ana Field"))

    assert Order.objects.count() == 1


def test_whoever_is_signed_in_gives_as_themselves(shop: House, browser: Browser, signed_in):
    ben = shop.reader("Ben Moss", "ben@donors.example")
    signed_in(ben)

    browser.send(GIVE, order="1", **to(0, "Ana Field"))

    assert Order.objects.get().payer_id == ben.pk


def test_the_order_page_names_recipients_and_no_address_of_theirs(shop: House, browser: Browser, signed_in):
    lines = buy(given(wish("Ana Field"), wish("Cleo Reed")), now=NOW)
    signed_in(lines[0].order.payer)

    text = text_of(browser.get(f"/orders/{lines[0].order.number}/"))

    assert "Ana Field, Chicago" in text
    assert "Cleo Reed, Chicago" in text
    assert "Milwaukee" not in text
    assert "Together $39.90" in text


def test_the_order_page_shows_the_code_until_it_is_redeemed(shop: House, browser: Browser, signed_in):
    from orders.checkout.queries import code_of
    from orders.checkout.rules import shown_code

    [line] = buy(given(code_for("Ana Field")), now=NOW)
    signed_in(line.order.payer)

    assert shown_code(code_of(line.gift_code)) in text_of(browser.get(f"/orders/{line.order.number}/"))


def test_the_card_is_for_the_donor_only(shop: House, browser: Browser, signed_in):
    [line] = buy(given(wish("Ana Field")), now=NOW)
    at_card = f"/orders/{line.order.number}/cards/{line.uuid}/"

    assert browser.get(at_card).status_code == 404
    signed_in(line.order.payer)
    card = browser.get(at_card)
    assert (card.status_code, card.headers["Content-Type"]) == (200, "application/pdf")
    assert card.content.startswith(b"%PDF")


def test_there_is_no_card_of_somebody_elses_line(shop: House, browser: Browser, signed_in):
    [line] = buy(given(wish("Ana Field")), now=NOW)
    [other] = buy(given(wish("Cleo Reed")), now=NOW)
    signed_in(line.order.payer)

    assert browser.get(f"/orders/{line.order.number}/cards/{other.uuid}/").status_code == 404


def test_no_mail_to_a_recipient_and_no_page_of_theirs_has_a_price(shop: House, browser: Browser, signed_in):
    from orders.checkout.actions import announce_gifts

    [line] = buy(given(wish("Ana Field", email="ana@readers.example", announce="mail")), now=NOW)
    announce_gifts(now=NOW)
    signed_in(line.recipient)

    page = browser.get("/lantern/my-subscription/")

    assert "The Lantern for Ana Field" in text_of(page)
    assert "$" not in text_of(page)
    assert "M-" not in text_of(page)
    assert browser.get(f"/orders/{line.order.number}/").status_code == 404
    mails = OutgoingMail.objects.filter(to_email="ana@readers.example")
    assert not any("$" in mail.text + mail.html for mail in mails)


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 5000, "-1", "2.0", ""])
def test_an_odd_number_of_gifts_does_no_harm(shop: House, browser: Browser, odd: str):
    assert browser.get(GIVE, {"count": "2", "less": odd}).status_code == 200
    assert browser.get(GIVE, {"count": odd}).status_code == 200


def test_whoever_adds_a_gift_goes_on_at_its_name(shop: House, browser: Browser):
    page = browser.send(GIVE, more="1", **BEN, **to(0, "Ana Field")).content.decode()

    assert [tag for tag in re.findall(r"<[^>]+autofocus[^>]*>", page) if 'name="g1-recipient"' not in tag] == []
    assert "autofocus" in page
