"""The pull's `skip_at` in SQL, and the rule in Python: two counts of the same thing."""

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subscriptions.catalog.actions import recount_units
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms import rules
from subscriptions.terms.models import Pause
from subscriptions.terms.queries import life_of
from tests.house import House

LAST = 12  # issues in the random calendars


def skip_at(magazine: Any, ordinal: int) -> dict[int, tuple[int, bool]]:
    """By subscription: units skipped before, and whether the issue itself is paused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subscription_id, units, paused FROM skip_at(%s, %s)", [magazine.pk, ordinal])
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def pause(subscription: Any, first: Issue, until: Issue | None, reason: str = "vacation") -> None:
    Pause.objects.create(
        subscription=subscription, from_issue=first, until_issue=until, reason=reason, entered_by="system:test"
    )


def test_the_first_held_issue_is_held(house: House) -> None:
    """The trap: nothing is skipped before it yet, so a careless union loses the subscription, and it is mailed."""
    subscription = house.subscription()
    pause(subscription, house.issue(507), house.issue(510))

    at = {number: skip_at(house.magazine, number - 500).get(subscription.pk) for number in range(506, 512)}

    assert at == {506: None, 507: (0, True), 508: (1, True), 509: (2, True), 510: (3, False), 511: (3, False)}


def test_an_open_hold_holds_from_its_first_issue_on(house: House) -> None:
    subscription = house.subscription()
    pause(subscription, house.issue(507), None)

    assert skip_at(house.magazine, 7) == {subscription.pk: (0, True)}
    assert skip_at(house.magazine, 40) == {subscription.pk: (33, True)}


def test_another_magazine_is_another_calendar(house: House) -> None:
    subscription = house.subscription()
    pause(subscription, house.issue(507), None)

    assert skip_at(Magazine.objects.create(code="owl", label_code="OWL", name="The Owl"), 40) == {}


stretches = st.lists(st.tuples(st.integers(1, LAST), st.one_of(st.none(), st.integers(0, 5))), min_size=1, max_size=4)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    weights=st.lists(st.sampled_from([0, 1, 1, 1, 2]), min_size=LAST, max_size=LAST),
    dropped=st.sets(st.integers(1, LAST), max_size=3),
    lives=st.lists(stretches, min_size=1, max_size=3),
)
def test_sql_and_python_agree_on_random_lives(
    house: House, weights: list[int], dropped: set[int], lives: list[list[tuple[int, int | None]]]
) -> None:
    """Overlapping, nested, touching, empty and open holds, over doubles, specials and dropped issues."""
    with transaction.atomic():
        issues = _calendar(house, weights, dropped)
        subscriptions = [house.subscription() for _ in lives]
        for subscription, stretches in zip(subscriptions, lives, strict=True):
            house.term(subscription, c_from=0)
            for first, length in stretches:
                until = None if length is None else issues[min(first + length, LAST + 1)]
                pause(subscription, issues[first], until)

        at = {ordinal: skip_at(house.magazine, ordinal) for ordinal in range(1, LAST + 2)}
        for subscription in subscriptions:
            life = life_of(subscription.pk)
            for ordinal, in_sql in at.items():
                skipped = rules.skipped_before(life.calendar, life.pauses, ordinal)
                is_paused = rules.is_paused(life.pauses, ordinal)
                assert in_sql.get(subscription.pk, (0, False)) == (skipped, is_paused)
        transaction.set_rollback(True)


def _calendar(house: House, weights: list[int], dropped: set[int]) -> dict[int, Issue]:
    for ordinal, weight in enumerate(weights, start=1):
        state = "dropped" if ordinal in dropped else "planned"
        Issue.objects.filter(magazine=house.magazine, ordinal=ordinal).update(weight=weight, state=state)
    recount_units(house.magazine.pk)
    return {issue.ordinal: issue for issue in Issue.objects.filter(magazine=house.magazine)}


@pytest.mark.parametrize("ordinal", [1, LAST])
def test_who_has_no_pause_has_no_row(house: House, ordinal: int) -> None:
    house.term(house.subscription())

    assert skip_at(house.magazine, ordinal) == {}
