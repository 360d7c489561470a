"""GET readers/: the desk's search, for machines of the staff."""

from typing import Any

import pytest

from tests.web.conftest import DeskHouse

pytestmark = pytest.mark.django_db


def test_answers_who_was_found_and_why(desk_house: DeskHouse, api_for: Any) -> None:
    answer = api_for("clerk").get("/api/v1/readers/?q=2040+Milwaukee")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == {
        "results": [
            {
                "number": desk_house.ana.number,
                "uuid": str(desk_house.ana.uuid),
                "name": "Ana Field",
                "company": "",
                "email": "ana@readers.example",
                "place": "2040 N Milwaukee Ave, Chicago, IL, 60647-4002",
                "magazines": ["The Lantern"],
                "matched": "address",
                "merged_from": None,
            }
        ],
        "after": "",
        "tried": ["names with “2040 Milwaukee”", "addresses with “2040 Milwaukee”"],
    }


def test_a_merged_reader_is_named_with_the_one_in_force(desk_house: DeskHouse, api_for: Any) -> None:
    desk_house.ben.merged_into = desk_house.ana
    desk_house.ben.save(update_fields=["merged_into"])

    found = api_for("clerk").get("/api/v1/readers/?q=ben").json()["results"]

    assert [(hit["number"], hit["merged_from"]) for hit in found] == [(desk_house.ana.number, desk_house.ben.number)]


def test_pages_go_on_where_the_last_one_ended(desk_house: DeskHouse, api_for: Any) -> None:
    for n in range(30):
        desk_house.house.reader(f"Ida Field{n:02}", "")
    clerk = api_for("clerk")

    first = clerk.get("/api/v1/readers/", {"q": "ida"}).json()
    second = clerk.get("/api/v1/readers/", {"q": "ida", "after": first["after"]}).json()

    assert [len(page["results"]) for page in (first, second)] == [25, 5]
    assert (second["results"][0]["name"], second["after"]) == ("Ida Field25", "")
