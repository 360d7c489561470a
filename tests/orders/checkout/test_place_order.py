"""Taking an order in, on 20 February 2026: 503 is pulled, so ten issues run from 504 to 513."""

from dataclasses import replace

import pytest

from foundation.actors import Actor
from foundation.errors import Invalid
from foundation.limits.actions import TooMany
from orders.checkout import actions
from orders.checkout.actions.intake import OfferIsForRenewals
from orders.checkout.models import AutoRenewConsent, IntakeKey, Order, OrderLine
from orders.checkout.queries import OfferNotOnSale
from orders.checkout.rules import Circumstances, Person
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import SourceKey
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from tests.own_database import at_once
from tests.shop import Shop

BUSINESS_ROWS = (Order, OrderLine, AutoRenewConsent, IntakeKey, PaymentAttempt, Reader, Address)


def nothing_was_written() -> bool:
    return not any(model.objects.exists() for model in BUSINESS_ROWS)


def test_writes_the_order_with_its_promise_and_a_planned_payment(shop: Shop):
    order = shop.order()

    line = order.lines.get()
    assert order.total_cents == 19_95
    assert (line.promised_first_issue.number, line.promised_expire_issue.number) == (504, 513)
    assert PaymentAttempt.objects.get(subject_uuid=order.uuid).amount_cents == 19_95


def test_postage_is_a_part_of_its_own(shop: Shop):
    toronto = replace(
        shop.request().ship_to, line1="200 Bloor St W", city="Toronto", region="ON", postcode="M5S 1T8", country="CA"
    )

    order = shop.order(shop.request(ship_to=toronto))

    line = order.lines.get()
    assert (line.magazine_cents, line.postage_cents, order.total_cents) == (19_95, 12_00, 31_95)


def test_copies_multiply_the_price(shop: Shop):
    assert shop.order(shop.request(copies=3)).total_cents == 59_85


def test_the_same_key_and_body_give_the_same_order(shop: Shop):
    first = shop.order(key="key-0001")

    assert shop.order(key="key-0001") == first
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(shop: Shop):
    shop.order(key="key-0001")

    with pytest.raises(actions.KeyUsedForAnotherOrder):
        shop.order(shop.request(copies=2), key="key-0001")
    assert Order.objects.count() == 1


def test_the_same_key_eight_times_at_once_gives_one_order(committed_shop: Shop, settings):
    settings.LIMIT_ORDERS_PER_EMAIL = 100

    orders = at_once(*[lambda: committed_shop.order(key="key-0001").number] * 8)

    assert len(set(orders)) == 1
    assert Order.objects.count() == Reader.objects.count() == 1


def test_the_consent_keeps_the_exact_words_price_and_circumstances(shop: Shop):
    order = shop.order(shop.agreed())

    consent = order.lines.get().consent
    assert "$19.95 for the next 10 issues" in consent.text
    assert (consent.shown_price_cents, consent.shown_issues) == (19_95, 10)
    assert (consent.ip, consent.user_agent) == ("203.0.113.7", "a browser")


def test_a_consent_to_other_words_is_refused(shop: Shop):
    with pytest.raises(actions.ConsentTextChanged):
        shop.order(shop.request(agreed_text_sha256="0" * 64))
    assert nothing_was_written()


def test_a_gift_never_agrees_to_be_renewed(shop: Shop):
    shop.house.make_offer(code="gift", issues=10, cents=1995, kind="gift")
    request = shop.agreed(offer="gift", recipient=Person("Ben Cole"))

    with pytest.raises(actions.AutoRenewNotOffered):
        shop.order(request)
    assert nothing_was_written()


def test_a_renewal_offer_is_not_sold_to_anybody_unknown(shop: Shop):
    with pytest.raises(OfferIsForRenewals):
        shop.order(shop.request(offer="renew-ten"))
    assert nothing_was_written()


def test_an_unknown_offer_is_refused(shop: Shop):
    with pytest.raises(OfferNotOnSale):
        shop.order(shop.request(offer="nothing"))
    assert nothing_was_written()


def test_a_bad_address_is_refused_by_field(shop: Shop):
    with pytest.raises(Invalid) as refusal:
        shop.order(shop.request(ship_to=replace(shop.request().ship_to, postcode="")))
    assert any("postcode" in field for field in refusal.value.fields)
    assert nothing_was_written()


@pytest.mark.parametrize("state", ["never made", "retired"])
def test_the_website_sells_in_a_house_without_its_source_key(shop: Shop, state: str):
    website = SourceKey.objects.filter(code="WEB")
    if state == "retired":
        website.update(retired_on="2026-01-31")
    else:
        website.delete()

    order = shop.order()

    assert (order.source_key.code, order.source_key.channel) == ("WEB", "web")
    assert website.count() == 1


def test_an_unknown_source_key_is_refused(shop: Shop):
    with pytest.raises(Invalid):
        shop.order(shop.request(source_key="NOSUCH"))
    assert nothing_was_written()


def test_somebody_else_who_reads_it_is_a_reader_of_their_own(shop: Shop):
    order = shop.order(shop.request(recipient=Person("Ben Cole")))

    line = order.lines.get()
    assert order.payer.name == "Ana Field"
    assert line.recipient.name == "Ben Cole"


def test_a_known_mail_address_starts_a_new_reader_and_asks_a_clerk(shop: Shop):
    known = shop.house.reader("Ana Field")

    order = shop.order()

    assert order.payer != known
    assert PossibleDuplicate.objects.get().known_reader == known


def test_a_fourth_order_of_one_mail_address_within_an_hour_is_refused(shop: Shop):
    for _ in range(3):
        shop.order()

    with pytest.raises(TooMany):
        shop.order()
    assert Order.objects.count() == 3


def test_staff_may_order_as_often_as_it_takes(shop: Shop):
    for number in range(4):
        actions.place_order(
            request=shop.request(),
            key=f"phone-{number}",
            by=Actor("staff", "7"),
            circumstances=Circumstances(channel="desk"),
            now=shop.now,
        )

    assert Order.objects.count() == 4
