"""The page on which a clerk finds a reader."""

from typing import Any

import pytest

from tests.web.conftest import DeskHouse
from tests.web.desk.asking import text_of, url

pytestmark = pytest.mark.django_db


def test_a_list_says_who_where_what_and_why(desk_house: DeskHouse, client_for: Any) -> None:
    page = text_of(client_for("clerk").get(url("readers"), {"q": "field"}))

    assert "2 readers" in page
    assert f"Ana Field {desk_house.ana.number} 2040 N Milwaukee Ave, Chicago, IL, 60647-4002" in page
    assert "ana@readers.example The Lantern name" in page
    assert "Looked for names with “field”" in page


@pytest.mark.parametrize("typed", ["ben", "ben@readers.example"])
def test_the_only_one_is_opened_at_once(desk_house: DeskHouse, client_for: Any, typed: str) -> None:
    answer = client_for("clerk").get(url("readers"), {"q": typed})

    assert (answer.status_code, answer.headers["Location"]) == (302, url("reader", desk_house.ben.pk))


def test_an_order_number_opens_the_payer(desk_house: DeskHouse, client_for: Any) -> None:
    page = text_of(client_for("clerk").get(url("readers"), {"q": desk_house.order.number.lower()}, follow=True))

    assert "Cleo Reed" in page


def test_nobody_is_said_with_what_was_tried(desk_house: DeskHouse, client_for: Any) -> None:
    page = text_of(client_for("clerk").get(url("readers"), {"q": "<b>99999"}))

    assert "Nobody is on file under “<b>99999”" in page
    assert "Looked for names with “<b>99999”; mail addresses beginning with “<b>99999”; addresses with" in page


def test_many_are_shown_page_by_page(desk_house: DeskHouse, client_for: Any) -> None:
    for n in range(30):
        desk_house.house.reader(f"Ida Field{n:02}", "")
    clerk = client_for("clerk")

    first = clerk.get(url("readers"), {"q": "ida"})
    following = first.content.decode().partition('<a class="button plain" href="')[2].partition('"')[0]
    second = clerk.get(url("readers") + following.replace("&amp;", "&"))

    assert "The first 25 readers" in text_of(first)
    assert "Ida Field24" in text_of(first)
    assert "The last 5 readers" in text_of(second)
    assert "Ida Field29" in text_of(second)
    assert "More readers" not in text_of(second)


def test_before_anything_is_typed_the_field_waits(desk_house: DeskHouse, client_for: Any) -> None:
    page = client_for("clerk").get(url("readers")).content.decode()

    assert 'name="q" type="search" value="" autofocus' in page
    assert "Nobody" not in page
