"""A reader's address: for good from a day on, for a while, every year, and to a dearer zone."""

import datetime as dt

import pytest

from orders.checkout.models import Order, OrderLine, ZoneMove
from subscriptions.terms.models import AwayAddress, ShipTo
from subscriptions.terms.queries import expire, ship_to
from tests.house import at
from tests.web.reader.conftest import set_clock, text_of

HOME = "/lantern/my-subscription/"
PORTLAND = {"name": "Ana Field", "line1": "118 Candle St", "city": "Portland", "region": "OR", "postcode": "97214-1234"}
TORONTO = {
    "name": "Ana Field", "line1": "290 Bremner Blvd", "city": "Toronto", "region": "ON", "postcode": "M5V 3L9",
    "country": "CA", "layout": "CA",
}  # fmt: skip


@pytest.fixture
def ana(shop):
    return shop.reader("Ana Field")


@pytest.fixture
def subscription(shop, ana):
    """Ten issues from April 2026 (504) through March 2027 (513)."""
    subscription = shop.subscription(ana)
    order = Order.objects.create(
        number="M-TEST-0001", magazine=shop.magazine, payer=ana, currency="usd", total_cents=1995,
        source_key=shop.source, placed_by="anonymous:web",
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, offer=shop.offer, recipient=ana, address=ShipTo.objects.get().address, subscription=subscription,
        issues=10, magazine_cents=1995,
    )  # fmt: skip
    shop.term(subscription, first=504, line_uuid=line.uuid)
    return subscription


@pytest.fixture
def send(subscription, signed_in, ana):
    browser, path = signed_in(ana), f"{HOME}{subscription.uuid}/address/"

    def send(**typed):
        shown = browser.get(path)
        return browser.post(path, {**browser.form(shown), **PORTLAND, **typed}, follow=True)

    send.browser, send.path = browser, path
    return send


def goes_to(shop, subscription, number):
    return ship_to(subscription.pk, shop.issue(number).ordinal).line1


def test_for_good_from_a_day_on(shop, subscription, send):
    said = text_of(send(kind="permanent", moves_on="2026-05-01"))

    assert "Thank you. Jun 2026 is the first issue that goes to the new address." in said
    assert "May 2026 still goes to the old address" in said
    assert [goes_to(shop, subscription, n) for n in (505, 506)] == ["2040 N Milwaukee Ave", "118 Candle St"]


def test_a_move_for_later_that_is_given_up_is_said(shop, subscription, send):
    assert "is given up" not in text_of(send(kind="permanent", moves_on="2026-05-01"))

    said = text_of(send(kind="permanent", line1="7 New St"))

    assert "entered before, and that no issue has followed yet, is given up." in said
    assert [goes_to(shop, subscription, n) for n in (504, 506)] == ["7 New St", "7 New St"]


def test_where_nothing_is_due_any_more_no_issue_is_promised(subscription, send):
    said = text_of(send(kind="permanent", moves_on="2028-05-01"))

    assert "Whatever is sent from Jun 2028 on goes to the new address." in said
    assert "still follows" not in said


def test_what_the_stay_before_takes_over_is_said_at_the_end(subscription, send):
    send(kind="seasonal", first_month="12", first_day="1", last_month="3", last_day="31")
    send(kind="temporary", line1="5 Lake Rd", there_from="2027-01-15", home_on="2027-02-15")
    path = f"{HOME}{subscription.uuid}/away/{AwayAddress.objects.get(kind='temporary').uuid}/end/"

    said = text_of(send.browser.post(path, send.browser.form(send.browser.get(path)), follow=True))

    assert "Feb 2027 goes to the other address that you have given for that time." in said


def test_what_is_on_its_way_to_a_stay_that_ends_is_said(subscription, send, monkeypatch):
    send(kind="temporary", there_from="2026-03-20", home_on="2026-05-20")  # 504 and 505
    path = f"{HOME}{subscription.uuid}/away/{AwayAddress.objects.get().uuid}/end/"
    set_clock(monkeypatch, at("2026-03-12"))  # 504 is out of reach

    said = text_of(send.browser.post(path, send.browser.form(send.browser.get(path)), follow=True))

    assert "Apr 2026 is on its way there already; expect it by April 4." in said
    assert "May 2026 is the first to come home again." in said


def test_a_dearer_zone_has_no_word_of_a_gift_that_is_a_secret(shop, ana, signed_in):
    """Six free issues, which have no price by zone, and behind them Ben's gift, which has one."""
    own, ben = shop.subscription(ana), shop.reader("Ben Stone")
    shop.term(own, first=504, units=6, copy_class="comp")
    order = Order.objects.create(
        number="M-TEST-0002", magazine=shop.magazine, payer=ben, currency="usd", total_cents=1995,
        source_key=shop.source, placed_by="anonymous:web",
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, offer=shop.offer, recipient=ana, address=ShipTo.objects.get().address, subscription=own,
        issues=10, magazine_cents=1995,
    )  # fmt: skip
    shop.term(own, first=510, line_uuid=line.uuid, payer=ben, copy_class="gift", opens_on=dt.date(2026, 10, 25))
    browser, path = signed_in(ana), f"{HOME}{own.uuid}/address/"

    said = text_of(browser.post(path, {**browser.form(browser.get(path)), **TORONTO}, follow=True))

    assert "Apr 2026 is the first issue that goes to the new address." in said
    assert "higher" not in said
    assert (ZoneMove.objects.get().payer, ZoneMove.objects.get().outcome) == (ben, "due")


