"""An address that was typed for a line while two files were one goes back with that line when they are two again."""

from typing import Any

import pytest

from foundation.actors import Actor
from orders.checkout.actions import move_to_typed
from subscriptions.readers import actions as readers
from subscriptions.readers import queries as people
from subscriptions.readers.models import Address, Reader
from subscriptions.terms.actions import follow_merges
from subscriptions.terms.models import Subscription
from tests.gifts import address
from tests.house import House, at
from tests.subscriptions.readers.everyone import follow_privacy

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "1")
NOW = at("2026-02-20")


class Two:
    """Ana and Cleo, a line each with nothing to come, are taken for one person; Cleo's line moves to Wick Street."""

    def __init__(self, house: House) -> None:
        self.ana, self.cleo = house.reader("Ana Field"), house.reader("Cleo Reed")
        self.lines = [self._line(house, reader) for reader in (self.ana, self.cleo)]
        self.merge = readers.merge_readers(kept_id=self.ana.pk, merged_id=self.cleo.pk, by=CLERK, now=NOW)
        follow_merges(now=NOW)

    def _line(self, house: House, reader: Reader) -> Subscription:
        line: Subscription = house.subscription(reader, house.address(reader, entered_at=at("2026-01-02")))
        house.term(line, first=501, units=3)
        return line

    def moves(self, line: Subscription, name: str) -> Address:
        move_to_typed(subscription_id=line.pk, typed=address(name), source="reader", by=CLERK, now=NOW)
        return Address.objects.latest("pk")

    def are_two_again(self) -> None:
        readers.unmerge_readers(merge_id=self.merge.pk, by=CLERK, now=NOW)
        follow_merges(now=NOW)


@pytest.fixture
def two(house: House) -> Any:
    house.pull_before(504)
    return Two(house)


def test_each_has_what_was_typed_for_their_line(two: Two) -> None:
    hers, others = two.moves(two.lines[0], "Ana Field"), two.moves(two.lines[1], "Cleo Reed")
    assert (hers.reader, others.reader) == (two.ana, two.ana)

    two.are_two_again()

    assert people.newest_address(two.ana.pk) == hers
    assert people.newest_address(two.cleo.pk) == others


def test_an_erasure_reaches_it(two: Two) -> None:
    two.moves(two.lines[1], "Cleo Reed")
    two.are_two_again()

    request = readers.ask_privacy(reader_id=two.cleo.pk, kind="erasure", verified="letter", by=CLERK, now=NOW)
    follow_privacy(NOW)

    request.refresh_from_db()
    assert (request.refused_because, request.state) == ("", "done")
    assert not Address.objects.filter(line1="11 Wick St").exists()
    assert Address.objects.filter(reader=two.ana, name="Ana Field").exists()
