"""Digital access as a gift, alone or beside issues: it is reached by mail address, and begins on its day."""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import ANONYMOUS, Actor
from foundation.errors import Invalid
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.exports.cards import texts
from orders.checkout.models import GiftCode
from orders.checkout.rules import Person
from orders.ledger.queries import balance
from orders.revenue.queries import liability_cents
from subscriptions.terms.actions import start_access
from subscriptions.terms.models import AccessTerm, Term
from subscriptions.terms.queries import entitlements_of
from tests.gifts import address, buy, code_for, given, pay, place, wish
from tests.house import House, at

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "12")
NOW = at("2026-02-20")
BIRTHDAY = dt.date(2026, 3, 5)


@pytest.fixture(autouse=True)
def _offers(house: House) -> None:
    """A month online for $9.99, or ten issues with a year online, of which $5.00 of $19.95 are for the access."""
    house.pull_before(504)
    house.make_offer(code="online", issues=0, cents=9_99, access_days=30, kind="gift")
    house.make_offer(code="both", issues=10, cents=19_95, access_days=365, access_cents=5_00, kind="gift")


def online(name: str = "Ana Field", **changes: Any) -> Any:
    return given(wish(name, **{"email": "ana@readers.example", **changes}), offer="online")


def test_access_alone_is_given_to_its_recipient_and_paid_by_the_donor():
    [line] = buy(online(), now=NOW)

    access = AccessTerm.objects.get()
    assert (access.reader, access.payer.name, access.price_cents) == (line.recipient, "Ben Moss", 9_99)
    assert (access.from_on, access.until_on) == (dt.date(2026, 2, 20), dt.date(2026, 3, 22))
    assert not Term.objects.exists()
    assert [each.code for each in entitlements_of([line.recipient_id], NOW)] == ["access_term"]
    assert entitlements_of([line.order.payer_id], NOW) == []
    assert -balance("2100") == liability_cents(until=dt.date.max) == 9_99


def test_it_begins_on_the_day_on_which_it_is_announced():
    [line] = buy(online(announce="mail", announce_on=BIRTHDAY), now=NOW)

    assert AccessTerm.objects.get().from_on == BIRTHDAY
    assert entitlements_of([line.recipient_id], at("2026-03-04")) == []
    assert [each.code for each in entitlements_of([line.recipient_id], at("2026-03-05"))] == ["access_term"]
    assert actions.announce_gifts(now=at("2026-03-05")) == 1
    text = " ".join(OutgoingMail.objects.get(kind="gift_announcement").text.split())
    assert "Ben Moss gives you 30 days of digital access to The Lantern." in text
    assert "issues" not in text


def test_issues_and_access_come_together():
    [line] = buy(given(wish("Ana Field"), offer="both"), now=NOW)

    assert (line.term.magazine_cents, AccessTerm.objects.get().price_cents) == (14_95, 5_00)
    assert AccessTerm.objects.get().reader == line.term.subscription.reader
    assert -balance("2100") == liability_cents(until=dt.date.max) == 19_95


def test_moved_to_somebody_else_the_access_goes_along():
    [line] = buy(given(wish("Ana Field"), offer="both"), now=NOW)
    quote = queries.quote_gift_move(line=line, to_zone="us", now=NOW)

    moved = actions.move_gift(line_id=line.pk, recipient=Person("Gus Long"), address=address("Gus Long"), by=CLERK,
                              now=NOW)  # fmt: skip

    assert quote is not None
    assert "Its digital access goes along and lasts until 19 Feb 2027, as before." in quote.sentences
    access, gus = AccessTerm.objects.get(), moved.move.to_subscription.reader
    assert (access.reader, access.payer.name, access.last_day) == (gus, "Ben Moss", dt.date(2027, 2, 19))
    assert [each.code for each in entitlements_of([line.recipient_id], NOW)] == ["ended"]


