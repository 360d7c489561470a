"""Gifts at the desk: each verb asks first and acts on POST."""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.mail.models import OutgoingMail
from orders.checkout import queries
from orders.checkout.models import CardBatch, Gift, GiftCode, GiftMove, Order
from orders.checkout.rules import shown_code
from subscriptions.catalog.models import OfferPrice
from subscriptions.readers.actions import merge_readers
from subscriptions.terms.queries import expire
from tests.gifts import buy, code_for, given, wish
from tests.house import House
from tests.signin import signed_in
from tests.web.conftest import NOW
from tests.web.desk.asking import asks, does, is_refused, sure_of, text_of, url

pytestmark = pytest.mark.django_db
GUS = {"name": "Gus Long", "line1": "500 W Madison St", "city": "Chicago", "region": "IL", "postcode": "60661-2511",
       "country": "US"}  # fmt: skip

TORONTO = {"city": "Toronto", "region": "ON", "postcode": "M5V 3L9", "country": "CA", "zone": "ca"}


@pytest.fixture
def cora(house: House, house_time: None) -> Any:
    house.pull_before(504)
    return signed_in("clerk")


def test_cards_that_are_due_are_printed_once_and_can_be_taken_again(cora: Any, house: House) -> None:
    buy(given(wish("Ana Field", announce="card"), wish("Cleo Reed")), now=NOW)
    at = url("print_cards", "lantern")

    page = text_of(cora.get(url("gift_cards")))
    assert "The Lantern: 1 to post" in page
    assert "1 cards of The Lantern have to be posted by now." in asks(cora, at)
    page = does(cora, at)
    assert "1 cards are in the file below." in page
    assert "No card has to be posted by now." in page
    batch = CardBatch.objects.get()
    file = cora.get(url("card_file", batch.uuid))
    assert AuditEntry.objects.get(action="gift_cards.downloaded").object_id == str(batch.pk)
    assert (file.headers["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    is_refused(cora, at)


def test_a_batch_or_a_gift_that_is_not_there_is_not_found(cora: Any, house: House) -> None:
    nothing = "8d8c8a62-0000-4000-8000-000000000000"

    for name in ("card_file", "gift", "gift_card", "move_gift", "send_code"):
        assert cora.get(url(name, nothing)).status_code == 404
    assert cora.get(url("print_cards", "nothing")).status_code == 404


def test_the_page_of_a_gift_says_who_gave_what_to_whom(cora: Any, house: House) -> None:
    [line] = buy(given(wish("Ana Field", message="Happy birthday!", announce="card")), now=NOW)

    page = text_of(cora.get(url("gift", line.uuid)))

    for said in ("10 issues for Ana Field", "Ben Moss", "Happy birthday!", "Apr 2026"):
        assert said in page
    assert cora.get(url("gift_card", line.uuid)).content.startswith(b"%PDF")
    assert "Card, message, what to do" in text_of(cora.get(url("order", line.order.number)))


def test_a_clerk_sees_until_when_a_gift_is_a_secret(cora: Any, house: House) -> None:
    [line] = buy(given(wish("Ana Field", announce_on=dt.date(2026, 3, 5))), now=NOW)

    assert "a secret until Mar 5, 2026" in text_of(cora.get(url("reader", line.recipient_id)))


def test_the_rest_of_a_gift_goes_to_somebody_else(cora: Any, house: House) -> None:
    [line] = buy(given(wish("Ana Field")), now=NOW)
    at = url("move_gift", line.uuid)

    asks(cora, at)
    told = text_of(cora.post(at, GUS))
    assert "10 issues go there, the first of them Apr 2026." in told
    assert "no money moves" in told
    assert not GiftMove.objects.exists()
    page = does(cora, at, **GUS, sure=sure_of(cora, at, GUS))

    assert "10 issues go on to Gus Long, from Apr 2026." in page
    assert GiftMove.objects.get().to_subscription.reader.name == "Gus Long"


def test_a_move_abroad_says_first_what_the_donor_will_owe(cora: Any, house: House) -> None:
    house.magazine.zone_change = "bill"
    house.magazine.save()
    [line] = buy(given(wish("Ana Field")), now=NOW)
    at = url("move_gift", line.uuid)
    abroad = {**GUS, "city": "Toronto", "region": "ON", "postcode": "M5V 3L9", "country": "CA"}

    told = text_of(cora.post(at, abroad))
    assert "Postage there is dearer by $12.00. The donor is asked for it, never the recipient" in told
    # A yes to another address is no yes to this one.
    assert "the first of them" in text_of(cora.post(at, {**abroad, "sure": sure_of(cora, at, GUS)}))
    assert not GiftMove.objects.exists()

    assert "The donor is asked for $12.00 of postage" in does(cora, at, **abroad, sure=sure_of(cora, at, abroad))


def test_a_move_without_an_address_or_to_where_it_is_not_sold_is_refused(cora: Any, house: House) -> None:
    [line] = buy(given(wish("Ana Field")), now=NOW)
    at = url("move_gift", line.uuid)
    OfferPrice.objects.filter(zone="ca").delete()
    abroad = {**GUS, "city": "Toronto", "region": "ON", "postcode": "M5V 3L9", "country": "CA"}

    is_refused(cora, at, 400, **{**GUS, "postcode": ""})
    assert "not sold to that country" in is_refused(cora, at, **abroad)
    assert not GiftMove.objects.exists()


def test_a_gift_that_is_not_paid_is_not_moved(cora: Any, house: House) -> None:
    from tests.gifts import place

    line = place(given(wish("Ana Field")), now=NOW).lines.get()

    assert "it is not paid for" in is_refused(cora, url("move_gift", line.uuid), **GUS)


def test_a_gift_joins_what_its_recipient_has_once_it_was_said_what_that_means(cora: Any, house: House) -> None:
    own = house.subscription(house.reader("Ana Field"))
    house.term(own, first=504, units=6)
    [line] = buy(given(wish("Ana Field")), now=NOW)
    at, typed = url("join_gift", line.uuid), {"account": own.reader.number, "meets": "queue"}

    asks(cora, at)
    page = text_of(cora.post(at, typed))
    assert "The gift brings 10 issues, Nov/Dec 2026 to Oct 2027, behind what the recipient has already." in page
    assert "Money for these issues only ever goes back to the donor." in page
    assert not GiftMove.objects.exists()
    is_told = {**typed, "told": f"{int(own.reader.number)}:queue"}
    assert "Tick this if that is meant" in text_of(cora.post(at, is_told))
    # A yes to another account, or another way, is no yes to this one.
    assert "Tick this" not in text_of(cora.post(at, {**is_told, "meets": "extension", "sure": "on"}))
    assert not GiftMove.objects.exists()
    page = does(cora, at, **is_told, sure="on")
    assert "The gift comes behind what the recipient has." in page
    assert expire(own.pk).issue.number == 519


def test_who_joins_a_gift_to_a_dearer_place_is_told_who_owes_the_postage(cora: Any, house: House) -> None:
    house.magazine.zone_change = "bill"
    house.magazine.save()
    ana = house.reader("Ana Field")
    house.term(house.subscription(ana, house.address(ana, **TORONTO)), first=504, units=6)
    [line] = buy(given(wish("Ana Field")), now=NOW)

    told = text_of(cora.post(url("join_gift", line.uuid), {"account": ana.number, "meets": "queue"}))

    assert "Postage there is dearer by $12.00. The donor is asked for it" in told


def test_an_old_account_number_joins_what_the_reader_has_now(cora: Any, house: House) -> None:
    ana, old = house.reader("Ana Field"), house.reader("A. Field")
    own = house.subscription(ana)
    house.term(own, first=504, units=6)
    merge_readers(kept_id=ana.pk, merged_id=old.pk, by=Actor("staff", "12"), now=NOW)
    [line] = buy(given(wish("Ana Field")), now=NOW)

    told = f"{int(old.number)}:queue"
    page = does(cora, url("join_gift", line.uuid), account=old.number, meets="queue", told=told, sure="on")

    assert "The gift comes behind what the recipient has." in page
    assert expire(own.pk).issue.number == 519


def test_whoever_takes_a_card_leaves_a_trace(cora: Any, house: House) -> None:
    code = sold_code()

    assert cora.get(url("gift_card", code.line.uuid)).status_code == 200

    [entry] = AuditEntry.objects.filter(action="gift_card.downloaded")
    assert (entry.object_kind, entry.object_id) == ("checkout.gift", str(code.line.gift.pk))


def test_an_account_without_a_subscription_is_told(cora: Any, house: House) -> None:
    [line] = buy(given(wish("Ana Field")), now=NOW)

    page = is_refused(cora, url("join_gift", line.uuid), account="9999999", meets="queue")

    assert "Account 9999999 has no subscription to The Lantern." in page


def sold_code() -> GiftCode:
    [line] = buy(given(code_for("Ana Field")), now=NOW)
    code: GiftCode = line.gift_code
    return code


def test_a_code_is_sent_again_to_the_donor(cora: Any, house: House) -> None:
    code = sold_code()
    at = url("send_code", code.line.uuid)

    assert "ben@donors.example" in asks(cora, at)
    does(cora, at)

    mail = OutgoingMail.objects.get(kind="gift_code")
    assert (mail.to_email, shown_code(queries.code_of(code)) in mail.text) == ("ben@donors.example", True)


def test_a_donor_without_a_mail_address_gets_no_code_by_mail(cora: Any, house: House) -> None:
    code = sold_code()
    code.line.order.payer_email = ""
    code.line.order.save()

    assert "no mail address" in is_refused(cora, url("send_code", code.line.uuid))


def test_a_code_that_can_no_longer_be_read_out_is_not_sent(cora: Any, house: House) -> None:
    code = sold_code()
    GiftCode.objects.update(code_sha256="0" * 64)

    assert "Replace it by a new one" in is_refused(cora, url("send_code", code.line.uuid))


def test_a_code_is_replaced_and_the_new_one_said(cora: Any, house: House) -> None:
    code = sold_code()
    old = queries.code_of(code)
    at = url("replace_code", code.line.uuid)

    assert f"ends with {old[-4:]} is dead" in asks(cora, at)
    page = does(cora, at)

    code.refresh_from_db()
    assert shown_code(queries.code_of(code)) in page
    assert queries.code_of(code) != old


def test_a_gift_that_nobody_redeemed_is_taken_back(cora: Any, house: House) -> None:
    code = sold_code()
    at = url("take_back_code", code.line.uuid)

    assert "$19.95 go back to the donor, Ben Moss" in asks(cora, at)
    assert "The gift is taken back; $19.95 promised to the donor." in does(cora, at)
    is_refused(cora, at)
    assert "a gift code" in text_of(signed_in("finance").get(url("refunds")))


def test_a_code_is_prolonged(cora: Any, house: House) -> None:
    code = sold_code()
    at = url("prolong_code", code.line.uuid)

    asks(cora, at)
    is_refused(cora, at, 400, until="2026-03-01")
    assert "good until February 20, 2032" in does(cora, at, until="2032-02-20")


def test_a_gift_with_an_address_has_no_code(cora: Any, house: House) -> None:
    [line] = buy(given(wish("Ana Field")), now=NOW)

    assert cora.get(url("replace_code", line.uuid)).status_code == 404
    assert Gift.objects.get().line == line


def test_finance_sees_what_nobody_has_redeemed_by_age(cora: Any, house: House) -> None:
    assert "Every gift code that was sold has been redeemed." in text_of(signed_in("finance").get(url("gift_codes")))
    sold_code()

    page = text_of(signed_in("finance").get(url("gift_codes")))

    assert "Up to 90 days 1 $19.95" in page
    assert "Feb 20, 2031" in page


def test_codes_are_summed_by_age_and_currency_and_shown_page_by_page(
    cora: Any, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.desk.pages.gifts.A_PAGE", 1)
    young, old, over = (sold_code() for _ in range(3))
    Order.objects.filter(pk=young.line.order_id).update(currency="cad")
    GiftCode.objects.filter(pk=old.pk).update(issued_at=NOW - dt.timedelta(days=91))
    GiftCode.objects.filter(pk=over.pk).update(expires_on=NOW.date())

    ages = queries.ages_of_codes(today=NOW.date())
    page = text_of(cora.get(url("gift_codes"), {"page": "2"}))

    assert [(one.age, one.currency, one.number, one.cents) for one in ages] == [
        ("up to 90 days", "cad", 1, 19_95), ("up to a year", "usd", 1, 19_95), ("expired", "usd", 1, 19_95),
    ]  # fmt: skip
    assert "Page 2 of 3" in page
    assert f"…{young.last4}" in page
    assert f"…{old.last4}" not in page


def test_a_page_of_cards_says_how_many_there_are(cora: Any, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.desk.pages.gifts.A_PAGE", 1)
    buy(given(wish("Ana Field", announce="card"), wish("Cleo Reed", announce="card")), now=NOW)

    page = text_of(cora.get(url("gift_cards")))

    assert "The Lantern: 2 to post" in page
    assert "These are the first 1 of them." in page
    assert "2 cards of The Lantern" in asks(cora, url("print_cards", "lantern"))
