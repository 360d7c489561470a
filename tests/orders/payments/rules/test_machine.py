"""The states of an attempt, every pair of them: the machine allows these ways and no other."""

import itertools

import pytest

from orders.payments.models import PaymentAttempt
from orders.payments.rules.machine import TRANSITIONS, may_become

STATES = [state.value for state in PaymentAttempt.State]
# From the left to each on the right, written out once more by hand.
ALLOWED = {
    "planned": "submitting canceled expired",
    "submitting": "open paid declined needs_customer pending unknown never_sent rejected canceled expired",
    "unknown": "open paid declined needs_customer pending never_sent rejected canceled expired",
    "open": "paid pending declined canceled expired",
    "needs_customer": "paid pending declined canceled",
    "pending": "paid declined canceled",
    "declined": "paid canceled",
    "expired": "paid",
    "canceled": "paid",
    "never_sent": "paid",
    "rejected": "paid",
    "paid": "",
}


@pytest.mark.parametrize(("state", "new_state"), list(itertools.product(STATES, STATES)))
def test_every_pair_of_states(state: str, new_state: str) -> None:
    assert may_become(state, new_state) == (new_state in ALLOWED[state].split())


def test_every_state_of_the_model_is_in_the_machine() -> None:
    assert set(TRANSITIONS) == set(STATES)


def test_money_is_never_refused_once_stripe_may_have_been_called() -> None:
    assert all(may_become(state, "paid") for state in STATES if state not in ("planned", "paid"))


def test_paid_is_the_end() -> None:
    assert TRANSITIONS["paid"] == frozenset()


def test_what_is_live_can_still_move_and_what_is_not_can_only_become_paid_or_canceled() -> None:
    for state in STATES:
        others = TRANSITIONS[state] - {"paid", "canceled"}
        assert bool(others) == (state in PaymentAttempt.LIVE)
