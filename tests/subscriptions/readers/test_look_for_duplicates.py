from typing import Any

import pytest
from django.db import connection

from foundation.actors import Actor
from subscriptions.readers import actions, queries
from subscriptions.readers.actions.duplicates import OF_MANY, OF_ONE
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from subscriptions.readers.rules.address import TypedAddress
from tests.house import House, at

CLERK = Actor("staff", "1")
NOW = at("2026-02-20")


def pairs(reader: Any) -> list[tuple[int, str]]:
    found = actions.look_for_duplicates(reader_id=reader.pk, now=NOW)
    return [(pair.known_reader_id, pair.reason) for pair in found]


def test_the_same_mail_address_in_another_case_is_a_question(house: House) -> None:
    known = house.reader("Ana Field", "Ana@readers.example")
    new = house.reader("A Field", "ana@READERS.example")

    assert pairs(new) == [(known.pk, "same_email")]
    assert [d.new_reader for d in queries.open_duplicates()] == [new]


def test_the_same_surname_at_the_same_door_is_a_question(house: House) -> None:
    known, new = house.reader("Ana Field", ""), house.reader("A. Field Jr", "")
    house.address(known)
    house.address(new)

    assert pairs(new) == [(known.pk, "same_address_and_name")]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Ben Stone", {}),
        ("Ana Field", {"label_zip5": "60614"}),
        ("Ana Field", {"label_addr1": "1 N MILWAUKEE AVE"}),
        ("Ben Field", {}),
    ],
)
def test_a_neighbour_or_a_namesake_is_none(house: House, name: str, fields: dict[str, str]) -> None:
    house.address(house.reader("Ana Field", ""))
    new = house.reader(name, "")
    house.address(new, **fields)

    assert pairs(new) == []


@pytest.mark.parametrize(
    ("name", "fields", "reason"),
    [
        ("Ana Maria Field", {}, "same_address_and_name"),
        ("Dr. Ana Fields", {}, "same_address_and_name"),
        ("Ana Feild", {"label_addr1": "2040 MILWAUKE AVE APT 4"}, "same_address_and_name"),
        ("Anna Field", {"label_addr1": "2004 N MILWAUKEE AVE"}, "same_name_close_by"),
    ],
)
def test_one_slip_of_the_hand_hides_nobody(house: House, name: str, fields: dict[str, str], reason: str) -> None:
    known, new = house.reader("Ana Field", ""), house.reader(name, "")
    house.address(known)
    house.address(new, label_name=name.upper(), **fields)

    assert pairs(new) == [(known.pk, reason)]


def test_an_abbreviated_street_with_accents_is_the_same(house: House) -> None:
    known = actions.file_reader(name="Zoë Núñez", by=CLERK, now=NOW)
    new = actions.file_reader(name="Zoe Nunez", by=CLERK, now=NOW)
    for reader, line in ((known, "2040 North Milwaukee Avenue"), (new, "2040 N. Milwaukee Ave., #4")):
        typed = TypedAddress(name=reader.name, line1=line, city="Chicago", region="IL", postcode="60647", country="US")
        actions.add_address(reader_id=reader.pk, typed=typed, by=CLERK, source="order", now=NOW)

    assert pairs(new) == [(known.pk, "same_address_and_name")]


def test_a_name_in_a_tower_of_hundreds_is_found_by_its_own_key(house: House) -> None:
    tower = Reader.objects.bulk_create([Reader(name=f"Tenant {n}") for n in range(250)])
    for reader in tower:
        house.address(reader, label_name=f"TENANT{chr(65 + reader.pk % 26)} X")
    known, new = house.reader("Ana Field", ""), house.reader("A Field", "")
    house.address(known)
    house.address(new)

    assert (known.pk, "same_address_and_name") in pairs(new)


def test_a_company_alone_is_alike_by_its_own_name_only(house: House) -> None:
    known, new, other = (house.reader(name, "") for name in ("Lantern House", "Lanter House", "Stone Mill"))
    for reader in (known, new, other):
        house.address(reader, label_name="", label_company=reader.name.upper())

    assert pairs(new) == [(known.pk, "same_address_and_name")]
    assert Address.objects.filter(name_key__isnull=True).count() == 3


def test_nobody_alike_takes_one_question_beside_two_about_the_reader(
    house: House, django_assert_num_queries: Any
) -> None:
    new = house.reader("Ana Field")
    house.address(new)

    with django_assert_num_queries(3):
        assert pairs(new) == []


def test_readers_without_a_mail_address_are_not_alike(house: House) -> None:
    house.reader("Ana Field", "")

    assert pairs(house.reader("Ana Field", "")) == []


def test_asks_once_per_pair_whoever_is_the_new_one(house: House) -> None:
    known, new = house.reader("Ana", "a@readers.example"), house.reader("Ana F", "a@readers.example")
    pairs(new)

    pairs(new)
    pairs(known)

    assert PossibleDuplicate.objects.count() == 1


def test_a_merged_reader_is_asked_about_as_the_one_in_force(house: House) -> None:
    in_force = house.reader("Ana Field", "")
    merged = house.reader("Ana Field", "a@readers.example")
    merged.merged_into = in_force
    merged.save(update_fields=["merged_into"])

    assert pairs(house.reader("Ana", "a@readers.example")) == [(in_force.pk, "same_email")]


def test_an_answered_question_is_not_asked_again(house: House) -> None:
    house.reader("Ana", "a@readers.example")
    new = house.reader("Ana F", "a@readers.example")
    pairs(new)
    PossibleDuplicate.objects.update(answer="different")

    assert pairs(new) == []


def test_all_searches_go_by_an_index(house: House) -> None:
    # Enough people that reading them all would be the dearer plan, and statistics that know it.
    many = [Reader(name=f"Reader {n}", email=f"reader{n}@readers.example") for n in range(2000)]
    for reader in Reader.objects.bulk_create(many):
        house.address(reader, label_addr1=f"{reader.pk} MAIN ST", label_zip5=f"{reader.pk % 1000:05}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE readers_reader, readers_address")

    by_mail = queries.readers_with_email("reader7@readers.example").explain()
    by_door = Address.objects.filter(label_zip5="00007", label_addr1="7 MAIN ST").explain()

    someone = Reader.objects.get(email="reader7@readers.example")
    address_ids = [address.pk for address in someone.addresses.all()]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {OF_ONE}", [address_ids[0], someone.pk])
        alone = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute(f"EXPLAIN {OF_MANY}", [address_ids, [someone.pk]])
        alike = "\n".join(line for (line,) in cursor.fetchall())

    assert "reader_email" in by_mail
    assert "address_zip_street" in by_door
    for plan in (alone, alike):
        assert "address_door" in plan
        assert "address_name" in plan
        assert "Seq Scan" not in plan
