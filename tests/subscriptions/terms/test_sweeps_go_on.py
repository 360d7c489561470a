"""One that cannot be done stands before a good one: the sweep goes on, and the good one is done."""

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F

from foundation.actors import Actor
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers import actions as readers
from subscriptions.readers.models import ReaderMerge
from subscriptions.terms import actions
from subscriptions.terms.actions import following, laying_away
from subscriptions.terms.models import AwayIssue, Entry, Subscription
from tests.house import House

CLERK = Actor("staff", "1")
TEN_YEARS = dt.timedelta(days=3652)
Breaks = Callable[[Any, str, Callable[..., bool]], None]


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Breaks:
    """Let a function of a module fail where `when` says so of its arguments."""

    def let_fail(module: Any, name: str, when: Callable[..., bool]) -> None:
        real = getattr(module, name)

        def broken(*args: Any, **named: Any) -> Any:
            if when(*args):
                raise ValueError("something nobody thought of")
            return real(*args, **named)

        monkeypatch.setattr(module, name, broken)

    return let_fail


def test_a_merge_that_cannot_be_followed_keeps_no_other_waiting(house: House, breaks: Breaks) -> None:
    house.pull_before(505)
    now = house.at("2026-04-01")
    bad, good = [_merged(house, name, now=now) for name in ("Ana Field", "Ben Ash")]
    breaks(following, "_move_all", lambda merge: merge.pk == bad.pk)

    assert actions.follow_merges(now=now) == 2

    assert Subscription.objects.get(reader=good.kept).moves.get().merge == good
    assert Subscription.objects.get(reader=bad.merged)
    assert not bad.ticks.exists()


def _merged(house: House, name: str, *, now: dt.datetime) -> ReaderMerge:
    """Two files of one person, the second with a line."""
    kept, merged = house.reader(name), house.reader(f"{name} Jr")
    house.term(house.subscription(merged))
    return readers.merge_readers(kept_id=kept.pk, merged_id=merged.pk, joins_lines=True, by=CLERK, now=now)


def test_stays_that_cannot_be_laid_keep_nobody_else_at_home(house: House, breaks: Breaks) -> None:
    house.pull_before(507)
    now = house.at("2026-06-01")
    bad, good = house.subscription(), house.subscription()
    for line in (bad, good):
        house.term(line)
        actions.stay_every_year(
            subscription_id=line.pk, address_id=house.address(line.reader).pk, first=(12, 1), last=(3, 31),
            by=CLERK, now=now,
        )  # fmt: skip
    AwayIssue.objects.all().delete()
    breaks(laying_away, "_wanted", lambda stays, *_: any(stay.subscription_id == bad.pk for stay in stays))

    assert actions.lay_addresses_again(now=now) == 9

    assert set(AwayIssue.objects.values_list("subscription", flat=True)) == {good.pk}


def test_grace_is_written_off_although_the_calendar_of_another_magazine_is_over(house: House) -> None:
    over, goes_on = house, copy.copy(house)
    goes_on.magazine = Magazine.objects.create(
        code="beacon", label_code="BEA", name="The Beacon", publisher="Lantern House", contact_email="b@beacon.example"
    )
    goes_on.lay_out_sample_calendar()
    last: list[Any] = []
    for place in (over, goes_on):
        last.append(place.term(place.subscription(), grace=3))
        place.pull_before(520)
    Issue.objects.filter(magazine=goes_on.magazine).update(pull_at=F("pull_at") + TEN_YEARS)

    assert actions.write_off_lapsed_grace(now=house.at("2032-01-01")) == 1

    assert Entry.objects.get(kind="write_off").term == last[1]
