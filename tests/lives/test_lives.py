"""Lives of up to 60 events: after each the expire ledger, the copies and the money agree with plain counters.

A life that fails is printed event by event, with a blob to live it again (`@reproduce_failure`). `LIVES_SEED` lives the
lives of a soak again from the number that it printed.
"""

import os
import random

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lives.events_of_addresses import AddressEvents
from tests.lives.events_of_calendar import CalendarEvents
from tests.lives.events_of_copies import CopyEvents
from tests.lives.events_of_gifts import GiftEvents
from tests.lives.events_of_holds import HoldEvents
from tests.lives.events_of_runs import RunEvents
from tests.lives.events_of_terms import TermEvents
from tests.lives.town import Town

LIVES, AT_ONCE = 5000, 125  # As many share one transaction of the database.
# Being born is a step, and so is looking at it all when a life of 60 events has ended.
STEPS = 62
LIFE = settings(deadline=None, database=None, print_blob=True, suppress_health_check=list(HealthCheck))
FEW = settings(LIFE, max_examples=12, stateful_step_count=STEPS, derandomize=True)  # for every run of all tests
MANY = settings(LIFE, max_examples=AT_ONCE, stateful_step_count=STEPS, derandomize=False)


class Lives(TermEvents, GiftEvents, HoldEvents, AddressEvents, CalendarEvents, CopyEvents, RunEvents):
    """Everything that can happen."""


def test_a_few_lives(db):
    class Some(Lives):
        town = Town()

    run_state_machine_as_test(Some, settings=FEW)

    assert Some.ended > 6, f"only {Some.ended} lives were looked at to the end"


@pytest.mark.soak
@pytest.mark.parametrize("part", range(LIVES // AT_ONCE))
def test_thousands_of_lives(db, part):
    start = int(os.environ.get("LIVES_SEED", random.randrange(2**32)))
    print(f"LIVES_SEED={start}")  # noqa: T201 (shown when it fails)

    class Others(Lives):
        town = Town()

    run_state_machine_as_test(seed(start + part)(Others), settings=MANY)

    print(f"{Others.ended} lives were looked at to the end")  # noqa: T201
    assert Others.ended > AT_ONCE / 2
