"""The pull pointer: which issue is next, which have gone out."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from foundation.errors import DomainError
from foundation.wake import wake
from subscriptions.catalog import queries
from subscriptions.catalog.models import Issue


class IssueOutOfOrder(DomainError):
    code = "issue_out_of_order"


class IssueIsPulled(DomainError):
    code = "issue_is_pulled"


class PullNotDue(DomainError):
    code = "pull_not_due"


class CalendarIsOver(DomainError):
    code = "calendar_is_over"


def keep_issue_open(*, magazine_id: int, now: dt.datetime, counting: bool = True) -> Issue:
    """The first issue that a change of this moment reaches, and nobody pulls it until the transaction has ended.

    Take it before the subscription's lock: a pull, too, locks its issue first and subscriptions after that.

    :param counting: leave specials (weight 0) out, as for the start of a term
    :raises CalendarIsOver: when no issue is planned that far
    """
    issue = _first_open(magazine_id, now=now, at_least=0)
    if counting and issue is not None and issue.weight == 0:
        # The special is kept open, too: a later step of the same change may ask for it, when a pull waits for this one.
        issue = _first_open(magazine_id, now=now, at_least=1)
    if issue is None:
        raise CalendarIsOver(
            "No issue is planned that this could start with. Lay out the next years of the calendar first."
        )
    return issue


def keep_issues_open(*, magazine_ids: Collection[int], now: dt.datetime) -> None:
    """The same for several magazines, in the order of everybody, before a subscription of any of them is locked.

    Where a calendar is over there is nothing to keep; whoever needs an issue of it is refused by `keep_issue_open`.
    """
    for magazine_id in sorted(set(magazine_ids)):
        _first_open(magazine_id, now=now, at_least=0)


@transaction.atomic
def mark_pulled(*, issue_id: int, now: dt.datetime) -> Issue:
    """Its labels are drawn: from here on nothing reaches this issue any more.

    :raises IssueOutOfOrder: when another issue is the next to be pulled
    :raises PullNotDue: before its pull time
    """
    issue = Issue.objects.select_for_update().get(pk=issue_id)
    _refuse_other_than_next(issue)
    if now < issue.pull_at:
        raise PullNotDue(f"{issue} is pulled on {_local(issue.pull_at, issue):%d %b %Y at %H:%M}, not before.")
    issue.state, issue.pulled_at = Issue.State.PULLED, now
    issue.save(update_fields=["state", "pulled_at"])
    wake("issue_pulled")
    return issue


@transaction.atomic
def mark_unpulled(*, issue_id: int) -> Issue:
    """Take a pull back (its run was voided). Only the newest one, and only until it has been mailed.

    :raises IssueOutOfOrder: when it is not pulled, was mailed, or a later one was pulled after it
    """
    issue = Issue.objects.select_for_update().get(pk=issue_id)
    later = Issue.objects.filter(magazine_id=issue.magazine_id, ordinal__gt=issue.ordinal, pulled_at__isnull=False)
    if issue.state != Issue.State.PULLED or later.exists():
        raise IssueOutOfOrder(f"{issue} is {issue.state}; only the newest pull can be taken back.")
    issue.state, issue.pulled_at = Issue.State.PLANNED, None
    issue.save(update_fields=["state", "pulled_at"])
    wake("calendar_changed")
    return issue


@transaction.atomic
def mark_mailed(*, issue_id: int, mailed_on: dt.date) -> Issue:
    """:raises IssueOutOfOrder: when it has not been pulled, or was mailed on another day"""
    issue = Issue.objects.select_for_update().get(pk=issue_id)
    if issue.state == Issue.State.MAILED and issue.mailed_on == mailed_on:
        return issue
    if issue.state != Issue.State.PULLED:
        raise IssueOutOfOrder(f"{issue} is {issue.state}; only a pulled issue is mailed.")
    issue.state, issue.mailed_on = Issue.State.MAILED, mailed_on
    issue.save(update_fields=["state", "mailed_on"])
    return issue


def _first_open(magazine_id: int, *, now: dt.datetime, at_least: int) -> Issue | None:
    # FOR SHARE, which the ORM does not know: orders do not wait for each other, only for a pull.
    rows = Issue.objects.raw(
        "SELECT * FROM catalog_issue WHERE magazine_id = %s AND state = 'planned' AND pull_at > %s AND weight >= %s"
        " ORDER BY ordinal LIMIT 1 FOR SHARE",
        [magazine_id, now, at_least],
    )
    return next(iter(rows), None)


def _refuse_other_than_next(issue: Issue) -> None:
    following = queries.next_to_pull(issue.magazine_id)
    if following is None or following.pk != issue.pk:
        raise IssueOutOfOrder(f"{issue} is not the next issue to be pulled; that is {following or 'none'}.")


def _local(moment: dt.datetime, issue: Issue) -> dt.datetime:
    return moment.astimezone(issue.magazine.zone)
