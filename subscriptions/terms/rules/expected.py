"""Issues by the day on which they are expected in the letterbox: what dates are turned into.

People think in days, terms count in issues: a day becomes the first issue whose in-home window begins on it or later.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from subscriptions.terms.rules.clock import is_paused
from subscriptions.terms.rules.spans import PauseSpan


@dataclass(frozen=True, slots=True)
class Expected:
    """One issue that appears: its place in the calendar, the first day of its in-home window, its cover year."""

    ordinal: int
    in_home_from: dt.date
    cover_year: int = 0
    counts: bool = True


def first_expected(issues: Sequence[Expected], day: dt.date) -> Expected | None:
    """The first issue whose in-home window begins on this day or after it; None beyond the calendar."""
    return next((issue for issue in issues if issue.in_home_from >= day), None)


def held_by_year(issues: Sequence[Expected], pauses: Sequence[PauseSpan]) -> Counter[int]:
    """How many issues the pauses hold back, by cover year. Overlaps count once, specials and zero-length pauses not."""
    return Counter(issue.cover_year for issue in issues if issue.counts and is_paused(pauses, issue.ordinal))


def year_with_too_many(
    issues: Sequence[Expected], pauses: Sequence[PauseSpan], more: PauseSpan, most: int
) -> tuple[int, int] | None:
    """The first year in which one more pause would hold back above `most`, and how many are left in it; else None."""
    before, after = held_by_year(issues, pauses), held_by_year(issues, [*pauses, more])
    for year in sorted(after):
        if after[year] > most and after[year] > before[year]:
            return year, max(0, most - before[year])
    return None
