from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from orders.checkout.models import Order
from orders.payments.models import PaymentAttempt, SavedMethod
from subscriptions.readers.models import Reader
from tests.gifts import code_for, given
from tests.house import House
from tests.shop import Shop
from tests.web.conftest import DeskHouse
from web.search import Found, find

pytestmark = pytest.mark.django_db


def names(typed: str) -> list[str]:
    return [hit.reader.shown_name for hit in find(typed).hits]


def reasons(typed: str) -> list[tuple[str, str]]:
    return [(hit.reader.shown_name, hit.matched) for hit in find(typed).hits]


@pytest.fixture
def people(house: House) -> dict[str, Any]:
    ana, ben = house.reader("Ana Field"), house.reader("Ben O’Moss-Núñez Jr.", email="BEN@readers.example")
    house.address(ana)
    house.address(ben, line1="9 Lamp St", label_addr1="9 LAMP ST", label_addr2="APT 3", label_zip5="97214",
                  label_city="PORTLAND", label_name="BEN O'MOSS-NUNEZ")  # fmt: skip
    house.subscription(ana, address=ana.addresses.get())
    Reader.objects.filter(pk=ben.pk).update(phone="+1 (773) 555-0100")
    return {"ana": ana, "ben": ben, "library": Reader.objects.create(company="Salem Public Library")}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ana field", "Ana Field"),
        ("field ana", "Ana Field"),
        ("FIELD, Ana", "Ana Field"),
        ("ana fie", "Ana Field"),
        ("fie an", "Ana Field"),
        ("f ana", "Ana Field"),
        ("Áná", "Ana Field"),
        ("nunez", "Ben O’Moss-Núñez Jr."),
        ("Núñez", "Ben O’Moss-Núñez Jr."),
        ("omoss ben", "Ben O’Moss-Núñez Jr."),
        ("O'Moss", "Ben O’Moss-Núñez Jr."),
        ("library", "Salem Public Library"),
        ("publ sal", "Salem Public Library"),
        ("ana@readers.example", "Ana Field"),
        ("ben@READERS.example", "Ben O’Moss-Núñez Jr."),
        ("ben@rea", "Ben O’Moss-Núñez Jr."),
        ("60647", "Ana Field"),
        ("60647-4002", "Ana Field"),
        ("97214 omoss", "Ben O’Moss-Núñez Jr."),
        ("97214-1234 lamp", "Ben O’Moss-Núñez Jr."),
        ("9 lamp street", "Ben O’Moss-Núñez Jr."),
        ("lamp st portland", "Ben O’Moss-Núñez Jr."),
        ("milw", "Ana Field"),
        ("2040 North Milwaukee Avenue", "Ana Field"),
        ("2040 60647", "Ana Field"),
        ("(773) 555-0100", "Ben O’Moss-Núñez Jr."),
        ("1 773 555 0100", "Ben O’Moss-Núñez Jr."),
        ("5550100", "Ben O’Moss-Núñez Jr."),
    ],
)
def test_finds_by_what_people_say(typed: str, found: str, people: dict[str, Any]) -> None:
    assert names(typed) == [found]


@pytest.mark.parametrize("typed", ["97214 field", "nobody", "", "  ", "\x00", "%", "_", "'", "\\", "&", ":*", "a' | 'b",
                                   "99999999999999999999", "0", "x" * 300, "@", "%@%", "ana ben"])  # fmt: skip
def test_finds_nobody_where_nobody_is(typed: str, people: dict[str, Any]) -> None:
    assert names(typed) == []


def test_finds_by_number_and_by_keyline_with_its_check_digit(house: House) -> None:
    Reader.objects.create(pk=42317, name="Cleo Reed")

    for typed in ("42317", "0042317", "00423178", "#0042 3178#", "#00423178#"):
        assert reasons(typed) == [("Cleo Reed", "account number")]
    for typed in ("00423179", "#0042 3179#"):
        assert names(typed) == []
        assert find(typed).tried[0] == "account number 0042317, but its check digit is 8 and not 9"


def test_finds_by_order_number_the_payer_and_whom_it_is_for(desk_house: DeskHouse) -> None:
    order: Order = desk_house.order
    line = order.lines.get()
    line.recipient = desk_house.ana
    line.save(update_fields=["recipient"])

    for typed in (order.number, order.number.lower(), order.number.replace("-", ""), order.number[2:]):
        assert sorted(reasons(typed)) == [("Ana Field", "order"), ("Cleo Reed", "order")]


def test_a_gift_by_code_that_nobody_has_redeemed_leads_to_whoever_paid(shop: Shop) -> None:
    order = shop.sells(given(code_for("Ana Field")))

    assert reasons(order.number) == [("Ben Moss", "order")]


