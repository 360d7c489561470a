"""What comes with a key is done once, however often and however close together it is asked for."""

from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from foundation.actors import Actor
from foundation.limits.models import Count, SpentKey
from foundation.limits.once import AlreadyDone, KeyUsedForSomethingElse, forget_old_keys, is_spent, spend_key
from tests.own_database import at_once

CORA, FINN = Actor("staff", "1"), Actor("staff", "2")
KEY = "one-time-key"


def change(*, by: Actor = CORA, body: str = "five off", takes_seconds: float = 0.0) -> None:
    with transaction.atomic():
        spend_key(key=KEY, body=body, by=by)
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(%s)", [takes_seconds])
        Count.objects.create(scope="change", who=str(Count.objects.count()), window_start="2026-03-01T00:00Z")


@pytest.mark.django_db
def test_the_second_time_it_is_refused_and_nothing_is_changed() -> None:
    change()

    with pytest.raises(AlreadyDone, match="nothing was done a second time"):
        change()
    with pytest.raises(KeyUsedForSomethingElse):
        change(body="six off")

    assert Count.objects.count() == 1
    assert (is_spent(key=KEY, by=CORA), is_spent(key=KEY, by=FINN)) == (True, False)
    change(by=FINN)  # Keys are each caller's own.


@pytest.mark.django_db
def test_a_change_that_failed_has_not_spent_its_key() -> None:
    with transaction.atomic():
        spend_key(key=KEY, body="five off", by=CORA)
        transaction.set_rollback(True)

    change()

    assert Count.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_month() -> None:
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False):
        change()
        assert forget_old_keys() == 0
    with time_machine.travel("2026-04-02T10:00:00Z", tick=False):
        assert forget_old_keys() == 1

    assert not SpentKey.objects.exists()


def test_of_three_at_once_one_acts_and_two_are_told(own_database: str) -> None:
    outcomes: list[Any] = at_once(*[lambda: change(takes_seconds=0.3)] * 3)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, AlreadyDone) for outcome in outcomes) == 2
    assert Count.objects.count() == 1


def test_a_key_is_not_spent_outside_of_the_transaction_of_what_it_stands_for(own_database: str) -> None:
    with pytest.raises(RuntimeError, match="in the transaction"):
        spend_key(key=KEY, body="five off", by=CORA)