def test_for_a_while_in_two_taps_and_home_again(shop, subscription, send):
    answer = send(kind="temporary", there_from="2026-06-01", home_on="2026-09-10")

    said = text_of(answer)
    assert "These issues go there: Jul/Aug 2026, Sep 2026." in said
    assert "Oct 2026 is the first to come home again." in said
    assert "From June 1 until September 10, 2026: 118 Candle St, Portland." in said
    assert goes_to(shop, subscription, 507) == "118 Candle St"


def test_every_winter(shop, subscription, send):
    said = text_of(send(kind="seasonal", first_month="12", first_day="1", last_month="3", last_day="31"))

    assert "These issues go there: Jan 2027, Feb 2027, Mar 2027" in said
    assert AwayAddress.objects.get().kind == "seasonal"
    assert goes_to(shop, subscription, 511) == "118 Candle St"
    assert "Jan 2027 expected December 27 to January 4, 2027, to 118 Candle St, Portland" in text_of(
        send.browser.get(send.path)
    )


def test_a_stay_is_ended_by_its_reader_and_nobody_else(shop, subscription, send):
    send(kind="seasonal", first_month="12", first_day="1", last_month="3", last_day="31")
    path = f"{HOME}{subscription.uuid}/away/{AwayAddress.objects.get().uuid}/end/"
    assert path in send.browser.get(HOME).content.decode()
    assert "From Apr 2026 on, nothing is sent to this address any more." in text_of(send.browser.get(path))

    done = send.browser.post(path, send.browser.form(send.browser.get(path)), follow=True)

    said = text_of(done)
    assert "Jan 2027 is the first to come home again." in said
    assert "before 5:00 p.m., December 10: then Jan 2027 still follows." in said
    assert goes_to(shop, subscription, 511) == "2040 N Milwaukee Ave"
    assert send.browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "temporary"}, "Please fill this in."),
        ({"kind": "temporary", "there_from": "2026-06-01", "home_on": "2026-06-01"}, "after the first day there"),
        ({"kind": "seasonal", "first_month": "12"}, "Please fill this in."),
        (
            {"kind": "seasonal", "first_month": "2", "first_day": "30", "last_month": "3", "last_day": "1"},
            "February has no day 30.",
        ),
        ({"kind": "now and then"}, "Select a valid choice."),
        ({"kind": "permanent", "moves_on": "soon"}, "Enter a valid date."),
    ],
)
def test_missing_and_odd_days_are_said_at_their_field(subscription, send, typed, sentence):
    answer = send(**typed)

    assert (answer.status_code, sentence in text_of(answer)) == (400, True), text_of(answer)
    assert not AwayAddress.objects.exists()
    assert ShipTo.objects.count() == 1


def test_a_stay_in_which_nothing_comes_is_refused_in_words(subscription, send):
    answer = send(kind="temporary", there_from="2026-06-01", home_on="2026-06-05")

    assert (answer.status_code, "No issue that a change still reaches" in text_of(answer)) == (409, True)


def test_a_dearer_zone_is_said_before_the_move_and_no_price_is_shown(shop, subscription, send):
    asked = send(**TORONTO)
    said = text_of(asked)
    assert "Postage to there is higher" in said
    assert "$" not in said
    assert ShipTo.objects.count() == 1

    form = send.browser.form(asked)
    done = send.browser.post(send.path, {**form, **TORONTO, "agreed_zone": "ca"}, follow=True)

    assert "We write to whoever pays for the subscription about it." in text_of(done)
    assert (ZoneMove.objects.get().outcome, ZoneMove.objects.get().surcharge_cents) == ("due", 1200)
    assert goes_to(shop, subscription, 504) == "290 Bremner Blvd"


def test_a_conversion_says_with_which_issue_it_ends(shop, subscription, send):
    shop.magazine.zone_change = "convert"
    shop.magazine.save()
    assert "buys fewer issues there" in text_of(send(**TORONTO))

    done = send(**TORONTO, agreed_zone="ca")

    # 1995 cents at 199.5 + 120 an issue are six issues: 504 to 509.
    assert "your subscription now ends with Oct 2026" in text_of(done)
    assert expire(subscription.pk).issue.number == 509


def test_what_the_house_bears_is_nobodys_question(shop, subscription, send):
    shop.magazine.zone_change = "absorb"
    shop.magazine.save()

    assert "Thank you. Apr 2026 is the first issue" in text_of(send(**TORONTO))
    assert ZoneMove.objects.get().outcome == "absorbed"


def test_a_stay_abroad_is_no_move_to_a_dearer_zone(subscription, send):
    send(**TORONTO, kind="temporary", there_from="2026-06-01", home_on="2026-09-10")

    assert AwayAddress.objects.get().from_on == dt.date(2026, 6, 1)
    assert not ZoneMove.objects.exists()


def test_the_page_opens_with_the_kind_that_the_link_named(subscription, send):
    shown = send.browser.get(f"{send.path}?kind=temporary")

    assert send.browser.form(shown)["kind"] == "temporary"
    assert send.browser.form(send.browser.get(f"{send.path}?kind=x"))["kind"] == "permanent"
