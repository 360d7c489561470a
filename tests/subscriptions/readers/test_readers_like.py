"""Who on file may be somebody whose address is being typed: asked before anything is saved."""

from typing import Any

import pytest
from django.utils import timezone

from subscriptions.readers.models import Reader
from subscriptions.readers.queries import readers_like
from subscriptions.readers.rules.address import TypedAddress
from tests.house import House

pytestmark = pytest.mark.django_db


def typed(name: str = "Ana Field", line1: str = "2040 N Milwaukee Ave", **changes: str) -> TypedAddress:
    home: dict[str, Any] = {"city": "Chicago", "region": "IL", "postcode": "60647-4002", "country": "US"}
    return TypedAddress(name=name, line1=line1, **{**home, **changes})


@pytest.fixture
def ana(house: House) -> Reader:
    reader: Reader = house.reader("Ana Field", email="ana@readers.example")
    house.address(reader)
    return reader


@pytest.mark.parametrize("name", ["Ana Field", "Anna M. Field", "A. Feild"])
def test_the_same_name_or_nearly_so_at_the_same_door(ana: Reader, name: str):
    assert readers_like(typed=typed(name)) == [ana]


@pytest.mark.parametrize(
    "other", [typed("Gus Long"), typed(line1="11 Wick St"), typed(postcode="97214", region="OR", city="Portland")]
)
def test_another_name_or_another_door_is_somebody_else(ana: Reader, other: TypedAddress):
    assert readers_like(typed=other) == []


def test_the_same_mail_address_anywhere(ana: Reader):
    assert readers_like(typed=typed("Gus Long", "11 Wick St"), email="ANA@readers.example") == [ana]


def test_a_merged_file_answers_for_the_one_it_was_merged_into(house: House, ana: Reader):
    kept = house.reader("Ana Fields")
    Reader.objects.filter(pk=ana.pk).update(merged_into=kept)

    assert readers_like(typed=typed()) == [kept]


def test_whoever_was_erased_is_nobody(ana: Reader):
    Reader.objects.filter(pk=ana.pk).update(erased_at=timezone.now(), email="")

    assert readers_like(typed=typed()) == []
