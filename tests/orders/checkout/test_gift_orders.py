"""One order with several recipients: one payment, a line, a term and a share of the price for each."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict, replace

import pytest

from foundation.actors import ANONYMOUS, Actor
from foundation.errors import Invalid
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.actions.order_rows import AutoRenewNotOffered
from orders.checkout.models import Gift, Order
from orders.ledger.models import Journal
from orders.ledger.queries import balance
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import OfferGiftTier
from subscriptions.readers.models import Reader
from subscriptions.terms.actions import stay_at_typed
from subscriptions.terms.models import Subscription
from subscriptions.terms.rules import Once
from tests.gifts import address, given, wish
from tests.house import at
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def test_three_gifts_are_one_payment_and_three_terms(shop: Shop):
    order = shop.sells(given(wish("Ana Field"), wish("Cleo Reed"), wish("Dan Hope", copies=2)))

    lines = list(order.lines.order_by("pk"))
    assert order.total_cents == 4 * 19_95
    assert PaymentAttempt.objects.get().amount_cents == 79_80
    assert [line.recipient.name for line in lines] == ["Ana Field", "Cleo Reed", "Dan Hope"]
    assert [(line.term.copy_class, line.term.copies, line.term.magazine_cents) for line in lines] == [
        ("gift", 1, 19_95), ("gift", 1, 19_95), ("gift", 2, 39_90),
    ]  # fmt: skip
    assert {line.term.payer.name for line in lines} == {"Ben Moss"}
    assert len({line.subscription_id for line in lines}) == 3


def test_the_journal_of_the_sale_has_a_line_for_each_gift(shop: Shop):
    shop.sells(given(wish("Ana Field"), wish("Cleo Reed")))

    lines = Journal.objects.get(kind="sale").lines.order_by("pk")
    assert [(line.account_id, line.cents) for line in lines] == [("1010", 39_90), ("2100", -19_95), ("2100", -19_95)]


def test_two_gifts_for_3495_store_1748_and_1747(shop: Shop):
    OfferGiftTier.objects.create(offer=shop.house.offer, from_gift=2, magazine_cents=15_00)

    order = shop.sells(given(wish("Ana Field"), wish("Cleo Reed")))

    assert [line.magazine_cents for line in order.lines.order_by("pk")] == [17_48, 17_47]
    assert balance("2100") == -34_95


def test_postage_stays_with_the_gift_it_is_for(shop: Shop):
    OfferGiftTier.objects.create(offer=shop.house.offer, from_gift=2, magazine_cents=15_00)
    abroad = address("Cleo Reed", line1="1 Wharf Rd", city="Toronto", region="ON", postcode="M5V 3L9", country="CA")

    order = shop.order(given(wish("Ana Field"), wish("Cleo Reed", ship_to=abroad)))

    assert [(li.magazine_cents, li.postage_cents) for li in order.lines.order_by("pk")] == [(17_48, 0), (17_47, 12_00)]


def test_nothing_goes_to_the_donor_and_nobody_on_file_is_used(shop: Shop):
    known = shop.house.reader("Ana Field", "ana@readers.example")

    order = shop.order(given(wish("Ana Field", email="ana@readers.example")))

    line = order.lines.get()
    assert line.recipient_id != known.pk
    assert not Reader.objects.get(name="Ben Moss").addresses.exists()


def test_a_gift_starts_with_the_issue_that_was_named(shop: Shop):
    order = shop.sells(given(wish(start_issue=506)))

    line = order.lines.get()
    assert (line.promised_first_issue.number, line.promised_expire_issue.number) == (506, 515)
    assert (line.term.start_issue.number, line.term.pin_issue.number) == (506, 506)


def test_a_gift_starts_with_the_issue_that_arrives_around_a_birthday(shop: Shop):
    order = shop.sells(given(wish(arrives_on=dt.date(2026, 5, 28))))

    assert order.lines.get().term.start_issue.number == 506


def test_a_gift_that_is_paid_after_its_first_issue_was_pulled_starts_with_the_next_and_says_so(shop: Shop):
    order = shop.order(given(wish(start_issue=504)))
    attempt = shop.checkout(order)
    shop.standin.pay(attempt.checkout_session_id)
    shop.hears()
    shop.house.pull_before(505)
    shop.move_to(at("2026-03-11"))

    shop.settles()

    assert order.lines.get().term.start_issue.number == 505
    thanks = OutgoingMail.objects.get(kind="order_acknowledgement")
    assert "first issue is May 2026" in " ".join(thanks.text.split())


def test_the_thanks_name_each_recipient_and_how_they_hear_of_it(shop: Shop):
    shop.sells(
        given(
            wish("Ana Field", email="ana@readers.example", announce="mail", announce_on=dt.date(2026, 3, 1)),
            wish("Cleo Reed", announce="card"),
        )
    )

    text = " ".join(OutgoingMail.objects.get(kind="order_acknowledgement").text.split())
    assert "for Ana Field" in text
    assert "We tell them by mail on March 1." in text
    assert "for Cleo Reed" in text
    assert "We post a card." in text


def test_a_single_recipient_as_before_is_a_gift_too(shop: Shop):
    from orders.checkout.rules import Person

    order = shop.sells(shop.request(recipient=Person("Cleo Reed")))

    line = order.lines.get()
    assert (line.gift.to_name, line.gift.from_name, line.term.copy_class) == ("Cleo Reed", "Ana Field", "gift")


def test_what_one_buys_for_oneself_is_no_gift(shop: Shop):
    order = shop.sells()

    assert not Gift.objects.exists()
    assert order.lines.get().term.copy_class == "paid"


def test_a_gift_never_renews_itself(shop: Shop):
    with pytest.raises(AutoRenewNotOffered):
        shop.order(given(wish(), agreed_text_sha256=shop.agreed().agreed_text_sha256))

    assert not Order.objects.exists()


def test_a_paid_gift_leaves_the_renewal_of_its_line_at_asked(shop: Shop):
    order = shop.sells(given(wish()))

    assert order.lines.get().subscription.renewal == Subscription.Renewal.RENEW


@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (wish(message="x" * 201), "gifts.0.message", "too_long"),
        (wish(message="世界"), "gifts.0.message", "not_printable"),
        (wish(start_issue=503), "gifts.0.start_issue", "out_of_reach"),
        (wish(start_issue=9999), "gifts.0.start_issue", "out_of_reach"),
        (wish(announce="mail"), "gifts.0.recipient.email", "required"),
        (wish(ship_to=replace(address("Ana Field"), postcode="")), "gifts.0.ship_to.postcode", "required"),
        (wish(repeats="8d8c8a62-0000-4000-8000-000000000000"), "gifts.0.repeats", "not_yours"),
        (wish(repeats="no uuid"), "gifts.0.repeats", "not_yours"),
    ],
)
def test_a_bad_gift_is_told_at_its_field_and_leaves_nothing(shop: Shop, bad, field: str, code: str):
    with pytest.raises(Invalid) as refused:
        shop.order(given(bad, wish("Cleo Reed")))

    assert [found for found, _ in refused.value.fields[field]] == [code]
    assert not Order.objects.exists()
    assert not Reader.objects.exists()


def test_an_order_has_at_most_fifty_gifts(shop: Shop):
    with pytest.raises(Invalid, match="at most 50"):
        shop.order(given(*[wish()] * 51))


def test_what_costs_nothing_is_no_gift_to_buy(shop: Shop):
    shop.house.make_offer(code="free", issues=1, cents=0)

    with pytest.raises(Invalid, match="costs nothing") as refused:
        shop.order(given(wish("Ana Field"), wish("Cleo Reed", offer="free")))

    assert list(refused.value.fields) == ["gifts.1.offer"]


def test_a_line_of_no_cents_does_not_hold_up_what_was_paid_with_it(shop: Shop):
    order = shop.order(given(wish("Ana Field"), wish("Cleo Reed")))
    ana, cleo = order.lines.order_by("pk")
    ana.magazine_cents, cleo.magazine_cents = 39_90, 0
    ana.save(update_fields=["magazine_cents"])
    cleo.save(update_fields=["magazine_cents"])
    shop.pays(order)

    assert shop.settles() == 1

    assert [line.cents for line in Journal.objects.get(kind="sale").lines.order_by("pk")] == [39_90, -39_90]
    assert Subscription.objects.count() == 2


def test_a_gift_given_again_is_priced_where_its_recipient_lives_and_not_where_she_is_away(shop: Shop):
    line = shop.sells(given(wish("Ana Field"))).lines.get()
    canada = address("Ana Field", city="Toronto", region="ON", postcode="M5V 2T6", country="CA")
    stay = Once(from_on=dt.date(2026, 3, 1), until_on=dt.date(2027, 3, 1))
    stay_at_typed(
        subscription_id=line.subscription_id, typed=canada, source="phone", when=stay, by=Actor("staff", "1"),
        now=shop.now,
    )  # fmt: skip

    again = given(wish("Ana Field", ship_to=None, repeats=str(line.uuid)))
    [wanted] = queries.gifts_wanted(again, now=shop.now, donors=[line.order.payer_id])

    assert (wanted.address.country, wanted.quote.postage_cents) == ("US", 0)


def test_an_order_for_nobody_says_what_is_missing(shop: Shop):
    with pytest.raises(Invalid, match="Where should"):
        shop.order(given())


def test_gifts_of_two_magazines_are_two_orders(shop: Shop):
    offer = shop.house.make_offer(code="euro", issues=10, cents=1995, currency="eur")

    with pytest.raises(queries.GiftsDiffer):
        shop.order(given(wish("Ana Field"), wish("Cleo Reed", offer=offer.code)))


def test_a_key_from_before_there_were_gifts_still_gives_its_order(shop: Shop):
    from orders.checkout.actions.intake import _body_hash

    before = {**asdict(shop.request()), "subscription": None}
    for newer in ("gifts", "start_issue"):
        del before[newer]

    assert _body_hash(shop.request(), None) == hashlib.sha256(json.dumps(before, sort_keys=True).encode()).hexdigest()
    assert _body_hash(given(wish()), None) != _body_hash(given(wish(message="Hello")), None)


def test_a_gift_that_was_not_paid_can_be_paid_again(shop: Shop):
    order = shop.order(given(wish("Ana Field"), wish("Cleo Reed")))

    attempt = actions.pay_again(order_id=order.pk, by=ANONYMOUS, ip=None, now=shop.now)

    assert attempt.amount_cents == 39_90
