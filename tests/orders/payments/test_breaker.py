"""The breaker against card testing, on rows."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from orders.payments import queries
from orders.payments.models import PaymentAttempt
from subscriptions.readers.models import Reader

NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def checkouts(db: None) -> Callable[..., None]:
    payer = Reader.objects.create(name="Ana Field")

    def make(count: int, *, minutes_ago: int = 5, **fields: Any) -> None:
        PaymentAttempt.objects.bulk_create(
            PaymentAttempt(
                payer=payer,
                purpose="first",
                subject_uuid=uuid4(),
                amount_cents=1995,
                currency="usd",
                idempotency_key=str(uuid4()),
                request={},
                created_at=NOW - dt.timedelta(minutes=minutes_ago),
                **fields,
            )
            for _ in range(count)
        )

    return make


def test_it_is_closed_on_a_quiet_day(checkouts: Callable[..., None]) -> None:
    checkouts(30, state="expired")

    assert not queries.breaker_is_open(NOW)


def test_many_declines_open_it_while_their_pages_are_still_open(checkouts: Callable[..., None]) -> None:
    checkouts(14, state="expired")
    checkouts(6, state="open", decline_code="generic_decline")
    assert not queries.breaker_is_open(NOW)

    checkouts(1, state="open", decline_code="generic_decline")

    assert queries.breaker_is_open(NOW)


def test_only_the_last_fifty_count(checkouts: Callable[..., None]) -> None:
    checkouts(40, state="expired", decline_code="generic_decline", minutes_ago=30)
    checkouts(50, state="expired", minutes_ago=20)

    assert not queries.breaker_is_open(NOW)


def test_it_closes_by_itself(checkouts: Callable[..., None]) -> None:
    checkouts(40, state="expired", decline_code="generic_decline", minutes_ago=59)
    assert queries.breaker_is_open(NOW)

    assert not queries.breaker_is_open(NOW + dt.timedelta(minutes=2))


def test_a_sudden_rush_opens_it(checkouts: Callable[..., None], settings: Settings) -> None:
    settings.LIMIT_CHECKOUT_BURST = 20
    checkouts(19)
    assert not queries.breaker_is_open(NOW)

    checkouts(1)

    assert queries.breaker_is_open(NOW)


def test_a_rush_that_is_usual_does_not(checkouts: Callable[..., None], settings: Settings) -> None:
    settings.LIMIT_CHECKOUT_BURST = 20
    checkouts(20)
    # 7 in every ten minutes of the week before.
    checkouts(7 * 1008, minutes_ago=24 * 60)

    assert not queries.breaker_is_open(NOW)
