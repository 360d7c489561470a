"""The subscribe page, from the first look to Stripe's page."""

import pytest

from orders.checkout.models import AutoRenewConsent, Order
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Offer, SourceKey
from subscriptions.readers.models import Address, Reader
from tests.web.reader.conftest import ANA, text_of

PAGE = "/lantern/"


def nothing_was_written() -> bool:
    return not (Order.objects.exists() or Reader.objects.exists() or Address.objects.exists())


def test_the_front_page_of_a_house_with_one_magazine_leads_to_it(shop, browser):
    assert browser.get("/").url == PAGE


def test_the_front_page_lists_several_magazines(shop, browser):
    other = shop.magazine.__class__.objects.create(code="wick", label_code="WCK", name="The Wick")
    Offer.objects.filter(code="four").update(magazine=other)

    page = browser.get("/")

    assert "The Lantern" in text_of(page)
    assert "The Wick" in text_of(page)


def test_the_front_page_says_when_nothing_is_on_sale(shop, browser):
    Offer.objects.update(is_public=False)

    assert "Nothing is on sale" in text_of(browser.get("/"))
    assert "cannot be ordered here" in text_of(browser.get(PAGE))


def test_the_page_shows_offers_issues_and_the_terms_of_renewal_with_an_empty_box(shop, browser):
    page = browser.get(PAGE)

    said = text_of(page)
    assert "10 issues $19.95" in said
    assert "Apr 2026 through Mar 2027" in said
    assert "Yes, renew my subscription automatically. When 2 issues are left" in said
    assert "auto_renew" not in browser.form(page)


@pytest.mark.parametrize(("country", "price"), [("US", "$19.95"), ("CA", "$31.95"), ("DE", "$43.95")])
def test_the_button_updates_the_prices_for_a_country_and_keeps_what_was_typed(shop, browser, country, price):
    page = browser.send(PAGE, country=country, update="1", payer_name="Ana Field")

    assert price in text_of(page)
    assert browser.form(page)["payer_name"] == "Ana Field"
    assert nothing_was_written()


def test_an_order_goes_to_stripes_page_with_our_total(standin, shop_with_stripe, browser):
    answer = browser.send(PAGE, **ANA, offer="ten", phone="555 0100")

    order, attempt = Order.objects.get(), PaymentAttempt.objects.get()
    assert answer.url == attempt.checkout_url
    assert (order.total_cents, attempt.amount_cents, order.channel) == (1995, 1995, "web")
    assert (order.payer.name, order.payer.phone, order.payer_email) == ("Ana Field", "555 0100", "ana@readers.example")
    assert order.lines.get().address.label_addr1 == "2040 N MILWAUKEE AVE"
    assert not AutoRenewConsent.objects.exists()


def test_a_tick_keeps_the_exact_words_and_where_they_were_agreed_to(standin, shop_with_stripe, browser):
    browser.send(PAGE, **ANA, offer="ten", auto_renew="on")

    consent = AutoRenewConsent.objects.get()
    assert consent.text in text_of(browser.get(PAGE))
    assert (consent.ip, consent.channel, consent.shown_price_cents) == ("127.0.0.1", "web", 1995)
    assert PaymentAttempt.objects.get().saves_method


def test_a_present_goes_to_its_reader_and_is_paid_by_the_buyer(standin, shop_with_stripe, browser):
    browser.send(PAGE, **ANA, offer="ten", recipient="Bo Lind")

    line = Order.objects.get().lines.get()
    assert (line.recipient.name, line.address.name, line.order.payer.name) == ("Bo Lind", "Bo Lind", "Ana Field")


def test_the_same_form_sent_twice_is_one_order(standin, shop_with_stripe, browser):
    page = browser.get(PAGE)

    first, second = (browser.send(PAGE, page, **ANA, offer="ten") for _ in range(2))

    assert first.url == second.url
    assert Order.objects.count() == 1