def test_access_that_was_ended_stays_with_whom_it_was_for():
    [line] = buy(given(wish("Ana Field"), offer="both"), now=NOW)
    actions.end_access(access_id=AccessTerm.objects.get().pk, because="other", by=CLERK, now=NOW)

    actions.move_gift(line_id=line.pk, recipient=Person("Gus Long"), address=address("Gus Long"), by=CLERK, now=NOW)

    assert AccessTerm.objects.get().reader == line.recipient


@pytest.mark.parametrize("paid_before", [True, False])
def test_joined_to_another_file_the_access_goes_along(house: House, paid_before: bool):
    own = house.subscription(house.reader("A. Field"))
    house.term(own, first=504, units=6)
    order = place(given(wish("Ana Field"), offer="both"), now=NOW)
    if paid_before:
        pay(order, now=NOW)

    actions.join_gift(line_id=order.lines.get().pk, subscription_id=own.pk, meets="queue", by=CLERK, now=NOW)
    if not paid_before:
        pay(order, now=NOW)

    assert AccessTerm.objects.get().reader == own.reader


def test_the_card_says_what_comes():
    [alone] = buy(online(), now=NOW)
    [both] = buy(given(wish("Cleo Reed"), offer="both"), now=NOW)

    def said(line: Any) -> str:
        return " ".join(text for text, _font, _size in texts(queries.card_of(line.gift, posted=False)))

    assert "30 days of digital access to The Lantern." in said(alone)
    assert "issues" not in said(alone)
    assert "10 issues of The Lantern, sent to your door. 365 days of digital access to The Lantern." in said(both)


def test_a_card_of_access_alone_is_posted_too(house: House):
    [line] = buy(online(announce="card"), now=NOW)

    assert [gift.line for gift in queries.cards_due(magazine_id=house.magazine.pk, today=NOW.date())] == [line]


def test_nobody_hears_of_access_alone_that_was_ended():
    buy(online(announce="mail", announce_on=BIRTHDAY), now=NOW)
    actions.end_access(access_id=AccessTerm.objects.get().pk, because="other", by=CLERK, now=NOW)

    assert actions.announce_gifts(now=at("2026-03-05")) == 0


def test_without_a_mail_address_nobody_could_reach_it():
    with pytest.raises(Invalid, match="reached with a mail address"):
        place(online(email=""), now=NOW)


@pytest.mark.parametrize("begins", [{"start_issue": 506}, {"arrives_on": BIRTHDAY}])
def test_access_alone_begins_with_no_issue(begins: dict[str, Any]):
    with pytest.raises(Invalid, match="with no issue"):
        place(online(**begins), now=NOW)


def redeemed(code: GiftCode, *, email: str, **where: str) -> Any:
    return actions.redeem_code(
        code=queries.code_of(code), recipient=Person("Ana Field", email), address=address("Ana Field", **where),
        by=ANONYMOUS, now=NOW,
    )  # fmt: skip


def test_a_code_for_access_is_redeemed_with_a_mail_address():
    [line] = buy(given(code_for("Ana Field"), offer="online"), now=NOW)
    assert (balance("2105"), balance("2100")) == (-9_99, 0)

    with pytest.raises(Invalid, match="What is yours"):
        redeemed(line.gift_code, email="")
    done = redeemed(line.gift_code, email="ana@readers.example")

    assert (done.term, AccessTerm.objects.get().reader.name) == (None, "Ana Field")
    assert (balance("2105"), balance("2100")) == (0, -9_99)
    with pytest.raises(actions.GiftCodeIsUsed):
        redeemed(line.gift_code, email="ana@readers.example")


def test_a_code_for_access_alone_is_good_in_every_country():
    [line] = buy(given(code_for("Ana Field"), offer="online"), now=NOW)

    canada = {"line1": "1 Wharf Rd", "city": "Toronto", "region": "ON", "postcode": "M5V 3L9", "country": "CA"}
    redeemed(line.gift_code, email="ana@readers.example", **canada)

    assert AccessTerm.objects.get().reader.name == "Ana Field"


