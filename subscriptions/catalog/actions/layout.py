"""Laying out the calendar from the frequency rule."""

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from foundation.wake import wake
from subscriptions.catalog import queries
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.catalog.rules import calendar as rules


class NumberIsTaken(DomainError):
    code = "issue_number_is_taken"


class CalendarGoesOn(DomainError):
    code = "calendar_goes_on"


class CalendarRuleIsOdd(DomainError):
    code = "calendar_rule_is_odd"


@transaction.atomic
def lay_out(*, magazine_id: int, first_number: int, first_year: int, years: int, by: Actor) -> list[Issue]:
    """Plan the issues of whole cover years by the magazine's frequency rule. Those already there stay as they are.

    :raises NumberIsTaken: when a number is there with another cover
    :raises CalendarGoesOn: when new issues would come before ones that are there
    :raises CalendarRuleIsOdd: when the magazine's rule makes no sense
    """
    magazine = Magazine.objects.select_for_update(no_key=True).get(pk=magazine_id)
    planned = _plan(magazine, first_number=first_number, first_year=first_year, years=years)
    known = {issue.number: issue for issue in queries.calendar(magazine_id)}
    for plan in planned:
        there = known.get(plan.number)
        if there is not None and (there.cover_year, there.cover_month) != (plan.cover_year, plan.cover_months[0]):
            raise NumberIsTaken(f"Number {plan.number} is {there}; it cannot be {plan.cover_label} as well.")
    fresh = [plan for plan in planned if plan.number not in known]
    last = queries.calendar(magazine_id).last()
    if last and fresh and (fresh[0].pull_at <= last.pull_at or fresh[0].number <= last.number):
        raise CalendarGoesOn(f"The calendar goes on after {last}; {fresh[0].cover_label} lies before that.")
    issues = Issue.objects.bulk_create(_rows(fresh, magazine_id=magazine_id, last=last))
    if issues:
        audit.record(by, "calendar.laid_out", magazine, first=issues[0].number, last=issues[-1].number)
        wake("calendar_changed")
    return [*(known[plan.number] for plan in planned if plan.number in known), *issues]


def _plan(magazine: Magazine, *, first_number: int, first_year: int, years: int) -> list[rules.PlannedIssue]:
    try:
        rule = rules.FrequencyRule(
            covers=tuple(tuple(months) for months in magazine.covers),
            pull_day=magazine.pull_day,
            pull_months_before=magazine.pull_months_before,
            mail_after_days=magazine.mail_after_days,
            in_home_after_days=(magazine.in_home_first_days, magazine.in_home_last_days),
            pull_hour=magazine.pull_hour,
        )
        return rules.lay_out(rule, first_number=first_number, first_year=first_year, years=years, zone=magazine.zone)
    except (TypeError, ValueError) as error:
        raise CalendarRuleIsOdd(str(error)) from error


def _rows(plans: list[rules.PlannedIssue], *, magazine_id: int, last: Issue | None) -> list[Issue]:
    ordinal, unit = (last.ordinal + 1, last.unit + _units(last)) if last else (1, 0)
    rows = []
    for place, plan in enumerate(plans):
        rows.append(
            Issue(
                magazine_id=magazine_id,
                number=plan.number,
                ordinal=ordinal + place,
                weight=plan.weight,
                unit=unit,
                cover_label=plan.cover_label,
                cover_year=plan.cover_year,
                cover_month=plan.cover_months[0],
                pull_at=plan.pull_at,
                mail_on=plan.mail_on,
                in_home_from=plan.in_home_from,
                in_home_until=plan.in_home_until,
            )
        )
        unit += plan.weight
    return rows


def _units(issue: Issue) -> int:
    return 0 if issue.state == Issue.State.DROPPED else issue.weight
