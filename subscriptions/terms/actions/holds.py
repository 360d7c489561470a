"""Holds: issues that a reader does not get and does not consume."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.actions.laying import lay_again
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Pause, Subscription
from subscriptions.terms.queries.life import life_of


class HoldRunsBackwards(DomainError):
    code = "hold_runs_backwards"


class HoldIsOver(DomainError):
    code = "hold_is_over"


class NothingToHold(DomainError):
    code = "nothing_to_hold"


class OnlyRunsSkip(DomainError):
    code = "only_runs_skip"


@transaction.atomic
def hold(
    *,
    subscription_id: int,
    from_issue_id: int,
    until_issue_id: int | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    note: str = "",
) -> Pause:
    """Hold back every issue of `[from, until)`; without `until`, until further notice. None of them is consumed.

    :raises IssueIsPulled: when the first issue is out of reach already
    :raises HoldRunsBackwards: when the end is not after the beginning, or not in the same magazine
    :raises NothingToHold: for a vacation, when no issue is owed from there on
    """
    if reason == Pause.Reason.SKIP:
        raise OnlyRunsSkip("A skip is written by a label run; choose another reason.")
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    open_issue = catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
    subscription = lock(subscription_id)
    begins = Issue.objects.get(pk=from_issue_id)
    ends = Issue.objects.get(pk=until_issue_id) if until_issue_id is not None else None
    _refuse_odd_stretch(begins, ends, open_issue=open_issue)
    if reason == Pause.Reason.VACATION:
        _refuse_when_nothing_is_left(subscription_id, begins)

    pause = Pause.objects.create(
        subscription=subscription,
        from_issue=begins,
        until_issue=ends,
        reason=Pause.Reason(reason),
        note=note,
        entered_at=now,
        entered_by=by.reference,
    )
    lay_again(subscription_id)
    audit.record(by, "subscription.held", subscription, pause=pause.pk, reason=reason, first_issue=begins.number)
    return pause


@transaction.atomic
def end_hold(*, pause_id: int, by: Actor, now: dt.datetime, until_issue_id: int | None = None) -> Pause:
    """Resume with `until_issue_id`, or with the first issue that a change still reaches. The skipped stay skipped.

    :raises HoldIsOver: when it has ended, or would end later than it does
    :raises IssueIsPulled: when the issue to resume with is out of reach
    """
    pause = Pause.objects.select_related("from_issue").get(pk=pause_id)
    open_issue = catalog.keep_issue_open(magazine_id=pause.from_issue.magazine_id, now=now, counting=False)
    subscription = lock(pause.subscription_id)
    pause = Pause.objects.select_related("from_issue", "until_issue").get(pk=pause_id)
    resumes = open_issue if until_issue_id is None else Issue.objects.get(pk=until_issue_id)
    _refuse_out_of_reach(resumes, open_issue=open_issue)
    if pause.until_issue is not None and resumes.ordinal >= pause.until_issue.ordinal:
        raise HoldIsOver(f"This hold ends with {pause.until_issue}; a longer one is another hold.")

    # A hold that has not begun ends where it begins, and holds nothing.
    pause.until_issue = max(resumes, pause.from_issue, key=lambda issue: issue.ordinal)
    pause.save(update_fields=["until_issue"])
    lay_again(pause.subscription_id)
    audit.record(by, "subscription.resumed", subscription, pause=pause.pk, first_issue=pause.until_issue.number)
    return pause


def _refuse_odd_stretch(begins: Issue, ends: Issue | None, *, open_issue: Issue) -> None:
    _refuse_out_of_reach(begins, open_issue=open_issue)
    if ends is not None and (ends.magazine_id != begins.magazine_id or ends.ordinal <= begins.ordinal):
        raise HoldRunsBackwards(f"A hold from {begins} cannot end with {ends}.")


def _refuse_out_of_reach(issue: Issue, *, open_issue: Issue) -> None:
    if issue.magazine_id != open_issue.magazine_id:
        raise HoldRunsBackwards(f"{issue} is an issue of another magazine.")
    if issue.ordinal < open_issue.ordinal:
        raise catalog.IssueIsPulled(f"{issue} is out of reach; the first that a change reaches is {open_issue}.")


def _refuse_when_nothing_is_left(subscription_id: int, begins: Issue) -> None:
    life = life_of(subscription_id)
    if rules.units_left(life.spans, rules.clock_at(life.calendar, life.pauses, begins.ordinal)) == 0:
        raise NothingToHold(f"No issue is owed from {begins} on, so there is nothing to hold.")
