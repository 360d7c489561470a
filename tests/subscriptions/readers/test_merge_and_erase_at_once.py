"""A merge and the beginning of an erasure cannot pass each other: the later waits, and sees what the earlier did."""

from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.readers import actions
from subscriptions.readers.models import Reader
from tests.house import House, at
from tests.own_database import behind

CLERK = Actor("staff", "1")
NOW = at("2026-02-20")


@pytest.fixture
def two(own_database: str) -> tuple[Reader, Reader]:
    house = House()
    return house.reader("Ana Field"), house.reader("Ana F")


def merge(kept: Reader, merged: Reader) -> Any:
    return actions.merge_readers(kept_id=kept.pk, merged_id=merged.pk, by=CLERK, now=NOW)


def erase(reader: Reader) -> Any:
    return actions.ask_privacy(reader_id=reader.pk, kind="erasure", verified="letter", by=CLERK, now=NOW)


def test_no_file_is_merged_behind_the_back_of_an_erasure(two: tuple[Reader, Reader]) -> None:
    [outcome] = behind(lambda: erase(two[0]), lambda: merge(*two))

    assert isinstance(outcome, actions.ErasureIsUnderWay)


def test_no_erasure_begins_of_a_file_that_is_merged_this_moment(two: tuple[Reader, Reader]) -> None:
    [outcome] = behind(lambda: merge(*two), lambda: erase(two[1]))

    assert isinstance(outcome, actions.FileIsMerged)


def test_no_merge_is_undone_behind_the_back_of_an_erasure(two: tuple[Reader, Reader]) -> None:
    made = merge(*two)

    [outcome] = behind(lambda: erase(two[0]), lambda: actions.unmerge_readers(merge_id=made.pk, by=CLERK, now=NOW))

    assert isinstance(outcome, actions.ErasureIsUnderWay)