def test_the_gift_book_tells_until_when_it_lasts(house: House):
    [line] = buy(online(), now=NOW)

    def seen(now: dt.datetime) -> tuple[str, dt.date | None]:
        [gift] = queries.gift_book([line.order.payer_id], magazine_id=house.magazine.pk, now=now)
        return gift.state, gift.access_until

    assert seen(NOW) == ("coming", dt.date(2026, 3, 21))
    assert seen(at("2026-03-22")) == ("ended", dt.date(2026, 3, 21))


def test_given_again_as_access_to_somebody_who_gets_the_magazine(house: House):
    [line] = buy(given(wish("Ana Field", email="ana@readers.example")), now=NOW)
    again = given(wish("Ana Field", ship_to=None, repeats=str(line.uuid)), offer="online")

    buy(again, now=NOW, donors=[line.order.payer])

    assert (AccessTerm.objects.get().reader, Term.objects.count()) == (line.recipient, 1)


def test_access_alone_is_given_again_to_the_same_reader_and_the_newest_of_it_stands_to_be(house: House):
    [first] = buy(online(), now=NOW)
    donor = first.order.payer
    again = given(wish("Ana Field", ship_to=None, repeats=str(first.uuid)), offer="online")

    [second] = buy(again, now=NOW, donors=[donor])

    assert {access.reader for access in AccessTerm.objects.all()} == {first.recipient}
    assert second.recipient == first.recipient
    book = queries.gift_book([donor.pk], magazine_id=house.magazine.pk, now=NOW)
    assert [(gift.line.pk, gift.may_repeat) for gift in book] == [(second.pk, True), (first.pk, False)]


def test_access_by_a_code_that_nobody_has_redeemed_is_given_to_nobody_again(house: House):
    [line] = buy(given(code_for("Ana Field", offer="online")), now=NOW)

    [gift] = queries.gift_book([line.order.payer_id], magazine_id=house.magazine.pk, now=NOW)

    assert gift.may_repeat is False
    with pytest.raises(Invalid, match="no such gift"):
        place(given(wish("Ana Field", ship_to=None, repeats=str(line.uuid)), offer="online"), now=NOW)


def bought_by_ana(house: House, reader: Any, *, days: int) -> AccessTerm:
    return start_access(
        magazine_id=house.magazine.pk, reader_id=reader.pk, payer_id=reader.pk, days=days, price_cents=9_99,
        currency="usd", sold_on=NOW.date(), by=ANONYMOUS, now=NOW,
    )  # fmt: skip


def test_what_a_reader_buys_does_not_wait_for_a_gift_that_nobody_has_announced(house: House):
    """The gift would begin on 5 March; it begins when the thirty days that were bought are over, and lasts as long."""
    [line] = buy(online(announce="mail", announce_on=BIRTHDAY), now=NOW)

    own = bought_by_ana(house, line.recipient, days=30)

    gift = AccessTerm.objects.get(line_uuid=line.uuid)
    assert (own.from_on, own.until_on) == (NOW.date(), dt.date(2026, 3, 22))
    assert (gift.from_on, gift.until_on, gift.opens_on) == (dt.date(2026, 3, 22), dt.date(2026, 4, 21), BIRTHDAY)
    assert liability_cents(until=dt.date.max) == 9_99 * 2


def test_a_gift_beyond_what_a_reader_buys_stays_and_what_joins_is_waited_for(house: House):
    [line] = buy(online(announce="mail", announce_on=BIRTHDAY), now=NOW)

    bought_by_ana(house, line.recipient, days=13)
    third = bought_by_ana(house, line.recipient, days=5)

    assert AccessTerm.objects.get(line_uuid=line.uuid).from_on == BIRTHDAY
    assert third.from_on == BIRTHDAY + dt.timedelta(days=30)
