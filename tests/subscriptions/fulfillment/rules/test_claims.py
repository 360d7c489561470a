"""What becomes of a claim, as a table: the policy that a magazine publishes (domain 4.12) and its edges."""

import datetime as dt
from typing import Any

import pytest

from subscriptions.fulfillment.rules.claims import Claimed, Outcome, Policy, claim_due_on, decide

# 505: pulled 10 April, mailed on the 20th, in home by about 5 May.
IN_HOME = dt.date(2026, 5, 5)
DUE = dt.date(2026, 5, 6)
# One copy again per subscription in the home country, then extensions, after two of them a person; abroad extensions
# alone; three misses in a row mean undeliverable.
PUBLISHED = Policy(
    replacements_at_home=1, replacements_abroad=0, extensions=2, misses_that_mean_undeliverable=3, claimable_issues=6
)
CASES: dict[str, tuple[dict[str, Any], Outcome]] = {
    "too early": ({"today": dt.date(2026, 4, 22)}, Outcome.TOO_EARLY),
    "on the last day of its window": ({"today": IN_HOME}, Outcome.TOO_EARLY),
    "the day after": ({"stock": 5}, Outcome.REPLACEMENT),
    "the last one in stock": ({"stock": 1}, Outcome.REPLACEMENT),
    "no stock": ({"stock": 0}, Outcome.EXTENSION),
    "one was replaced this year": ({"stock": 5, "replacements": 1}, Outcome.EXTENSION),
    "and one extended": ({"stock": 5, "replacements": 1, "extensions": 1}, Outcome.EXTENSION),
    "and two extended": ({"stock": 5, "replacements": 1, "extensions": 2}, Outcome.PERSON),
    "abroad": ({"stock": 5, "is_at_home": False}, Outcome.EXTENSION),
    "abroad, after two": ({"stock": 5, "is_at_home": False, "extensions": 2}, Outcome.PERSON),
    "the second in a row": ({"stock": 5, "misses": 2}, Outcome.REPLACEMENT),
    "the third in a row": ({"stock": 5, "misses": 3}, Outcome.UNDELIVERABLE),
    "damaged, the day it came": (
        {"today": dt.date(2026, 4, 22), "copy_arrived": True, "stock": 5},
        Outcome.REPLACEMENT,
    ),
    "damaged is no miss": ({"copy_arrived": True, "misses": 3, "stock": 5}, Outcome.REPLACEMENT),
    "late": ({"copy_arrived": True, "may_be_replaced": False, "stock": 5}, Outcome.EXTENSION),
    "a free copy without stock": ({"may_extend": False}, Outcome.PERSON),
    "a free copy with stock": ({"may_extend": False, "stock": 1}, Outcome.REPLACEMENT),
    "five issues later": ({"stock": 5, "issues_since": 5}, Outcome.REPLACEMENT),
    "six issues later": ({"stock": 5, "issues_since": 6}, Outcome.PERSON),
}


@pytest.mark.parametrize("case", CASES)
def test_the_published_policy(case: str) -> None:
    known, outcome = CASES[case]

    decision = decide(Claimed(**{"today": DUE, "in_home_until": IN_HOME, **known}), PUBLISHED)

    assert decision.outcome == outcome
    assert decision.come_back_on == (DUE if outcome == Outcome.TOO_EARLY else None)


def test_extra_days_move_the_first_day() -> None:
    assert claim_due_on(IN_HOME, Policy(due_after_days=7)) == dt.date(2026, 5, 13)
