"""The page for whoever was given a code: first the code, then where the magazine goes."""

import pytest

from orders.checkout import queries
from orders.checkout.models import GiftCode, OrderLine
from orders.checkout.rules import shown_code
from subscriptions.terms.models import AccessTerm, Subscription, Term
from tests.gifts import buy, code_for, given
from tests.house import House, at
from tests.web.reader.conftest import Browser, text_of

pytestmark = pytest.mark.django_db
REDEEM = "/redeem/"
NOW = at("2026-02-20")
HOME = {
    "name": "Ana Field", "line1": "2040 N Milwaukee Ave", "city": "Chicago", "region": "IL", "postcode": "60647-4002",
}  # fmt: skip


@pytest.fixture
def code(shop: House) -> str:
    [line] = buy(given(code_for("Ana Field", message="Happy birthday!")), now=NOW)
    return shown_code(queries.code_of(line.gift_code))


def test_the_code_shows_the_gift_and_when_it_comes_and_no_price(browser: Browser, code: str):
    page = browser.send(REDEEM, code=code)

    text = text_of(page)
    assert "Ben Moss gives you The Lantern" in text
    assert "Happy birthday!" in text
    assert "Your first issue is Apr 2026" in text
    assert "$" not in text
    assert not Term.objects.exists()


def test_an_address_begins_it(browser: Browser, code: str):
    page = browser.send(REDEEM, code=code)

    page = redeems(browser, page)

    assert "The first is Apr 2026; expect it between March 27 and April 4, 2026." in text_of(page)
    term = Term.objects.get()
    assert (term.subscription.reader.name, term.start_issue.number) == ("Ana Field", 504)


def test_enter_in_a_field_sends_the_gift_off(browser: Browser, code: str):
    page = browser.send(REDEEM, code=code)

    answer = browser.press_enter(REDEEM, page, **HOME)

    assert answer.headers["Location"] == "/redeem/done/"
    assert Term.objects.count() == 1


def test_a_page_that_is_loaded_again_or_sent_twice_says_the_same(browser: Browser, code: str):
    page = browser.send(REDEEM, code=code)
    sent = {**browser.form(page), **HOME, "redeem": "1"}
    first = browser.post(REDEEM, sent, follow=True)

    assert text_of(browser.get("/redeem/done/")) == text_of(first)
    assert text_of(browser.post(REDEEM, sent, follow=True)) == text_of(first)
    assert Term.objects.count() == 1
    assert Browser().get("/redeem/done/").headers["Location"] == REDEEM


def test_a_wrong_code_is_told_and_changes_nothing(browser: Browser, code: str):
    page = browser.send(REDEEM, code="0000-0000-0000-0000")

    assert page.status_code == 400
    assert "We do not know this code." in text_of(page)


def test_a_used_code_says_so_before_an_address_is_typed(browser: Browser, code: str):
    redeems(browser, browser.send(REDEEM, code=code))

    page = Browser().send(REDEEM, code=code)

    assert page.status_code == 400
    assert "This code has been used." in text_of(page)


def test_what_is_missing_in_the_address_is_told_and_the_code_kept(browser: Browser, code: str):
    page = browser.send(REDEEM, code=code)

    page = browser.send(REDEEM, page, redeem="1", **{**HOME, "postcode": ""})

    assert page.status_code == 400
    assert browser.form(page)["code"] == code
    assert GiftCode.objects.get().state == "open"


def test_another_country_keeps_what_was_typed(shop: House, browser: Browser, signed_in, code: str):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=504, units=6)
    signed_in(own.reader)
    typed = {**HOME, "meets": "parallel", "company": "Field & Co", "line2": "Apt 4"}

    page = browser.send(REDEEM, browser.send(REDEEM, code=code), update="1", **typed)

    form = browser.form(page)
    assert {name: form[name] for name in typed} == typed


def test_another_country_is_told_that_its_postage_is_not_paid(browser: Browser, code: str):
    page = browser.send(REDEEM, browser.send(REDEEM, code=code), update="1", country="CA")

    abroad = {"line1": "1 Wharf Rd", "city": "Toronto", "region": "ON", "postcode": "M5V 3L9", "country": "CA"}
    page = browser.send(REDEEM, page, redeem="1", **{**HOME, **abroad})

    assert page.status_code == 400
    assert "The postage of this gift is not paid for that country." in text_of(page)


def test_whoever_guesses_is_stopped(browser: Browser, code: str, settings):
    settings.LIMIT_GIFT_CODES_PER_IP = 2
    for _ in range(2):
        browser.send(REDEEM, code="0000-0000-0000-0000")

    assert browser.send(REDEEM, code=code).status_code == 429


