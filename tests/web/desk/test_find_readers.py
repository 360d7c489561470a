from typing import Any

import pytest

from tests.house import House
from tests.web.conftest import DeskHouse
from tests.web.desk.asking import text_of
from web.desk.queries.find_readers import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(house: House) -> dict[str, Any]:
    ana, ben = house.reader("Ana Field"), house.reader("Ben Moss", email="BEN@readers.example")
    house.address(ana)
    house.address(ben, line1="9 Lamp St", label_addr1="9 LAMP ST", label_zip5="97214", label_name="BEN MOSS")
    return {"ana": ana, "ben": ben}


def names(typed: str) -> list[str]:
    return [reader.name for reader in find(typed)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ana@readers.example", ["Ana Field"]),
        ("ben@READERS.example", ["Ben Moss"]),
        ("ana fie", ["Ana Field"]),
        ("Moss", ["Ben Moss"]),
        ("60647", ["Ana Field"]),
        ("97214 moss", ["Ben Moss"]),
        ("97214-1234 lamp", ["Ben Moss"]),
        ("97214 field", []),
        ("nobody", []),
        ("", []),
        ("  ", []),
        ("\x00", []),
        ("%", []),
        ("99999999999999999999", []),
    ],
)
def test_finds_by_what_people_say(typed: str, found: list[str], people: dict[str, Any]) -> None:
    assert names(typed) == found


def test_finds_by_number_as_printed_with_or_without_zeros_and_check_digit(people: dict[str, Any]) -> None:
    ana = people["ana"]

    assert names(ana.number) == ["Ana Field"]
    assert names(str(ana.pk)) == ["Ana Field"]
    assert names(f"{ana.number}7") == ["Ana Field"]


def test_finds_by_order_number_the_payer(desk_house: DeskHouse, client_for: Any) -> None:
    page = text_of(client_for("clerk").get("/desk/readers/", {"q": desk_house.order.number.lower()}))

    assert "Cleo Reed" in page
    assert "1 reader" in page
