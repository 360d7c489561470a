"""What keeps an erasure waiting is told to the reader, but for a gift that is announced later: that, only to staff."""

import datetime as dt
from typing import Any

import pytest

from subscriptions.readers.queries import person
from subscriptions.terms.actions import objection_for_staff, objection_to_erasure
from subscriptions.terms.models import AccessTerm
from tests.house import House, at

pytestmark = pytest.mark.django_db
NOW = at("2026-02-20")
SECRET = {"copy_class": "gift", "opens_on": dt.date(2026, 12, 24)}


@pytest.fixture
def ana(house: House) -> Any:
    return house.reader("Ana Field")


@pytest.fixture
def ben(house: House) -> Any:
    return house.reader("Ben Moss")


def test_a_secret_gift_alone_is_called_something(house: House, ana: Any, ben: Any) -> None:
    house.term(house.subscription(ana), first=504, units=10, payer=ben, **SECRET)

    said = objection_to_erasure(person(ana), NOW)

    assert said == "Something is under way for this reader and has to be over first. Please write to us."
    assert objection_for_staff(person(ana), NOW).startswith("The Lantern still comes until ")
    # Whoever gives it knows of it.
    assert "of somebody else, which this reader pays for, still comes until" in objection_to_erasure(person(ben), NOW)


def test_of_what_comes_before_a_secret_gift_the_last_issue_is_her_own(house: House, ana: Any, ben: Any) -> None:
    line = house.subscription(ana)
    house.term(line, first=504, units=1)
    house.term(line, first=505, units=10, payer=ben, **SECRET)

    said = objection_to_erasure(person(ana), NOW)

    assert said == "The Lantern still comes until Apr 2026. Cancel it first, and then ask again."
    assert "Apr 2026" not in objection_for_staff(person(ana), NOW)


def test_secret_digital_access_is_called_something(house: House, ana: Any, ben: Any) -> None:
    AccessTerm.objects.create(
        magazine=house.magazine, reader=ana, payer=ben, from_on=NOW.date(), until_on=dt.date(2027, 1, 1),
        sold_on=NOW.date(), opens_on=dt.date(2026, 12, 24),
    )  # fmt: skip

    assert objection_to_erasure(person(ana), NOW).startswith("Something is under way")
    assert objection_to_erasure(person(ben), NOW).startswith("Digital access is still running")
    assert objection_for_staff(person(ana), NOW).startswith("Digital access is still running")