def test_a_subscriber_who_is_signed_in_gets_it_behind_what_she_has(shop: House, browser: Browser, signed_in, code: str):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=504, units=6)
    signed_in(own.reader)

    page = browser.send(REDEEM, code=code)
    assert "The gift comes behind the issues that you have" in text_of(page)
    page = redeems(browser, page, meets="queue")

    assert "The gift comes after the issues that you have" in text_of(page)
    assert Subscription.objects.count() == 1
    assert queries.term_of(OrderLine.objects.get()).start_issue.number == 510


def test_a_gift_that_is_still_a_secret_is_not_told_to_whoever_redeems_another(
    shop: House, browser: Browser, signed_in, code: str
):
    own = shop.subscription(shop.reader("Ana Field"))
    hidden = shop.term(own, first=504, units=6, payer=shop.reader("Cleo Reed"), copy_class="gift")
    Term.objects.filter(pk=hidden.pk).update(opens_on=at("2026-03-05").date())
    signed_in(own.reader)

    page = browser.send(REDEEM, code=code)

    assert "behind the issues that you have" not in text_of(page)
    assert "Your first issue is Apr 2026" in text_of(page)


@pytest.mark.parametrize("street", ["2040 N Milwaukee Ave", "7 Oak Ave"])
def test_it_comes_behind_a_secret_gift_without_a_word_where_it_goes_to_the_same_door(
    shop: House, browser: Browser, signed_in, code: str, street: str
):
    own = shop.subscription(shop.reader("Ana Field"))
    hidden = shop.term(own, first=504, units=6, payer=shop.reader("Cleo Reed"), copy_class="gift")
    Term.objects.filter(pk=hidden.pk).update(opens_on=at("2026-03-05").date())
    signed_in(own.reader)

    page = redeems(browser, browser.send(REDEEM, code=code), line1=street)

    term = queries.term_of(OrderLine.objects.get())
    is_hers = street == HOME["line1"]
    assert (term.subscription == own, term.start_issue.number) == ((True, 510) if is_hers else (False, 504))
    assert ("The first is Apr 2026" in text_of(page)) is not is_hers
    assert "behind" not in text_of(page)


@pytest.mark.parametrize("whose", ["Otto Reed", "Ana Field"])
def test_digital_access_is_whose_it_is_said_to_be(shop: House, browser: Browser, signed_in, whose: str):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=504, units=6)
    shop.make_offer(code="online", issues=0, cents=9_99, kind="gift", access_days=30)
    [line] = buy(given(code_for("Somebody"), offer="online"), now=NOW)
    signed_in(own.reader)
    email = f"{whose.split(maxsplit=1)[0].lower()}@readers.example"

    page = browser.send(REDEEM, code=shown_code(queries.code_of(line.gift_code)))
    redeems(browser, page, name=whose, email=email)

    access = AccessTerm.objects.get()
    assert (access.reader.name, access.reader.pk == own.reader_id) == (whose, whose == "Ana Field")


def test_she_may_have_two_copies_instead(shop: House, browser: Browser, signed_in, code: str):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=504, units=6)
    signed_in(own.reader)

    page = redeems(browser, browser.send(REDEEM, code=code), meets="parallel")

    assert "The first is Apr 2026" in text_of(page)
    assert set(Subscription.objects.values_list("reader", flat=True)) == {own.reader_id}
    assert Subscription.objects.count() == 2


def test_what_never_ends_gets_a_second_copy_beside_it(shop: House, browser: Browser, signed_in, code: str):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=504, units=None)
    signed_in(own.reader)

    page = browser.send(REDEEM, code=code)
    done = redeems(browser, page)

    assert "what you have never ends: the gift comes as a second copy" in text_of(page)
    assert "The first is Apr 2026" in text_of(done)
    assert set(Subscription.objects.values_list("reader", flat=True)) == {own.reader_id}
    assert Subscription.objects.count() == 2


def test_what_has_ended_is_not_called_running(shop: House, browser: Browser, signed_in, code: str):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=501, units=3)
    signed_in(own.reader)

    page = browser.send(REDEEM, code=code)

    assert "You had it before" in text_of(page)
    assert "You get it already" not in text_of(page)
    assert "The first is Apr 2026" in text_of(redeems(browser, page, meets="queue"))
    assert Subscription.objects.count() == 1


def test_nobody_is_told_whether_they_subscribe_before_they_sign_in(shop: House, browser: Browser, code: str):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=504, units=6)

    text = text_of(browser.send(REDEEM, code=code))

    assert "You get it already" not in text
    assert "Do you get The Lantern already? Sign in first" in text


def redeems(browser: Browser, page, **typed: str):
    return browser.post(REDEEM, {**browser.form(page), **HOME, **typed, "redeem": "1"}, follow=True)
