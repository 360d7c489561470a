"""Changing what is not pulled yet. Terms count units, so nobody gains or loses by it: their last issue slides."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import F

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import Invalid
from foundation.wake import wake
from subscriptions.catalog import queries
from subscriptions.catalog.actions.layout import CalendarGoesOn, NumberIsTaken
from subscriptions.catalog.actions.pointers import IssueIsPulled
from subscriptions.catalog.models import Issue, Magazine

# A pull time outside of these years is a slip of the pen; so is a copy that is under way for a year.
YEARS = range(1990, 2101)
LONGEST_WAY = dt.timedelta(days=366)


@transaction.atomic
def add_issue(*, before_issue_id: int, issue: Issue, by: Actor) -> Issue:
    """Put one more issue (unsaved, without ordinal and unit) into the calendar, before a planned one.

    :raises Invalid: when its days cannot be
    :raises IssueIsPulled: when the one that it comes before has been pulled or dropped
    :raises CalendarGoesOn: when its pull time is out of order
    :raises NumberIsTaken: when its number is there
    """
    _refuse_odd_pull(issue.pull_at)
    following = _planned(before_issue_id)
    if Issue.objects.filter(magazine_id=following.magazine_id, number=issue.number).exists():
        raise NumberIsTaken(f"Number {issue.number} is in the calendar.")
    _refuse_odd_days(issue, pulled_on=issue.pull_at.astimezone(following.magazine.zone).date())
    issue.magazine_id, issue.ordinal, issue.unit = following.magazine_id, following.ordinal, following.unit
    later = Issue.objects.filter(magazine_id=following.magazine_id, ordinal__gte=following.ordinal)
    later.update(ordinal=F("ordinal") + 1)
    issue.save(force_insert=True)
    _refuse_pull_out_of_order(issue)
    return _changed(issue, by, "calendar.issue_added")


@transaction.atomic
def drop_issue(*, issue_id: int, by: Actor) -> Issue:
    """It will not appear. Nobody loses an issue: every expire slides to the next one.

    :raises IssueIsPulled: when it is no longer planned
    """
    issue = _planned(issue_id)
    issue.state = Issue.State.DROPPED
    issue.save(update_fields=["state"])
    return _changed(issue, by, "calendar.issue_dropped")


@transaction.atomic
def restore_issue(*, issue_id: int, by: Actor) -> Issue:
    """A dropped issue appears after all.

    :raises IssueIsPulled: when it is not dropped, or an issue after it has been pulled
    """
    issue = _locked(issue_id)
    later = Issue.objects.filter(magazine_id=issue.magazine_id, ordinal__gt=issue.ordinal, pulled_at__isnull=False)
    if issue.state != Issue.State.DROPPED or later.exists():
        raise IssueIsPulled(f"{issue} is {issue.state}, or an issue after it has been pulled.")
    issue.state = Issue.State.PLANNED
    issue.save(update_fields=["state"])
    _refuse_pull_out_of_order(issue)
    return _changed(issue, by, "calendar.issue_restored")


@transaction.atomic
def set_weight(*, issue_id: int, weight: int, by: Actor) -> Issue:
    """0 special, 1, 2 double. Terms that wait have to be laid again: `terms.actions.reweigh_issue` does both.

    :raises IssueIsPulled: when it is no longer planned
    """
    issue = _planned(issue_id)
    issue.weight = weight
    issue.save(update_fields=["weight"])
    return _changed(issue, by, "calendar.issue_weighed")


@transaction.atomic
def move_pull(*, issue_id: int, pull_at: dt.datetime, by: Actor) -> Issue:
    """Another cut-off; mailing and in-home dates move by as many days.

    :raises Invalid: for a year that cannot be
    :raises IssueIsPulled: when it is no longer planned
    :raises CalendarGoesOn: when it would be pulled before the issue ahead of it or after the one behind
    """
    _refuse_odd_pull(pull_at)
    issue = _planned(issue_id)
    zone = issue.magazine.zone
    days = pull_at.astimezone(zone).date() - issue.pull_at.astimezone(zone).date()
    issue.pull_at = pull_at
    issue.mail_on += days
    issue.in_home_from += days
    issue.in_home_until += days
    issue.save(update_fields=["pull_at", "mail_on", "in_home_from", "in_home_until"])
    _refuse_pull_out_of_order(issue)
    return _changed(issue, by, "calendar.pull_moved")


def recount_units(magazine_id: int) -> None:
    """Set `unit` of all that are not pulled to the sum of the weights before them; a dropped issue weighs nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH laid AS (
              SELECT id, first_value(unit) OVER in_order + coalesce(
                       sum(CASE WHEN state = 'dropped' THEN 0 ELSE weight END)
                       OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS unit
                FROM catalog_issue WHERE magazine_id = %s WINDOW in_order AS (ORDER BY ordinal))
            UPDATE catalog_issue i SET unit = laid.unit FROM laid
             WHERE laid.id = i.id AND laid.unit <> i.unit AND i.state IN ('planned', 'dropped')
            """,
            [magazine_id],
        )


def _locked(issue_id: int) -> Issue:
    """The issue; nobody orders, holds, moves or pulls on this calendar until the transaction has ended.

    The magazine first and then its issues, in their order, as a pull does.
    """
    issue = Issue.objects.get(pk=issue_id)
    Magazine.objects.select_for_update(no_key=True).get(pk=issue.magazine_id)
    list(queries.planned_issues(issue.magazine_id).select_for_update(no_key=True).values_list("pk"))
    return Issue.objects.select_for_update(of=("self",)).select_related("magazine").get(pk=issue_id)


def _planned(issue_id: int) -> Issue:
    issue = _locked(issue_id)
    if issue.state != Issue.State.PLANNED:
        raise IssueIsPulled(f"{issue} is {issue.state}; only a planned issue can be changed.")
    return issue


def _refuse_odd_pull(pull_at: dt.datetime) -> None:
    if pull_at.year not in YEARS:
        raise Invalid({"pull_at": [("year", f"Labels are pulled between {YEARS[0]} and {YEARS[-1]}.")]})


def _refuse_odd_days(issue: Issue, *, pulled_on: dt.date) -> None:
    """Pulled, mailed and in homes, in this order."""
    problems: dict[str, list[tuple[str, str]]] = {}
    if issue.mail_on < pulled_on:
        problems["mail_on"] = [("too_early", "An issue is mailed after its labels are pulled.")]
    if issue.in_home_from < issue.mail_on:
        problems["in_home_from"] = [("too_early", "Copies arrive after the mailing day.")]
    if issue.in_home_until < issue.in_home_from:
        problems["in_home_until"] = [("too_early", "The last day lies before the first.")]
    elif issue.in_home_until - pulled_on > LONGEST_WAY:
        problems["in_home_until"] = [("too_late", "The last copy arrives within a year.")]
    if problems:
        raise Invalid(problems)


def _refuse_pull_out_of_order(issue: Issue) -> None:
    live = queries.calendar(issue.magazine_id).exclude(state=Issue.State.DROPPED)
    ahead = live.filter(ordinal__lt=issue.ordinal, pull_at__gte=issue.pull_at).last()
    behind = live.filter(ordinal__gt=issue.ordinal, pull_at__lte=issue.pull_at).first()
    if ahead or behind:
        raise CalendarGoesOn(f"{issue} would be pulled out of order with {ahead or behind}.")


def _changed(issue: Issue, by: Actor, what: str) -> Issue:
    recount_units(issue.magazine_id)
    issue.refresh_from_db()
    audit.record(by, what, issue, number=issue.number, state=issue.state, weight=issue.weight)
    wake("calendar_changed")
    return issue
