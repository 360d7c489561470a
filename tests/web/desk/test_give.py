"""A gift order by telephone: the clerk types it, tells the donor what it means, and places it. The donor pays."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from foundation.actors import Actor
from foundation.mail.models import MailLink, OutgoingMail
from orders.checkout.actions import abandoned, pay_links
from orders.checkout.models import Gift, GiftCode, Order
from subscriptions.readers.actions import correct_reader
from subscriptions.readers.models import Address, Reader
from subscriptions.terms.queries import expire
from tests.gifts import pay
from tests.house import House
from tests.signin import signed_in
from tests.web.conftest import NOW
from tests.web.desk.asking import does, text_of, url

pytestmark = pytest.mark.django_db
BEN = {"offer": "ten", "source_key": "WEB", "payer_name": "Ben Moss", "payer_email": "ben@donors.example"}
TO_GUS = {"name": "Gus Long", "copies": "1", "line1": "500 W Madison St", "city": "Chicago", "region": "IL",
          "postcode": "60661-2511", "country": "US"}  # fmt: skip
TO_CLEO = {**TO_GUS, "name": "Cleo Reed", "line1": "11 Wick St"}
NOBODY_TYPED = {"copies": "1", "country": "US"}


@pytest.fixture
def cora(house: House, house_time: None) -> Any:
    house.pull_before(504)
    return signed_in("clerk")


@pytest.fixture
def ben(house: House) -> Reader:
    reader: Reader = house.reader("Ben Moss")
    reader.email = "ben@donors.example"
    reader.save(update_fields=["email"])
    return reader


def typed(*gifts: dict[str, str], **more: str) -> dict[str, str]:
    rows = {f"g{place}-{name}": text for place, gift in enumerate(gifts) for name, text in gift.items()}
    return {"key": "the-same-key", "count": str(len(gifts)), **rows, **more}


def looks(client: Any, at: str, *gifts: dict[str, str], **more: str) -> str:
    """What the clerk is told to tell the donor."""
    answer = client.post(at, typed(*gifts, look="1", **more))
    assert answer.status_code == 200, text_of(answer)[:900]
    return text_of(answer)


def orders(client: Any, at: str, *gifts: dict[str, str], **more: str) -> Order:
    told = client.post(at, typed(*gifts, look="1", **more)).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', told)
    assert seen is not None, told[-3000:]
    answer = client.post(at, typed(*gifts, order="1", seen=seen[1], **more), follow=True)
    assert answer.redirect_chain, text_of(answer)[:900]
    return Order.objects.latest("pk")


def test_the_donor_is_found_on_file_and_gives_to_two(cora: Any, ben: Reader):
    at = url("give_to_others", ben.pk)
    assert "Ben Moss" in text_of(cora.get(at))

    told = looks(cora, at, TO_GUS, TO_CLEO, offer="ten", source_key="WEB")
    order = orders(cora, at, TO_GUS, TO_CLEO, offer="ten", source_key="WEB")

    assert "Gus Long: $19.95" in told
    assert "The gift brings 10 issues, Apr 2026 to Mar 2027." in told
    assert "Money for these issues only ever goes back to the donor." in told
    assert "Together $39.90" in told
    assert (order.payer, order.total_cents, order.channel) == (ben, 39_90, "telephone")
    assert [gift.to_name for gift in Gift.objects.order_by("pk")] == ["Gus Long", "Cleo Reed"]


def test_nothing_is_saved_before_it_was_told(cora: Any, ben: Reader):
    at = url("give_to_others", ben.pk)

    answer = cora.post(at, typed(TO_GUS, offer="ten", source_key="WEB", order="1"))
    other = cora.post(at, typed(TO_GUS, offer="ten", source_key="WEB", order="1", seen="0" * 32))

    assert "Nothing is ordered yet." in text_of(answer)
    assert "Nothing is ordered yet." in text_of(other)
    assert not Order.objects.exists()


def test_the_donor_gets_a_link_and_pays_by_it(cora: Any, ben: Reader):
    order = orders(cora, url("give_to_others", ben.pk), TO_GUS, offer="ten", source_key="WEB")

    mail = OutgoingMail.objects.get(kind="pay_link")
    link = re.search(r"http://\S+(/pay/\S+/)", mail.text)
    donor = Client()
    page = donor.get(link[1], follow=True) if link else None

    assert (mail.to_email, "Gus Long: $19.95" in mail.text, "Together: $19.95" in mail.text) == (
        "ben@donors.example", True, True,
    )  # fmt: skip
    assert page is not None
    assert "Pay $19.95" in page.content.decode()
    assert Client().get(f"/orders/{order.number}/").status_code == 404


def test_whoever_has_no_mail_address_gets_the_link_from_the_clerk(cora: Any, house: House):
    donor = house.reader("Ida Vale")
    Reader.objects.filter(pk=donor.pk).update(email="")

    order = orders(cora, url("give_to_others", donor.pk), TO_GUS, offer="ten", source_key="WEB")
    said = text_of(cora.get(url("send_pay_link", order.number)))
    again = text_of(cora.post(url("send_pay_link", order.number), {}, follow=True))

    assert not OutgoingMail.objects.exists()
    assert "Never take a card number down" in said
    assert "The link to pay is for you to pass on" in again
    assert MailLink.objects.count() == 2


def test_the_link_goes_to_the_mail_address_as_it_was_put_right(cora: Any, ben: Reader):
    order = orders(cora, url("give_to_others", ben.pk), TO_GUS, offer="ten", source_key="WEB")
    correct_reader(reader_id=ben.pk, email="ben@moss.example", by=Actor("staff", "1"), now=NOW)

    assert "It is mailed to ben@moss.example" in text_of(cora.get(url("send_pay_link", order.number)))
    does(cora, url("send_pay_link", order.number))

    assert OutgoingMail.objects.filter(kind="pay_link").latest("pk").to_email == "ben@moss.example"


def test_a_link_is_good_for_as_long_as_its_order_may_be_paid(cora: Any, ben: Reader):
    order = orders(cora, url("give_to_others", ben.pk), TO_GUS, offer="ten", source_key="WEB")
    link = re.search(r"http://\S+(/pay/\S+/)", OutgoingMail.objects.get(kind="pay_link").text)
    assert link is not None
    made, week = MailLink.objects.get(purpose="pay_for_order").created_at, abandoned.ORDER_MAY_BE_PAID_FOR

    with time_machine.travel(made + week - dt.timedelta(minutes=1), tick=False):
        in_time = Client().get(link[1])
    with time_machine.travel(made + week + dt.timedelta(minutes=1), tick=False):
        late = Client().get(link[1])

    assert (in_time.status_code, late.status_code) == (302, 410)
    with pytest.raises(abandoned.OrderIsClosed):
        pay_links.send_pay_link(order_id=order.pk, by=Actor("staff", "1"), now=order.placed_at + week)


def test_a_paid_order_gets_no_link_and_an_unknown_one_is_over(cora: Any, ben: Reader, house: House):
    order = orders(cora, url("give_to_others", ben.pk), TO_GUS, offer="ten", source_key="WEB")
    pay(order, now=NOW)

    answer = cora.post(url("send_pay_link", order.number), {})

    assert (answer.status_code, "there is nothing to pay" in text_of(answer)) == (409, True)
    gone = Client().get("/pay/nothing/")
    assert (gone.status_code, "This link is no longer good" in gone.content.decode()) == (410, True)


def test_somebody_new_gives(cora: Any, house: House):
    order = orders(cora, url("enter_gifts"), TO_GUS, **BEN)

    assert (order.payer.name, order.payer_email, order.placed_by[:6]) == ("Ben Moss", "ben@donors.example", "staff:")


def test_a_recipient_on_file_is_found_by_what_is_typed(cora: Any, house: House):
    ana = house.reader("Ana Field")
    own = house.subscription(ana)
    house.term(own, first=504, units=6)
    at_home = {**TO_GUS, "name": "Anna Field", "line1": Address.objects.get(reader=ana).line1,
               "postcode": Address.objects.get(reader=ana).postcode}  # fmt: skip

    told = looks(cora, url("enter_gifts"), at_home, **BEN)
    assert f"It is Ana Field, {ana.number}" in told
    assert "Apr 2026 to Mar 2027" in told

    taken = text_of(cora.post(url("enter_gifts"), typed(at_home, same=f"0:{ana.number}", **BEN)))

    assert "The gift brings 10 issues, Nov/Dec 2026 to Oct 2027, behind what the recipient has already." in taken
    assert "What the recipient has paid for stays the recipient's, in issues and in money." in taken
    assert not Order.objects.exists()


@pytest.mark.parametrize(("meets", "last", "lines"), [("queue", 519, 1), ("extension", 519, 1), ("parallel", 509, 2)])
def test_a_gift_meets_what_a_reader_on_file_has(cora: Any, house: House, meets: str, last: int, lines: int):
    ana = house.reader("Ana Field")
    own = house.subscription(ana)
    house.term(own, first=504, units=6)
    row = {**NOBODY_TYPED, "name": "Ana", "account": ana.number, "meets": meets}

    order = pay(orders(cora, url("enter_gifts"), row, **BEN), now=NOW)

    assert expire(own.pk).issue.number == last
    assert ana.subscriptions.count() == lines
    assert (Gift.objects.get().meets, order.lines.get().recipient) == (meets, ana)
    assert Reader.objects.filter(name__startswith="Ana").count() == 1


def test_a_reader_on_file_without_the_magazine_gets_it_at_the_address_on_file(cora: Any, house: House):
    ana = house.reader("Ana Field")
    row = {**NOBODY_TYPED, "name": "Ana", "account": ana.number}

    nowhere = cora.post(url("enter_gifts"), typed(row, look="1", **BEN))
    house.address(ana)
    order = pay(orders(cora, url("enter_gifts"), row, **BEN), now=NOW)

    assert "No address on file is good." in text_of(nowhere)
    line = order.lines.get()
    assert (line.recipient, line.address, line.subscription.reader) == (ana, ana.addresses.get(), ana)


def test_a_code_is_sold_for_an_address_that_nobody_knows(cora: Any, house: House):
    row = {**NOBODY_TYPED, "name": "Max Folio", "by_code": "on"}

    assert "By code: it begins when the code is redeemed." in looks(cora, url("enter_gifts"), row, **BEN)
    pay(orders(cora, url("enter_gifts"), row, **BEN), now=NOW)

    assert GiftCode.objects.get().line.gift.to_name == "Max Folio"


def test_gifts_are_added_and_taken_away_and_nothing_typed_is_lost(cora: Any, house: House):
    more = cora.post(url("enter_gifts"), typed(TO_GUS, more="1", **BEN)).content.decode()
    less = cora.post(url("enter_gifts"), typed(TO_GUS, TO_CLEO, less="0", **BEN)).content.decode()

    assert ("Gift 2" in more, 'value="Gus Long"' in more, "Who gives?" in more) == (True, True, False)
    assert ("Gift 2" in less, 'value="Gus Long"' in less, 'value="Cleo Reed"' in less) == (False, False, True)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({**TO_GUS, "name": ""}, "This field is required."),
        (NOBODY_TYPED | {"name": "Gus"}, "Where does it go?"),
        ({**TO_GUS, "by_code": "on"}, "A code has no address and no account"),
        ({**TO_GUS, "postcode": ""}, "postal code"),
        ({**TO_GUS, "start": "day"}, "Around which day"),
        ({**TO_GUS, "announce": "mail"}, "Where should the announcement be mailed to?"),
        ({**TO_GUS, "announce_on": "2020-01-01"}, "This day is over."),
        ({**TO_GUS, "message": "My card is 4242 4242 4242 4242"}, "card number"),
        (NOBODY_TYPED | {"name": "Gus", "account": "9999999"}, "There is no reader with the account number 9999999."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(cora: Any, house: House, row: dict[str, str], sentence: str):
    answer = cora.post(url("enter_gifts"), typed(row, look="1", **BEN))

    assert answer.status_code == 400
    assert sentence.lower() in text_of(answer).lower()
    assert not Order.objects.exists()


def test_a_gift_behind_what_somebody_has_takes_no_other_address(cora: Any, house: House):
    own = house.subscription(house.reader("Ana Field"))
    house.term(own, first=504, units=6)

    answer = cora.post(url("enter_gifts"), typed({**TO_GUS, "account": own.reader.number}, look="1", **BEN))

    assert (answer.status_code, "choose copies of its own" in text_of(answer)) == (400, True)


def test_nobody_of_no_name_gives(cora: Any, house: House):
    answer = cora.post(url("enter_gifts"), typed(TO_GUS, look="1", **{**BEN, "payer_name": ""}))

    assert (answer.status_code, "Who gives?" in text_of(answer)) == (400, True)


def test_a_refusal_stands_on_the_page(cora: Any, house: House):
    own = house.subscription(house.reader("Ana Field"))
    house.term(own, units=None, copy_class="agency")

    row = NOBODY_TYPED | {"name": "Ana", "account": own.reader.number}
    answer = cora.post(url("enter_gifts"), typed(row, look="1", **BEN))

    assert (answer.status_code, "This cannot be done." in text_of(answer)) == (409, True)


def test_the_same_form_twice_is_one_order(cora: Any, ben: Reader):
    at = url("give_to_others", ben.pk)

    first = orders(cora, at, TO_GUS, offer="ten", source_key="WEB")
    again = orders(cora, at, TO_GUS, offer="ten", source_key="WEB")

    assert first == again
    assert OutgoingMail.objects.filter(kind="pay_link").count() == 1


def test_the_readers_page_and_the_menu_lead_there(cora: Any, ben: Reader):
    page = cora.get(url("reader", ben.pk)).content.decode()

    assert url("give_to_others", ben.pk) in page
    assert url("enter_gifts") in page


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 5000])
def test_an_odd_number_does_no_harm(cora: Any, ben: Reader, odd: str):
    assert cora.post(url("give_to_others", ben.pk), typed(TO_GUS, TO_CLEO, less=odd)).status_code == 200


def test_another_gift_begins_at_its_name_and_as_a_fresh_sheet_does(cora: Any, ben: Reader):
    page = cora.post(url("give_to_others", ben.pk), typed(TO_GUS, more="1")).content.decode()

    assert re.findall(r'<input[^>]+name="([^"]+)"[^>]*autofocus', page) == ["g1-name"]
    assert re.findall(r'name="g1-copies" value="(\d+)"', page) == ["1"]


def test_the_clerk_is_told_who_at_that_door_gets_it_already_and_whose_mail_address_was_typed(
    cora: Any, house: House, ben: Reader
) -> None:
    dora = house.reader("Dora Long")
    home = house.address(dora, line1=TO_GUS["line1"], label_addr1="500 W MADISON ST", label_zip5="60661")
    house.term(house.subscription(dora, home), first=504, units=10)

    told = looks(cora, url("enter_gifts"), TO_GUS, **BEN)

    assert f"For Dora Long, {dora.number}" in told
    assert f"It is Ben Moss, {ben.number}" in told
    assert "For Dora Long" not in looks(cora, url("enter_gifts"), TO_CLEO, **BEN)
