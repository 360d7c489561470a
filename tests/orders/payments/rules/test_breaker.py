"""When checkouts look like card testing."""

from typing import Any

import pytest

from orders.payments.rules.breaker import is_a_rush, too_many_declines


@pytest.mark.parametrize(
    ("declined", "paid", "expected"),
    [
        pytest.param(15, 35, False, id="30 % of fifty is still allowed"),
        pytest.param(16, 34, True, id="32 % is not"),
        pytest.param(19, 0, False, id="nineteen say nothing"),
        pytest.param(20, 0, True, id="twenty do"),
    ],
)
def test_too_many_declines(declined: int, paid: int, expected: Any) -> None:
    assert too_many_declines([True] * declined + [False] * paid) is expected


@pytest.mark.parametrize(
    ("lately", "before", "expected"),
    [
        pytest.param(99, 0, False, id="fewer than the burst is never a rush"),
        pytest.param(100, 0, True, id="a hundred out of nothing"),
        # A week has 1008 times ten minutes.
        pytest.param(300, 100 * 1008, False, id="three times the usual is allowed"),
        pytest.param(301, 100 * 1008, True, id="more is not"),
    ],
)
def test_a_rush(lately: int, before: int, expected: Any) -> None:
    assert is_a_rush(lately=lately, before=before, burst=100) is expected
