"""Houses on three calendars, each with issues numbered from 501, for worked examples through the real actions.

The sample calendar of the rule book; a weekly; and six issues a year whose summer issue (504, 510) is a double.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from tests.house import ZONE, House

YEARS = 4


class SampleHouse(House):
    """Ten issues a year, pulled on the 10th of the month before; in home ten days after mailing."""

    def lay_out_sample_calendar(self, *, first: int = 501, count: int = 40) -> None:
        super().lay_out_sample_calendar(first=first, count=count)
        from django.db.models import F

        from subscriptions.catalog.models import Issue

        Issue.objects.update(
            in_home_from=F("mail_on") + dt.timedelta(days=10), in_home_until=F("mail_on") + dt.timedelta(days=15)
        )


class WeeklyHouse(House):
    """Pulled every Wednesday from 10 December 2025, in home a week later; all weights 1."""

    def lay_out_sample_calendar(self, *, first: int = 501, count: int = 70) -> None:
        pulls = [(dt.date(2025, 12, 10) + dt.timedelta(weeks=place), 1) for place in range(count)]
        write_issues(self, pulls, first=first, mailed_after=3, in_home=(7, 9))


class BiMonthlyHouse(House):
    """Jan/Feb 2026 and every two months, pulled on the 10th of the month before; the one in summer is a double."""

    def lay_out_sample_calendar(self, *, first: int = 501, count: int = 40) -> None:
        pulls = [
            ((dt.date(year, month, 1) - dt.timedelta(days=31)).replace(day=10), 2 if month == 7 else 1)
            for _, (year, month) in zip(range(count), every_two_months(), strict=False)
        ]
        write_issues(self, pulls, first=first, mailed_after=10, in_home=(20, 27))


HOUSES: dict[str, type[House]] = {"sample": SampleHouse, "weekly": WeeklyHouse, "bi-monthly": BiMonthlyHouse}


def every_two_months() -> Iterator[tuple[int, int]]:
    yield from ((2026 + place // 6, 1 + 2 * (place % 6)) for place in range(6 * 20))


def write_issues(
    house: House, pulls: list[tuple[dt.date, int]], *, first: int, mailed_after: int, in_home: tuple[int, int]
) -> None:
    """A calendar from the day of each issue's pull and its weight."""
    from subscriptions.catalog.models import Issue

    issues, unit = [], 0
    for place, (pulled, weight) in enumerate(pulls):
        issues.append(
            Issue(
                magazine=house.magazine,
                number=first + place,
                ordinal=place + 1,
                weight=weight,
                unit=unit,
                cover_label=f"No. {first + place}",
                cover_year=pulled.year,
                cover_month=pulled.month,
                pull_at=dt.datetime.combine(pulled, dt.time(17), ZONE),
                mail_on=pulled + dt.timedelta(days=mailed_after),
                in_home_from=pulled + dt.timedelta(days=in_home[0]),
                in_home_until=pulled + dt.timedelta(days=in_home[1]),
            )
        )
        unit += weight
    Issue.objects.bulk_create(issues)


def before_pull(house: House, number: int, days: int = 1) -> dt.datetime:
    """So many days before the cut-off of an issue, with everything before it pulled."""
    house.pull_before(number)
    moment: dt.datetime = house.issue(number).pull_at - dt.timedelta(days=days)
    return moment


def after_pull(house: House, number: int, days: int = 2) -> dt.datetime:
    """So many days after the cut-off of an issue, with it and everything before it pulled."""
    house.pull_before(number + 1)
    moment: dt.datetime = house.issue(number).pull_at + dt.timedelta(days=days)
    return moment


def reader_of_4_1(house: House) -> Any:
    """Ten units from 504 on."""
    subscription = house.subscription()
    house.term(subscription, first=504)
    return subscription


def numbers(issues: Any) -> list[int]:
    return [issue.number for issue in issues]
