"""Pulls, changes of the calendar and merges of readers meet: whoever comes second waits, and nobody locks another out.

Real connections. In each test one of the two has the first half of what it needs when the other begins.
"""

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.actions.extras import pull_extras
from subscriptions.fulfillment.actions.pull import pull_issue
from subscriptions.fulfillment.models import SUPPLEMENT, LabelRun
from subscriptions.readers import actions as readers
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription, Term
from tests.house import House
from tests.own_database import behind
from tests.subscriptions.fulfillment.runs import PAT, owe

ON = "2026-03-14"
DAY = dt.timedelta(days=1)


class Silence:
    """A run that nobody watches."""

    def step(self, text: str) -> None:
        pass

    def still_here(self) -> None:
        pass


@pytest.fixture
def house(own_database: str) -> House:
    """505 is the next to be pulled; its pull time has come."""
    house = House()
    house.pull_before(505)
    return house


@pytest.fixture
def other(house: House) -> House:
    """The same house and its other magazine, on the same calendar."""
    other = copy.copy(house)
    other.magazine = Magazine.objects.create(
        code="beacon", label_code="BEA", name="The Beacon", publisher="Lantern House", contact_email="b@beacon.example"
    )
    other.lay_out_sample_calendar()
    other.pull_before(505)
    return other


def releasing(run: LabelRun) -> Any:
    """As if people had rehearsed and approved it."""
    LabelRun.objects.filter(pk=run.pk).update(
        state="releasing", rehearsed_at=run.created_at, approved_at=run.created_at, approved_by=PAT.reference
    )
    return LabelRun.objects.select_related("issue").get(pk=run.pk)


def pulls(house: House, number: int) -> Callable[[], None]:
    """The pull of an issue at its time."""
    issue = house.issue(number)
    run = releasing(actions.plan_run(issue_id=issue.pk, by=PAT, now=issue.pull_at - DAY))
    silence: Any = Silence()
    return lambda: pull_issue(run, now=issue.pull_at, progress=silence)


def test_a_pull_and_a_change_of_its_calendar(house: House) -> None:
    line = house.subscription()
    house.term(line)
    changed = house.issue(506)

    pulled, moved = behind(
        lambda: Subscription.objects.select_for_update().get(pk=line.pk),
        pulls(house, 505),
        lambda: catalog.move_pull(issue_id=changed.pk, pull_at=changed.pull_at + DAY, by=PAT),
    )

    assert (pulled, moved) == (None, changed)
    assert (house.issue(505).state, house.issue(506).pull_at) == ("pulled", changed.pull_at + DAY)


def test_a_supplement_and_a_change_of_the_issue_it_sends(house: House) -> None:
    owe(house, house.subscription(), 504)
    run = releasing(actions.plan_later_run(issue_id=house.issue(504).pk, purpose=SUPPLEMENT, by=PAT, now=house.at(ON)))
    silence: Any = Silence()

    refused, sent = behind(
        lambda: Issue.objects.select_for_update().get(pk=house.issue(505).pk),
        lambda: catalog.drop_issue(issue_id=house.issue(504).pk, by=PAT),
        lambda: pull_extras(run, now=house.at(ON), progress=silence),
    )

    assert (type(refused), sent) == (catalog.IssueIsPulled, None)
    assert LabelRun.objects.get(pk=run.pk).rows == 1


def test_an_issue_put_into_one_calendar_and_the_pull_of_the_other_magazine(house: House, other: House) -> None:
    waiting = house.term(
        house.subscription(), first=506, reachable_issue=house.issue(506), settled_at=house.at("2026-03-01")
    )
    more = copy.copy(house.issue(506))
    more.pk, more.number, more.pull_at = None, 900, more.pull_at - DAY

    added, pulled = behind(
        lambda: Term.objects.select_for_update().get(pk=waiting.pk),
        lambda: terms.add_issue(before_issue_id=house.issue(506).pk, issue=more, by=PAT),
        pulls(other, 505),
    )

    assert (added, pulled) == (house.issue(900), None)


def test_a_merge_over_two_magazines_and_the_pull_of_the_second(house: House, other: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("A. M. Field", "old@readers.example")
    lines = [place.subscription(reader) for place in (house, other) for reader in (kept, merged)]
    for line, place in zip(lines, (house, house, other, other), strict=True):
        place.term(line)
    now = house.issue(505).pull_at - DAY
    merge = readers.merge_readers(kept_id=kept.pk, merged_id=merged.pk, joins_lines=True, by=PAT, now=now)

    followed, pulled = behind(
        lambda: Subscription.objects.select_for_update().get(pk=lines[0].pk),
        lambda: terms.follow_merge(merge_id=merge.pk, now=now),
        pulls(other, 505),
    )

    assert (followed, pulled) == (None, None)
    assert merge.moved_lines.filter(line_merge__isnull=False).count() == 2
    assert other.issue(505).state == "pulled"
