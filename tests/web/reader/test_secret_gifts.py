"""A gift that is announced later stands before what its recipient buys: she reads what everybody in her place reads."""

import re

import pytest

from foundation.mail.models import OutgoingMail
from orders.checkout.models import OrderLine
from orders.checkout.rules import OrderRequest, Person
from subscriptions.terms import queries
from subscriptions.terms.models import Subscription, Term
from tests.gifts import address, pay, place
from tests.house import House, at
from tests.web.reader.conftest import Browser, text_of
from web.api.answers import order_answer
from web.reader.queries import order_on_page

pytestmark = pytest.mark.django_db
NOW = at("2026-02-20")
CHRISTMAS = at("2026-12-24").date()


def subscriber(shop: House, name: str, *, has_secret: bool) -> Subscription:
    """With 504 to 509 to come, and perhaps 510 to 519 from somebody who has not told yet."""
    own: Subscription = shop.subscription(shop.reader(name))
    shop.term(own, first=504, units=6, reachable_issue=shop.issue(504))
    if has_secret:
        more = {"payer": shop.reader("Cleo Reed"), "copy_class": "gift", "opens_on": CHRISTMAS}
        shop.term(own, first=510, units=10, reachable_issue=shop.issue(504), **more)
    return own


def renewed(own: Subscription) -> OrderLine:
    reader = own.reader
    there = address(reader.name, line1="2040 N Milwaukee Ave")
    asked = OrderRequest(offer="ten-again", payer=Person(reader.name, reader.email), ship_to=there)
    return OrderLine.objects.get(order=place(asked, now=NOW, subscription=own))


def what_she_reads(own: Subscription, browser: Browser) -> dict[str, str]:
    """Of a renewal, from the page that offers it to the mail that confirms it."""
    said = {"offer": text_of(browser.get(f"/lantern/my-subscription/{own.uuid}/renew/"))}
    line = renewed(own)
    [unpaid] = order_on_page(line.order).lines
    said["unpaid"] = f"{unpaid.first_issue} {unpaid.last_issue} {order_answer(line.order, [line], None)['holds_until']}"
    pay(line.order, now=NOW)
    [entitled] = queries.entitlements_of([own.reader_id], NOW)
    said |= {
        "order": text_of(browser.get(f"/orders/{line.order.number}/")),
        # More copies are for whoever has paid for everything that is left.
        "mine": text_of(browser.get("/lantern/my-subscription/")).replace(" More copies", ""),
        "mail": OutgoingMail.objects.get(kind="order_acknowledgement", to_email=own.reader.email).text,
        "website": f"{entitled.code} {entitled.first_issue} {entitled.last_issue} {entitled.until}",
    }
    mine = re.compile("|".join([line.order.number, own.reader.name, own.reader.name.split(maxsplit=1)[0]]))
    return {where: mine.sub("#", text) for where, text in said.items()}


def test_what_she_reads_of_a_renewal_is_what_anybody_reads(shop: House, browser: Browser, signed_in):
    ana, dan = subscriber(shop, "Ana Field", has_secret=True), subscriber(shop, "Dan Hope", has_secret=False)

    told = what_she_reads(ana, signed_in(ana.reader))
    browser.cookies.clear()

    assert told == what_she_reads(dan, signed_in(dan.reader))
    assert "behind the issues that you have" in told["offer"]
    assert "First issue The one after those that you have Last issue Oct 2027" in told["order"]
    assert "10 issues, behind the issues that you have" in told["mail"]
    assert "Nov/Dec 2026 through Oct 2027: comes after that." in told["mine"]
    assert told["unpaid"] == "None None None"


def test_the_clerk_goes_on_seeing_where_it_stands(shop: House):
    own = subscriber(shop, "Ana Field", has_secret=True)
    line = renewed(own)

    assert (line.promised_first_issue.number, line.promised_expire_issue.number) == (520, 529)
    pay(line.order, now=NOW)
    assert queries.overview(own.pk, NOW).expire.issue.number == 529
    assert [each.first_issue.number for each in queries.overview(own.pk, NOW).terms] == [504, 510, 520]


def test_where_nothing_but_a_secret_stands_before_it_no_issue_is_named(shop: House, signed_in):
    own = shop.subscription(shop.reader("Ana Field"))
    shop.term(own, first=501, units=3)
    more = {"payer": shop.reader("Cleo Reed"), "copy_class": "gift", "opens_on": CHRISTMAS}
    shop.term(own, first=504, units=10, reachable_issue=shop.issue(504), **more)
    browser = signed_in(own.reader)

    page = text_of(browser.get(f"/lantern/my-subscription/{own.uuid}/renew/"))
    line = renewed(own)
    pay(line.order, now=NOW)
    order = text_of(browser.get(f"/orders/{line.order.number}/"))

    assert "Welcome back. It goes on with the next issue." in page
    assert not re.search(r"through|behind", page)
    assert not re.search(r"First issue|behind", order)
    assert "Last issue Mar 2027" in order
    assert Term.objects.latest("pk").start_issue.number == 514
