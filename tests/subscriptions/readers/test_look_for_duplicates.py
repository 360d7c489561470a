from typing import Any

import pytest
from django.db import connection

from subscriptions.readers import actions, queries
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from tests.house import House, at

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
        ("Ana Field", {"label_addr1": "2042 N MILWAUKEE AVE"}),
    ],
)
def test_a_neighbour_or_a_namesake_is_none(house: House, name: str, fields: dict[str, str]) -> None:
    house.address(house.reader("Ana Field", ""))
    new = house.reader(name, "")
    house.address(new, **fields)

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


def test_both_searches_go_by_an_index(house: House) -> None:
    # Enough people that reading them all would be the dearer plan, and statistics that know it.
    many = [Reader(name=f"Reader {n}", email=f"reader{n}@readers.example") for n in range(2000)]
    for reader in Reader.objects.bulk_create(many):
        house.address(reader, label_addr1=f"{reader.pk} MAIN ST", label_zip5=f"{reader.pk % 1000:05}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE readers_reader, readers_address")

    by_mail = queries.readers_with_email("reader7@readers.example").explain()
    by_door = Address.objects.filter(label_zip5="00007", label_addr1="7 MAIN ST").explain()

    assert "reader_email" in by_mail
    assert "address_zip_street" in by_door