def test_finds_by_a_postcode_of_another_country(house: House) -> None:
    for name, postcode in (("Ida Kranz", "10115"), ("Urs Egli", "8001"), ("Asha Rao", "560001")):
        house.address(house.reader(name), postcode=postcode, label_postcode=postcode, label_zip5="", label_plus4="")

    assert reasons("10115") == [("Ida Kranz", "postcode")]
    assert reasons("8001") == [("Urs Egli", "postcode")]
    assert reasons("560 001") == [("Asha Rao", "postcode")]


def test_finds_by_the_last_four_of_a_saved_card_and_of_one_that_paid_once(desk_house: DeskHouse) -> None:
    SavedMethod.objects.create(payer=desk_house.ana, method_id="pm_1", brand="visa", last4="4242")
    PaymentAttempt.objects.create(
        payer=desk_house.ben, purpose="first", subject_uuid=desk_house.ben.uuid, amount_cents=1, currency="usd",
        idempotency_key="k", request={}, card_last4="4242",
    )  # fmt: skip

    assert sorted(reasons("4242")) == [("Ana Field", "card"), ("Ben Field", "card")]
    assert sorted(names("visa ending in 4242")) == ["Ana Field", "Ben Field"]


def test_who_is_called_exactly_so_comes_first_then_surnames_then_beginnings_then_anywhere(house: House) -> None:
    for name in (
        "Ann Smithers",
        "Smith Jones",
        "Carl Q. Smith",
        "Smith",
        "Ann Smith-Vale",
        "Ann Smith",
        "Zoe Smithson",
    ):
        house.reader(name, "")

    assert names("smith") == [
        "Smith",
        "Ann Smith",
        "Carl Q. Smith",
        "Ann Smithers",
        "Zoe Smithson",
        "Smith Jones",
        "Ann Smith-Vale",
    ]
    assert names("ann smith") == ["Ann Smith", "Ann Smith-Vale", "Ann Smithers"]


def test_pages_follow_each_other_without_a_gap_and_without_a_repeat(house: House) -> None:
    everyone = [house.reader(f"Ana Smith{n % 7}", f"a{n}@readers.example") for n in range(60)]
    for reader in everyone:
        house.address(reader)

    for typed in ("smith", "60647", "ana", "milwaukee"):
        pages = pages_of(typed)
        assert [len(page.hits) for page in pages] == [25, 25, 10]
        assert {hit.reader.pk for page in pages for hit in page.hits} == {reader.pk for reader in everyone}
    in_order = [hit.reader for page in pages_of("smith") for hit in page.hits]
    assert in_order == sorted(everyone, key=lambda reader: (reader.name, reader.pk))


def pages_of(typed: str) -> Sequence[Found]:
    pages = [find(typed)]
    while pages[-1].after:
        pages.append(find(typed, after=pages[-1].after))
    return pages


@pytest.mark.parametrize(
    "after", ["nowhere", "name1-", "name1-999999999", "name99-1", "-", "name1-1-1", "name1-99999999999999999999"]
)
def test_a_place_that_leads_nowhere_is_no_error(after: str, people: dict[str, Any]) -> None:
    assert [hit.reader.name for hit in find("field", after=after).hits] == ["Ana Field"]


def test_a_reader_with_two_addresses_is_shown_once_with_the_newer(people: dict[str, Any], house: House) -> None:
    house.address(people["ana"], line1="1 Oak St", label_addr1="1 OAK ST", city="Denver", label_city="DENVER",
                  label_zip5="80203")  # fmt: skip

    by_old, by_new = find("milwaukee").hits, find("oak denver").hits

    assert [(hit.place.split(",")[0], hit.matched) for hit in by_old] == [("1 Oak St", "an earlier address")]
    assert [(hit.place.split(",")[0], hit.matched) for hit in by_new] == [("1 Oak St", "address")]


def test_whoever_was_merged_is_shown_as_the_reader_in_force(people: dict[str, Any], house: House) -> None:
    old = house.reader("Anna Feild", "old@readers.example")
    old.merged_into = people["ana"]
    old.save(update_fields=["merged_into"])

    hit = find("feild").hits[0]

    assert (hit.reader, hit.alias, hit.magazines) == (people["ana"], old, ("The Lantern",))
    assert names("an") == ["Ana Field"]


def test_says_what_was_looked_for(people: dict[str, Any]) -> None:
    assert find("60640").tried == ("account number 0060640", "ZIP code 60640", "postcode 60640")
    assert find("zzz").tried == ("names with “zzz”", "mail addresses beginning with “zzz”", "addresses with “zzz”")


def test_afterwards_the_planner_is_free_again(people: dict[str, Any]) -> None:
    find("ana")

    with connection.cursor() as cursor:
        cursor.execute("select current_setting('enable_seqscan'), current_setting('enable_indexscan')")
        assert cursor.fetchone() == ("on", "on")
