import datetime as dt

import pytest
import time_machine
from django.db import transaction

from foundation.limits import actions
from foundation.limits.models import Count
from tests.own_database import at_once

HOUR = dt.timedelta(hours=1)


def count(who: str = "192.0.2.7", limit: int = 3, scope: str = "orders") -> None:
    actions.count_and_refuse(scope=scope, who=who, limit=limit, window=HOUR, sentence="Too many orders from here.")


@pytest.mark.django_db
def test_refuses_the_fourth_of_three() -> None:
    with time_machine.travel("2026-03-01T10:20:00Z", tick=False):
        for _ in range(3):
            count()
        with pytest.raises(actions.TooMany) as refusal:
            count()

    assert refusal.value.code == "too_many_requests"
    assert refusal.value.sentence == "Too many orders from here."
    assert refusal.value.retry_after == 40 * 60


@pytest.mark.django_db
def test_begins_anew_with_the_next_window() -> None:
    with time_machine.travel("2026-03-01T10:59:59Z", tick=False):
        count(limit=1)
    with time_machine.travel("2026-03-01T11:00:00Z", tick=False):
        count(limit=1)

        assert actions.how_often(scope="orders", who="192.0.2.7", window=HOUR) == 1


@pytest.mark.django_db
def test_counts_each_scope_and_each_caller_apart() -> None:
    count(limit=1)
    count(limit=1, who="192.0.2.8")
    count(limit=1, scope="sign-ins")

    assert Count.objects.count() == 3


@pytest.mark.django_db
def test_knows_a_mail_address_again_however_it_is_spelled_and_keeps_only_a_hash() -> None:
    count(who="Ana@Readers.example ")
    count(who="ana@readers.example")

    row = Count.objects.get()
    assert row.times == 2
    assert "ana" not in row.who


@pytest.mark.django_db
def test_refuses_a_window_longer_than_counts_are_kept() -> None:
    with pytest.raises(ValueError, match="too long"):
        actions.count_one(scope="orders", who="x", window=dt.timedelta(days=2))


@pytest.mark.django_db
def test_forgets_windows_that_are_over() -> None:
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False):
        count()
    with time_machine.travel("2026-03-04T09:00:00Z", tick=False):
        count()

        assert actions.forget_old_counts() == 1
        assert Count.objects.count() == 1


def test_twenty_at_once_count_twenty_and_let_five_through(own_database: str) -> None:
    outcomes = at_once(*[lambda: count(limit=5)] * 20)

    assert outcomes.count(None) == 5
    assert sum(isinstance(outcome, actions.TooMany) for outcome in outcomes) == 15
    assert actions.how_often(scope="orders", who="192.0.2.7", window=HOUR) == 20


def test_a_count_cannot_be_made_where_a_refusal_would_undo_it(own_database: str) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        count()


def test_a_refusal_keeps_its_count(own_database: str) -> None:
    count(limit=1)
    with pytest.raises(actions.TooMany):
        count(limit=1)

    assert actions.how_often(scope="orders", who="192.0.2.7", window=HOUR) == 2


def two_limits(mail: str) -> list[actions.Limit]:
    return [
        actions.Limit("orders_per_ip", "192.0.2.7", most=1, window=HOUR, sentence="Too many from here."),
        actions.Limit("orders_per_email", mail, most=3, window=HOUR, sentence="Too many for this mail address."),
    ]


@pytest.mark.django_db
def test_counts_several_limits_at_once() -> None:
    actions.count_all_and_refuse(two_limits("ana@readers.example"))

    assert set(Count.objects.values_list("scope", "times")) == {("orders_per_ip", 1), ("orders_per_email", 1)}


@pytest.mark.django_db
def test_who_is_past_the_first_limit_uses_up_nobody_elses() -> None:
    actions.count_all_and_refuse(two_limits("ana@readers.example"))

    with pytest.raises(actions.TooMany, match="Too many from here"):
        actions.count_all_and_refuse(two_limits("ben@readers.example"))

    assert actions.how_often(scope="orders_per_email", who="ben@readers.example", window=HOUR) == 0


@pytest.mark.django_db
def test_no_limits_let_everyone_through() -> None:
    actions.count_all_and_refuse([])

    assert not Count.objects.exists()