def test_the_same_form_sent_again_with_a_correction_is_another_order(standin, shop_with_stripe, browser):
    page = browser.get(PAGE)

    browser.send(PAGE, page, **ANA, offer="ten")
    browser.send(PAGE, page, **{**ANA, "line1": "2042 N Milwaukee Ave"}, offer="ten")

    assert Order.objects.count() == 2


def test_without_stripe_the_order_is_kept_and_its_page_says_how_to_pay(standin, shop_with_stripe, browser, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    answer = browser.send(PAGE, **ANA, offer="ten")

    order = Order.objects.get()
    assert answer.url == f"/orders/{order.number}/"
    said = text_of(browser.get(answer.url))
    assert "Your order is kept" in said
    assert "Pay $19.95" in said


@pytest.mark.parametrize(
    ("asked", "kept"), [("INSERT-A", "INSERT-A"), ("insert-a", "INSERT-A"), ("NOBODYS", "WEB"), ("'; drop", "WEB")]
)
def test_the_source_key_of_the_address_is_kept_if_it_is_in_use(standin, shop_with_stripe, browser, asked, kept):
    SourceKey.objects.create(code="INSERT-A", name="Card", channel="insert")

    browser.send(PAGE, browser.get(PAGE, {"key": asked}), **ANA, offer="ten")

    assert Order.objects.get().source_key.code == kept


@pytest.mark.parametrize(
    "change", [{"country": "CA", "region": "ON", "postcode": "K1A 0B1"}, {"copies": "3"}, {"seen": ""}]
)
def test_nobody_pays_a_price_that_was_not_shown(shop, browser, change):
    page = browser.send(PAGE, **{**ANA, **change}, offer="ten")

    assert page.status_code == 200
    assert "Please look at the price again" in text_of(page)
    assert nothing_was_written()


def test_a_price_that_rose_meanwhile_is_shown_before_anything_is_ordered(shop, browser):
    page = browser.get(PAGE)
    shop.offer.prices.filter(zone="us").update(magazine_cents=2495)

    answer = browser.send(PAGE, page, **ANA, offer="ten")

    assert "$24.95" in text_of(answer)
    assert nothing_was_written()


def test_terms_that_changed_meanwhile_are_to_be_read_again(shop, browser):
    page = browser.get(PAGE)
    shop.magazine.renew_at_issues_left = 3
    shop.magazine.save()

    answer = browser.send(PAGE, page, **ANA, offer="ten", auto_renew="on")

    assert answer.status_code == 400
    assert "have changed. Please read them again" in text_of(answer)
    assert nothing_was_written()


def test_a_doubtful_address_is_asked_about_once(standin, shop_with_stripe, browser):
    odd = {**ANA, "postcode": "97201-1234"}

    asked = browser.send(PAGE, **odd, offer="ten")
    assert "Is this address right?" in text_of(asked)
    assert "972 are in OR" in text_of(asked)
    assert nothing_was_written()

    mark = asked.content.decode().split('name="as_typed" value="')[1].split('"')[0]
    answer = browser.send(PAGE, asked, as_typed=mark)

    assert answer.status_code == 302
    assert Address.objects.get().warnings == ["zip_does_not_fit_state"]


def test_another_doubtful_address_is_asked_about_anew(shop, browser):
    asked = browser.send(PAGE, **{**ANA, "postcode": "97201-1234"}, offer="ten")
    mark = asked.content.decode().split('name="as_typed" value="')[1].split('"')[0]

    again = browser.send(PAGE, asked, as_typed=mark, line1="9 Elm St")

    assert "Is this address right?" in text_of(again)
    assert nothing_was_written()


def test_a_five_digit_zip_code_is_not_worth_a_question(standin, shop_with_stripe, browser):
    assert browser.send(PAGE, **{**ANA, "postcode": "60647"}, offer="ten").status_code == 302


LONG = "x" * 300
BAD_INPUT = [
    ("no name", {"payer_name": ""}, "Please give your name."),
    ("no mail address", {"email": ""}, "Please give your e-mail address"),
    ("a mail address that is none", {"email": "ana at home"}, "This is not an e-mail address"),
    ("no street", {"line1": ""}, "Please give the street or box."),
    ("no state", {"region": ""}, "Please give the state or province."),
    ("a state that is none", {"region": "XX"}, "is not one of the available choices"),
    ("a postal code that is none", {"postcode": "ABC"}, "This is not a postal code"),
    ("a country that is none", {"country": "XX"}, "is not one of the available choices"),
    ("no offer", {"offer": ""}, "Please choose one of the subscriptions."),
    ("an unknown offer", {"offer": "free-forever"}, "This subscription is not on sale."),
    ("an offer for renewals", {"offer": "ten-again"}, "This subscription is not on sale."),
    ("no copies", {"copies": "0"}, "greater than or equal to 1"),
    ("too many copies", {"copies": "5000"}, "less than or equal to 100"),
    ("a number of copies that is none", {"copies": "many"}, "Enter a whole number."),
    ("a name that is too long", {"payer_name": LONG}, "at most 80 characters"),
    ("a city that is too long", {"city": LONG}, "at most 60 characters"),
    ("a NUL", {"line1": "9 Elm\x00 St"}, "Null characters are not allowed."),
    ("a formula for the mail house", {"payer_name": "=1+1"}, "cannot begin with"),
    ("a card number", {"line2": "4242 4242 4242 4242"}, "looks like a card number"),
    ("a name that no label can print", {"payer_name": "田中"}, "please write it in Latin letters"),
    ("a present that renews by itself", {"recipient": "Bo Lind", "auto_renew": "on"}, "Only your own subscription"),
    ("terms that were never shown", {"auto_renew": "on", "shown_consents": ""}, "Please read them again"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "sentence"), [row[1:] for row in BAD_INPUT], ids=[row[0] for row in BAD_INPUT])
def test_bad_input_is_told_beside_the_field_and_writes_nothing(shop, browser, typed, sentence):
    answer = browser.send(PAGE, **{**ANA, "offer": "ten", **typed})

    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert answer.content.decode().count("Please have another look") == 1
    assert nothing_was_written()


def test_every_error_of_the_summary_leads_to_its_field(shop, browser):
    page = browser.send(PAGE, offer="ten", email="no").content.decode()

    for field in ("payer_name", "email", "line1", "city", "region", "postcode"):
        assert f'href="#id_{field}"' in page
        assert f'id="id_{field}_error"' in page
        assert f'id="id_{field}"' in page


def test_markup_is_shown_as_it_was_typed_and_never_run(shop, browser):
    page = browser.send(PAGE, **{**ANA, "payer_name": "<script>alert(1)</script>", "postcode": ""}, offer="ten")

    assert "<script>" not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()


def test_a_price_in_the_form_changes_nothing(standin, shop_with_stripe, browser):
    browser.send(PAGE, **ANA, offer="ten", total_cents="1", magazine_cents="1", price="0.01")

    assert Order.objects.get().total_cents == 1995


def test_too_many_orders_are_refused_with_a_sentence(standin, shop_with_stripe, browser, settings):
    settings.LIMIT_ORDERS_PER_EMAIL = 1
    browser.send(PAGE, **ANA, offer="ten")

    answer = browser.send(PAGE, **{**ANA, "city": "Evanston"}, offer="ten")

    assert answer.status_code == 429
    assert "Too many orders" in text_of(answer)
    assert Order.objects.count() == 1


def test_a_form_from_elsewhere_is_refused(shop, browser):
    assert browser.post(PAGE, {**ANA, "offer": "ten"}).status_code == 403
    assert nothing_was_written()


@pytest.mark.parametrize("path", ["/nosuch/", "/nosuch/sign-in/", "/nosuch/newsletters/", "/nosuch/my-subscription/"])
def test_an_unknown_magazine_is_not_found(shop, browser, path):
    assert browser.get(path).status_code == 404
