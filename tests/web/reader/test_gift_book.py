"""The donor's gift book: who got what until when, and giving it again with one payment."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.actors import Actor
from orders.checkout import actions, queries
from orders.checkout.models import Order
from orders.checkout.rules import Person
from subscriptions.terms import actions as terms
from tests.gifts import address, buy, code_for, given, pay, wish
from tests.house import House, at
from tests.web.reader.conftest import Browser, set_clock, text_of

pytestmark = pytest.mark.django_db
BOOK = "/lantern/gifts/"
NOW = at("2026-02-20")
CLERK = Actor("staff", "12")


def lines_of_ben():
    return buy(given(wish("Ana Field"), wish("Cleo Reed"), code_for("Dan Hope")), now=NOW)


def test_it_is_for_whoever_is_signed_in(shop: House, browser: Browser):
    assert browser.get(BOOK).headers["Location"] == "/lantern/sign-in/"


def test_it_says_who_got_what_until_which_issue(shop: House, browser: Browser, signed_in):
    ana, _cleo, dan = lines_of_ben()
    signed_in(ana.order.payer)

    text = text_of(browser.get(BOOK))

    assert "Ana Field, Chicago 10 more issues come, through Mar 2027" in text
    assert "Dan Hope Not redeemed yet." in text
    assert queries.code_of(dan.gift_code)[-4:] in text


def test_it_is_empty_for_somebody_who_gave_nothing(shop: House, browser: Browser, signed_in):
    lines_of_ben()
    signed_in(shop.reader("Eve Lark"))

    assert "You have not given The Lantern to anybody yet." in text_of(browser.get(BOOK))


def test_it_never_says_where_a_recipient_has_moved_to(shop: House, browser: Browser, signed_in):
    ana, *_ = lines_of_ben()
    moved = shop.address(ana.recipient, line1="77 Secret Ln", city="Portland", region="OR", label_addr1="77 SECRET LN")
    terms.change_address(subscription_id=ana.subscription_id, address_id=moved.pk, by=CLERK, now=NOW)
    signed_in(ana.order.payer)

    text = text_of(browser.get(BOOK))

    assert "Ana Field, Chicago" in text
    assert "Portland" not in text
    assert "Secret" not in text


def test_all_are_given_again_with_one_payment_to_wherever_they_are_now(
    shop: House, browser: Browser, signed_in, monkeypatch
):
    ana, cleo, _dan = lines_of_ben()
    moved = shop.address(ana.recipient, line1="77 Secret Ln", city="Portland", region="OR", label_addr1="77 SECRET LN")
    terms.change_address(subscription_id=ana.subscription_id, address_id=moved.pk, by=CLERK, now=NOW)
    signed_in(ana.order.payer)

    page = browser.post(BOOK, again(browser, browser.get(BOOK), ana, cleo, price="1"))
    assert "2 gifts $39.90" in text_of(page)
    assert Order.objects.count() == 1
    answer = browser.post(BOOK, again(browser, page, ana, cleo, order="1"))

    assert answer.status_code == 302
    order = Order.objects.latest("pk")
    lines = list(pay(order, now=NOW).lines.order_by("subscription"))
    assert (order.total_cents, order.payer_id) == (39_90, ana.order.payer_id)
    assert [line.subscription_id for line in lines] == [ana.subscription_id, cleo.subscription_id]
    assert lines[0].address_id == moved.pk
    assert [line.term.start_issue.number for line in lines] == [514, 514]
    text = text_of(browser.get(f"/orders/{order.number}/"))
    assert "Ana Field, Chicago" in text
    assert "Portland" not in text


def again(browser: Browser, page, *lines, **button: str) -> dict:
    filled = browser.form(page)
    return {**filled, "gift": [str(line.uuid) for line in lines], "offer": "ten", **button}


def test_nothing_ticked_is_nothing_ordered(shop: House, browser: Browser, signed_in):
    ana, *_ = lines_of_ben()
    signed_in(ana.order.payer)

    page = browser.post(BOOK, again(browser, browser.get(BOOK), price="1"))

    assert page.status_code == 400
    assert "Please tick at least one gift" in text_of(page)


def test_nobody_gives_again_what_somebody_else_gave(shop: House, browser: Browser, signed_in):
    ana, *_ = lines_of_ben()
    buy(given(wish("Gus Long"), payer=Person("Eve Lark", "eve@donors.example")), now=NOW)
    from subscriptions.readers.models import Reader

    signed_in(Reader.objects.get(name="Eve Lark"))

    page = browser.post(BOOK, again(browser, browser.get(BOOK), ana, price="1"))

    assert page.status_code == 400
    assert Order.objects.count() == 2


def test_the_one_who_was_given_it_again_stands_ready_once(shop: House):
    [first] = buy(given(wish("Ana Field")), now=NOW)
    donor = first.order.payer
    buy(given(wish("Ana Field", ship_to=None, repeats=str(first.uuid))), now=NOW, donors=[donor])

    book = queries.gift_book([donor.pk], magazine_id=shop.magazine.pk, now=NOW)

    assert [(gift.state, gift.may_repeat) for gift in book] == [("waiting", True), ("coming", False)]


def test_a_gift_that_moved_stands_with_the_new_name_that_the_donor_gave(shop: House):
    [line] = buy(given(wish("Ana Field")), now=NOW)
    actions.move_gift(
        line_id=line.pk, recipient=Person("Gus Long"), address=address("Gus Long", city="Chicago"), by=CLERK, now=NOW
    )

    [gift] = queries.gift_book([line.order.payer_id], magazine_id=shop.magazine.pk, now=NOW)

    assert (gift.name, gift.state, gift.issues_left) == ("Gus Long", "coming", 10)


def test_a_recipient_whose_mail_comes_back_is_not_given_again_unseen(shop: House):
    [line] = buy(given(wish("Ana Field")), now=NOW)
    line.address.undeliverable_since = NOW.date()
    line.address.save()

    [gift] = queries.gift_book([line.order.payer_id], magazine_id=shop.magazine.pk, now=NOW)

    assert gift.may_repeat is False


def test_a_gift_that_is_over_says_so(shop: House, monkeypatch):
    [line] = buy(given(wish("Ana Field")), now=NOW)
    shop.pull_before(514)
    later = at("2027-02-20")
    set_clock(monkeypatch, later)

    [gift] = queries.gift_book([line.order.payer_id], magazine_id=shop.magazine.pk, now=later)

    assert (gift.state, gift.last_issue.number, gift.may_repeat) == ("ended", 513, True)


def test_a_book_of_many_gifts_takes_no_more_statements_than_one_of_few(shop: House):
    buy(given(*[wish(f"Reader {n}") for n in range(3)], code_for("Dan Hope")), now=NOW)
    donor = Order.objects.get().payer_id
    with CaptureQueriesContext(connection) as few:
        queries.gift_book([donor], magazine_id=shop.magazine.pk, now=NOW)
    buy(given(*[wish(f"Friend {n}") for n in range(10)]), now=NOW, donors=[Order.objects.get().payer])

    with CaptureQueriesContext(connection) as many:
        book = queries.gift_book([donor], magazine_id=shop.magazine.pk, now=NOW)

    assert len(book) == 14
    assert len(many) <= len(few) < 20


def test_a_book_has_pages_and_each_recipient_is_given_again_once_in_all_of_them(
    shop: House, browser, signed_in, monkeypatch
):
    monkeypatch.setattr(queries, "A_PAGE", 2)
    [first, *_] = lines_of_ben()
    [again] = buy(given(wish("Ana Field", ship_to=None, repeats=str(first.uuid))), now=NOW, donors=[first.order.payer])
    signed_in(first.order.payer)

    newest = browser.get(BOOK).content.decode()
    oldest = browser.get(BOOK, {"page": "2"})

    assert str(again.uuid) in newest
    assert "Cleo Reed" not in newest
    assert "Page 2 of 2 " in text_of(oldest) + " "
    assert "Ana Field" in text_of(oldest)
    assert str(first.uuid) not in oldest.content.decode().replace(f"/cards/{first.uuid}/", "")
