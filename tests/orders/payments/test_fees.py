"""The fee comes with the charge, by webhook, or is asked for."""

import datetime as dt
from collections.abc import Iterator

import pytest

from orders.payments import actions
from orders.payments.models import PaymentAttempt
from tests.orders.payments.conftest import Desk

LATER = dt.timedelta(minutes=2)


@pytest.fixture
def unbooked(desk: Desk) -> Iterator[PaymentAttempt]:
    """A paid attempt whose balance transaction has not come."""
    desk.standin.control("settlement", {"at_once": False})
    yield desk.paid()
    desk.standin.control("settlement", {"at_once": True})


def test_it_comes_by_webhook(desk: Desk, unbooked: PaymentAttempt) -> None:
    assert (unbooked.state, unbooked.fee_cents) == ("paid", None)

    desk.standin.control(f"charges/{unbooked.charge_id}/settle")

    assert desk.heard(unbooked).fee_cents == 88


def test_it_is_asked_for_when_no_webhook_came(desk: Desk, unbooked: PaymentAttempt) -> None:
    desk.standin.webhooks(enabled=False)
    desk.standin.control(f"charges/{unbooked.charge_id}/settle")

    assert actions.fetch_missing_fees(now=desk.now + LATER) == 1

    unbooked.refresh_from_db()
    assert (unbooked.fee_cents, unbooked.balance_transaction_id[:4]) == (88, "txn_")
    assert actions.fetch_missing_fees(now=desk.now + LATER) == 0


def test_it_is_asked_for_again_when_stripe_has_not_booked_it_yet(desk: Desk, unbooked: PaymentAttempt) -> None:
    assert actions.fetch_missing_fees(now=desk.now + LATER) == 0

    desk.standin.control(f"charges/{unbooked.charge_id}/settle")

    assert actions.fetch_missing_fees(now=desk.now + LATER) == 0  # five minutes apart
    assert actions.fetch_missing_fees(now=desk.now + 5 * LATER) == 1


def test_stripe_is_left_alone_in_the_first_minute(desk: Desk, unbooked: PaymentAttempt) -> None:
    actions.fetch_missing_fees(now=desk.now)

    assert desk.standin.requests(path=f"/v1/charges/{unbooked.charge_id}") == []


def test_stripe_out_of_reach_costs_one_round(desk: Desk, unbooked: PaymentAttempt) -> None:
    desk.standin.control(f"charges/{unbooked.charge_id}/settle")
    desk.standin.fault("rate_limit", path="/v1/charges/*")

    assert actions.fetch_missing_fees(now=desk.now + LATER) == 0
    assert actions.fetch_missing_fees(now=desk.now + 5 * LATER) == 1
    assert PaymentAttempt.objects.get().fee_cents == 88
