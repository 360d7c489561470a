"""When checkouts look like card testing (reference: finance.md 5.2)."""

import datetime as dt
from collections.abc import Sequence

LOOKS_AT = 50
# Fewer than this say nothing.
AT_LEAST = 20
MOST_DECLINED = 0.30
# Declines are forgotten after this, so that the breaker closes by itself.
DECLINES_WITHIN = dt.timedelta(hours=1)
# The declines of one connection count for so long.
DECLINES_OF_A_CONNECTION = dt.timedelta(days=1)
RUSH_WITHIN = dt.timedelta(minutes=10)
USUAL_OVER = dt.timedelta(days=7)
TIMES_THE_USUAL = 3


def too_many_declines(declined: Sequence[bool]) -> bool:
    """More than 30 % of the last checkouts that came to an end, of at least twenty, ended with a declined card."""
    return len(declined) >= AT_LEAST and sum(declined) / len(declined) > MOST_DECLINED


def is_a_rush(*, lately: int, before: int, burst: int) -> bool:
    """More than three times the usual of ten minutes, and at least `burst`. `before`: checkouts of the week before."""
    usual = before / (USUAL_OVER / RUSH_WITHIN)
    return lately >= burst and lately > TIMES_THE_USUAL * usual
