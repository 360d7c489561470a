"""Where a reader is for a while, and which issues go there: decided by the day on which an issue is expected.

A stay goes from its first day to its last, both included. An issue belongs to it when its in-home window begins within
it, and not so near its end that the reader may have left before the issue comes.
"""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Once:
    """`[from, until)` in days: `until` is the day of coming home."""

    from_on: dt.date
    until_on: dt.date


@dataclass(frozen=True, slots=True)
class EveryYear:
    """From one day of the year to another, (month, day), both included; over New Year when the last comes first.

    A day that a year does not have (29 February) is the last of its month.
    """

    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stay:
    """`key` names it; of two stays on one day the one for once counts, then the one entered last."""

    key: int
    when: Once | EveryYear


def stay_on(stays: Sequence[Stay], in_home_from: dt.date, margin_days: int) -> Stay | None:
    """The stay that an issue expected on this day goes to; None when it goes home.

    :param stays: in the order in which they were entered
    :param margin_days: an issue that is expected fewer days than these before the last one goes home
    """
    there = [stay for stay in stays if _covers(stay.when, in_home_from, margin_days)]
    once = [stay for stay in there if isinstance(stay.when, Once)]
    return next(reversed(once or there), None)


def is_day_of_some_year(month: int, day: int) -> bool:
    """Whether a leap year has this day."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2024, month)[1]


def _covers(when: Once | EveryYear, day: dt.date, margin_days: int) -> bool:
    last_good = dt.timedelta(days=margin_days)
    return any(first <= day and day + last_good <= last for first, last in _seasons(when, day.year))


def _seasons(when: Once | EveryYear, year: int) -> list[tuple[dt.date, dt.date]]:
    """First and last days of the stays that may hold a day of this year."""
    if isinstance(when, Once):
        return [(when.from_on, when.until_on - dt.timedelta(days=1))]
    over_new_year = when.last < when.first
    begins = [year - 1, year] if over_new_year else [year]
    return [(_day(each, when.first), _day(each + over_new_year, when.last)) for each in begins]


def _day(year: int, month_and_day: tuple[int, int]) -> dt.date:
    month, day = month_and_day
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
