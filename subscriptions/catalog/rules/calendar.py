"""Laying out the issue calendar from how often the magazine appears."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyRule:
    """The covers of one year and how far before each the labels are pulled.

    `covers` holds the months on each cover, in order: `((1,), ..., (7, 8), ..., (11, 12))` is ten a year with two
    combined. A pull day past the end of a month is its last day. `in_home_after_days` counts from the mail date: the
    first and the last day on which copies arrive; after that one is late.

    :raises ValueError: when a month is missing from the calendar or stands on two covers, or a number makes no sense
    """

    covers: tuple[tuple[int, ...], ...]
    pull_day: int
    pull_months_before: int
    mail_after_days: int
    in_home_after_days: tuple[int, int]
    pull_hour: int

    def __post_init__(self) -> None:
        _refuse_odd_covers(self.covers)
        first, last = self.in_home_after_days
        if not 1 <= self.pull_day <= 31:
            raise ValueError(f"The pull day is a day of the month: {self.pull_day}.")
        if not 0 <= self.pull_hour <= 23:
            raise ValueError(f"The pull hour is 0 to 23: {self.pull_hour}.")
        if min(self.pull_months_before, self.mail_after_days, first) < 0 or last < first:
            raise ValueError("Labels are pulled before the cover month, mailed after that, and arrive after that.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedIssue:
    """One issue as planned: `pull_at` in UTC, in the home between `in_home_from` and `in_home_until`, both included."""

    number: int
    cover_label: str
    cover_year: int
    cover_months: tuple[int, ...]
    pull_at: datetime
    mail_on: date
    in_home_from: date
    in_home_until: date
    weight: int = 1


def lay_out(
    rule: FrequencyRule, *, first_number: int, first_year: int, years: int, zone: ZoneInfo
) -> list[PlannedIssue]:
    """The issues of whole cover years, numbered on from `first_number`, with pull times by the book time zone `zone`.

    :raises ValueError: when there is no year to lay out
    """
    if years < 1:
        raise ValueError(f"There is no year to lay out: {years}.")
    covers = ((year, months) for year in range(first_year, first_year + years) for months in rule.covers)
    return [_plan(rule, first_number + place, year, months, zone) for place, (year, months) in enumerate(covers)]


def cover_label(year: int, months: tuple[int, ...]) -> str:
    """The cover in words: `Mar 2026`, `Jul/Aug 2026`, and `Dec 2026/Jan 2027` where it runs over the new year."""
    turn = next((place for place in range(1, len(months)) if months[place] < months[place - 1]), len(months))
    names = [MONTH_NAMES[month - 1] for month in months]
    old_year = f"{'/'.join(names[:turn])} {year}"
    return old_year if turn == len(months) else f"{old_year}/{'/'.join(names[turn:])} {year + 1}"


def _plan(rule: FrequencyRule, number: int, year: int, months: tuple[int, ...], zone: ZoneInfo) -> PlannedIssue:
    pull_on = _pull_day(rule, year, months[0])
    mail_on = pull_on + timedelta(days=rule.mail_after_days)
    in_home_from, in_home_until = (mail_on + timedelta(days=days) for days in rule.in_home_after_days)
    # Where the clocks skip this hour, it means the first that exists; where they repeat it, the earlier one.
    pull_at = datetime.combine(pull_on, time(rule.pull_hour), tzinfo=zone).astimezone(UTC)
    return PlannedIssue(
        number=number,
        cover_label=cover_label(year, months),
        cover_year=year,
        cover_months=months,
        pull_at=pull_at,
        mail_on=mail_on,
        in_home_from=in_home_from,
        in_home_until=in_home_until,
    )


def _pull_day(rule: FrequencyRule, year: int, month: int) -> date:
    pull_year, month_index = divmod(year * 12 + month - 1 - rule.pull_months_before, 12)
    last_day = calendar.monthrange(pull_year, month_index + 1)[1]
    return date(pull_year, month_index + 1, min(rule.pull_day, last_day))


def _refuse_odd_covers(covers: tuple[tuple[int, ...], ...]) -> None:
    months = [month for cover in covers for month in cover]
    if not covers or not all(covers) or not all(1 <= month <= 12 for month in months):
        raise ValueError("Each cover has at least one month, 1 to 12.")
    if len(set(months)) != len(months):
        raise ValueError("A month stands on two covers.")
    first_months = [cover[0] for cover in covers]
    if first_months != sorted(first_months) or not all(_is_run(cover) for cover in covers):
        raise ValueError("The covers, and the months on each, stand in the order of the year.")


def _is_run(months: tuple[int, ...]) -> bool:
    return all(following == before % 12 + 1 for before, following in pairwise(months))
