"""The calendar of the worked examples: ten issues a year from 501 = Jan 2026, pulled on the 10th the month before."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from subscriptions.catalog.rules.calendar import FrequencyRule, PlannedIssue, lay_out
from subscriptions.terms.rules import IssueRow

NEW_YORK = ZoneInfo("America/New_York")
TEN_A_YEAR = FrequencyRule(
    covers=((1,), (2,), (3,), (4,), (5,), (6,), (7, 8), (9,), (10,), (11, 12)),
    pull_day=10,
    pull_months_before=1,
    mail_after_days=10,
    in_home_after_days=(10, 15),
    pull_hour=17,
)


def sample_issues(years: int = 4) -> list[PlannedIssue]:
    return lay_out(TEN_A_YEAR, first_number=501, first_year=2026, years=years, zone=NEW_YORK)


def sample_calendar(on: str = "2025-01-01") -> list[IssueRow]:
    """The calendar as it stands at noon of a day. An issue's ordinal is its number."""
    now = datetime.fromisoformat(on).replace(hour=12, tzinfo=NEW_YORK)
    return numbered_on(
        [
            IssueRow(
                number=issue.number,
                ordinal=issue.number,
                weight=issue.weight,
                unit=0,
                is_pulled=issue.pull_at <= now,
                is_dropped=False,
                cover_label=issue.cover_label,
            )
            for issue in sample_issues()
        ]
    )


def numbered_on(issues: list[IssueRow]) -> list[IssueRow]:
    """Each issue with the units before it, dropped ones counting nothing, and the calendar's order as ordinals."""
    rows, unit = [], 0
    for ordinal, issue in enumerate(issues, start=501):
        rows.append(replace(issue, ordinal=ordinal, unit=unit))
        unit += issue.units
    return rows


def with_issue(calendar: list[IssueRow], number: int, **changes: object) -> list[IssueRow]:
    """The calendar with one issue dropped or made a double."""
    return numbered_on([replace(issue, **changes) if issue.number == number else issue for issue in calendar])


def with_special_before(calendar: list[IssueRow], number: int, weight: int = 0) -> list[IssueRow]:
    """The calendar with a special put in before an issue; ordinals behind it move up by one."""
    rows: list[IssueRow] = []
    for issue in calendar:
        if issue.number == number:
            rows.append(replace(issue, number=9000 + number, weight=weight, cover_label="Special"))
        rows.append(issue)
    return numbered_on(rows)
