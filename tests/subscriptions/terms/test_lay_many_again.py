"""A change of the calendar lays all queues by a handful of statements: as each of them would be laid alone."""

import datetime as dt
import random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation.actors import Actor
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions
from subscriptions.terms.actions.laying import lay_again, lay_all_again
from subscriptions.terms.models import Pause, Subscription, Term
from tests.house import House

BY = Actor("staff", "1")
SEED = 508


@pytest.fixture
def lines(house: House) -> list[int]:
    """Two hundred lines with two or three terms each, from before 508 on, some with holds, pins and gaps."""
    house.pull_before(508)
    chance = random.Random(SEED)
    reader, issues = house.reader(), {issue.number: issue for issue in house.magazine.issues.all()}
    lines = Subscription.objects.bulk_create(Subscription(magazine=house.magazine, reader=reader) for _ in range(200))
    for line in lines:
        queue_up(line, issues, chance)
    held = [(line, chance.randrange(508, 520), chance.randrange(1, 5)) for line in lines if chance.random() < 0.3]
    Pause.objects.bulk_create(
        Pause(
            subscription=line, from_issue=issues[first], until_issue=issues[first + count], reason="vacation",
            entered_by="system:test",
        )
        for line, first, count in held
    )  # fmt: skip
    return [line.pk for line in lines]


def queue_up(line: Subscription, issues: dict[int, Issue], chance: random.Random) -> None:
    """Few enough shapes that many are alike but for their holds."""
    begins, before, reachable = chance.randrange(4), None, chance.choice([None, issues[508]])
    for _ in range(chance.randrange(2, 4)):
        units, gap = chance.choice([4, 7]), chance.choice([0, 0, 0, 3])
        pin = issues[501 + begins + gap] if gap else None
        before = Term.objects.create(
            subscription=line, payer=line.reader, units=units, c_from=begins + gap, predecessor=before, pin_issue=pin,
            reachable_issue=reachable, start_issue=pin, sold_on=dt.date(2026, 1, 2),
        )  # fmt: skip
        begins += gap + units


def places() -> dict[int, int]:
    return dict(Term.objects.values_list("pk", "c_from"))


def test_all_at_once_and_one_by_one_come_to_the_same(house: House, lines: list[int]) -> None:
    for number, weight in ((511, 2), (514, 2), (517, 0)):
        house.magazine.issues.filter(number=number).update(weight=weight)
    units = 0
    for issue in house.magazine.issues.order_by("ordinal"):
        house.magazine.issues.filter(pk=issue.pk).update(unit=units)
        units += issue.weight
    before = places()

    with transaction.atomic():
        moved = lay_all_again(lines)
        at_once = places()
        transaction.set_rollback(True)
    one_by_one = [term for line in lines for term in lay_again(line)]

    assert places() == at_once
    assert sorted(moved) == sorted(one_by_one) == sorted(pk for pk, place in before.items() if place != at_once[pk])
    assert len(moved) > 50


def test_a_double_is_laid_under_all_of_them_by_a_handful_of_statements(house: House, lines: list[int]) -> None:
    with CaptureQueriesContext(connection) as few:
        actions.reweigh_issue(issue_id=house.issue(511).pk, weight=2, by=BY)

    assert len(few) < 30
    assert all(lay_again(line) == [] for line in lines[:20])
