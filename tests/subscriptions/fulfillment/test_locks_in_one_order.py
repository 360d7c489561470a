"""Pulls, changes of the calendar and merges of readers meet: whoever comes second waits, and nobody locks another out.

Real connections. In each test one of the two has the first half of what it needs when the other begins.
"""

import copy
import datetime as dt

import pytest
from django.db import transaction

from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.actions.extras import pull_extras
from subscriptions.fulfillment.models import SUPPLEMENT, LabelRun
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address, Reader
from subscriptions.terms import actions as terms
from subscriptions.terms.models import ShipTo, Subscription, Term
from tests.house import House
from tests.own_database import behind
from tests.subscriptions.fulfillment.runs import DAY, PAT, SILENCE, other_magazine, owe, pulls, released, releasing
from tests.subscriptions.terms.orders import settle

ON = "2026-03-14"


@pytest.fixture
def house(own_database: str) -> House:
    """505 is the next to be pulled; its pull time has come."""
    house = House()
    house.pull_before(505)
    return house


@pytest.fixture
def other(house: House) -> House:
    other: House = other_magazine(house)
    other.pull_before(505)
    return other


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

    refused, sent = behind(
        lambda: Issue.objects.select_for_update().get(pk=house.issue(505).pk),
        lambda: catalog.drop_issue(issue_id=house.issue(504).pk, by=PAT),
        lambda: pull_extras(run, now=house.at(ON), progress=SILENCE),
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


@pytest.mark.parametrize("begins_anew", [True, False])
def test_who_begins_service_and_then_goes_on_and_a_pull_meanwhile(house: House, begins_anew: bool) -> None:
    """A special is the next to be pulled. Who starts a term leaves it out; a change of address would reach it."""
    terms.reweigh_issue(issue_id=house.issue(505).pk, weight=0, by=PAT)
    line, slow = house.subscription(), house.reader("Ben Ash")
    home = ShipTo.objects.get(subscription=line).address
    now = house.issue(505).pull_at - DAY

    @transaction.atomic
    def begin() -> int:
        begun = line if not begins_anew else terms.open_subscription(
            magazine_id=house.magazine.pk, reader_id=line.reader_id, address_id=home.pk, by=PAT, now=now
        )  # fmt: skip
        if not begins_anew:
            settle(begun, now=now)
        Reader.objects.select_for_update().get(pk=slow.pk)
        terms.change_address(subscription_id=begun.pk, address_id=home.pk, by=PAT, now=now)
        return settle(begun, now=now).start_issue.number

    first, pulled = behind(
        lambda: Reader.objects.select_for_update().get(pk=slow.pk),
        begin,
        pulls(house, 505),
    )

    assert (first, pulled) == (506 if begins_anew else 516, None)


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


def test_a_claim_and_a_run_taken_back_that_skipped_its_reader(house: House) -> None:
    """Who claims holds the subscription and then looks at the copies, which the run takes away."""
    skipped, sent = house.subscription(), house.subscription()
    for line in (skipped, sent):
        house.term(line, first=505)
    Address.objects.filter(reader=skipped.reader).update(undeliverable_since=dt.date(2026, 2, 1))
    run, now = released(house, 505), house.issue(505).pull_at

    claimed, voided = behind(
        lambda: Subscription.objects.select_for_update().get(pk=skipped.pk),
        lambda: actions.claim_copy(
            subscription_id=skipped.pk, issue_id=run.issue_id, reason_code="missing", by=PAT, now=now
        ),
        lambda: actions.void(run_id=run.pk, reason="wrong insert", by=PAT, now=now),
    )

    assert (type(claimed), voided) == (actions.CopyNeverSent, run)
    assert house.issue(505).state == "planned"


def test_a_run_confirmed_as_mailed_and_somebody_who_would_take_it_back(house: House) -> None:
    house.term(house.subscription(), first=505)
    run, now = released(house, 505), house.issue(505).pull_at
    today = now.astimezone(house.magazine.zone).date()
    actions.hand_over(run_id=run.pk, to="Print House", by=PAT, now=now)

    refused, mailed = behind(
        lambda: Issue.objects.select_for_update().get(pk=run.issue_id),
        lambda: actions.void(run_id=run.pk, reason="wrong insert", by=PAT, now=now),
        lambda: actions.confirm_mailed(run_id=run.pk, mailed_on=today, by=PAT, now=now),
    )

    assert (type(refused), mailed) == (actions.RunStandsElsewhere, run)
