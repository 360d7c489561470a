"""Whom an event wakes, and how often. The messages lie in the folder of the embedded broker."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from foundation import wake

pytestmark = pytest.mark.usefixtures("own_database")
SETTLES, FOLLOWS_UP = "orders.checkout.tasks.settle_paid_orders", "orders.renewals.tasks.follow_up_charges"


@pytest.fixture
def woken() -> Iterator["Woken"]:
    yield Woken()
    wake.let_go()


class Woken:
    """The tasks that were sent since the test began."""

    def __init__(self) -> None:
        self._folder: Path = settings.BROKER_FOLDER / "queue"
        self._earlier = set(self._folder.glob("*.msg"))

    def tasks(self) -> Counter[str]:
        texts = [message.read_text() for message in set(self._folder.glob("*.msg")) - self._earlier]
        return Counter(name for text in texts for name in (SETTLES, FOLLOWS_UP) if name in text)


def test_all_listeners_are_woken_after_the_commit(woken: Woken):
    with transaction.atomic():
        wake.wake("payment_settled")
        assert woken.tasks() == {}

    assert woken.tasks() == {SETTLES: 1, FOLLOWS_UP: 1}


def test_nobody_is_woken_for_what_was_rolled_back(woken: Woken):
    with transaction.atomic():
        wake.wake("payment_settled")
        transaction.set_rollback(True)

    assert woken.tasks() == {}


def test_a_sweep_wakes_at_its_first_row_and_once_more_at_its_end(woken: Woken):
    wake.gather()
    for _ in range(100):
        wake.wake("payment_settled")
    assert woken.tasks()[SETTLES] == 1

    wake.let_go()
    assert woken.tasks()[SETTLES] == 2


def test_a_sweep_with_one_row_wakes_once(woken: Woken):
    wake.gather()
    wake.wake("payment_settled")
    wake.let_go()

    assert woken.tasks()[SETTLES] == 1


def test_outside_of_tasks_every_event_wakes(woken: Woken):
    for _ in range(3):
        wake.wake("payment_settled")

    assert woken.tasks()[SETTLES] == 3
