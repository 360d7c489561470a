"""What people do with a label run, step by step. Drawing labels is the worker's part (`sweep`)."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Max

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.wake import wake
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.catalog.queries import next_to_pull
from subscriptions.fulfillment.actions.later_runs import refuse_unpulled
from subscriptions.fulfillment.actions.refusals import (
    BeforePullTime,
    IssueHasARun,
    IssueIsDropped,
    IssueIsPulled,
    MailingDateIsOdd,
    NoSuchRun,
    NotTheNextIssue,
    RehearsalFailed,
    RehearsalIsStale,
    RunStandsElsewhere,
)
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.standing import calendar_state, failed_checks

State = LabelRun.State


@transaction.atomic
def plan_run(*, issue_id: int, by: Actor, now: dt.datetime) -> LabelRun:
    """Plan the main run of an issue. After a void the next one is another revision. (Later runs: `plan_later_run`.)

    :raises IssueIsDropped: when the issue will not appear
    :raises IssueIsPulled: when its labels have been drawn
    :raises IssueHasARun: when a run that is not voided is there
    """
    issue = Issue.objects.select_for_update().get(pk=issue_id)
    if issue.state == Issue.State.DROPPED:
        raise IssueIsDropped(f"{issue} was dropped from the calendar.")
    runs = LabelRun.objects.filter(issue=issue, purpose=LabelRun.Purpose.MAIN)
    if runs.exclude(state=State.VOIDED).exists():
        raise IssueHasARun(f"{issue} has its run already.")
    if issue.is_pulled:
        raise IssueIsPulled(f"{issue} has been pulled.")
    last = runs.aggregate(last=Max("revision"))["last"] or 0
    run = LabelRun.objects.create(issue=issue, revision=last + 1, created_at=now, created_by=by.reference)
    audit.record(by, "run.planned", run, issue=issue.number)
    return run


@transaction.atomic
def ask_rehearsal(*, run_id: int, by: Actor, now: dt.datetime) -> LabelRun:
    """Have the labels drawn, counted and thrown away; nothing changes for any reader.

    :raises RunStandsElsewhere: unless it is planned or rehearsed
    """
    run = _locked(run_id, State.PLANNED, State.REHEARSED, to="rehearsed")
    _go(run, State.REHEARSING, by, "run.rehearsal_asked", step="Waiting for a worker", **_FRESH)
    wake("run_waiting")
    return run


@transaction.atomic
def approve(*, run_id: int, by: Actor, now: dt.datetime, despite: Collection[str] = (), because: str = "") -> LabelRun:
    """Say that the rehearsed run may be released.

    :param despite: codes of failed checks that were looked at and are accepted, with the reason in `because`
    :raises RehearsalFailed: when a hard check failed that may not be, or was not, accepted
    :raises RehearsalIsStale: when the calendar has changed since
    """
    run = _locked(run_id, State.REHEARSED, to="approved")
    _refuse_stale_rehearsal(run)
    if failed := failed_checks(run, despite=despite if because.strip() else ()):
        said = " ".join(check["sentence"] for check in failed)
        raise RehearsalFailed(f"The rehearsal does not allow it: {said}")
    accepted = sorted({check["code"] for check in failed_checks(run)} & set(despite))
    _go(
        run, State.APPROVED, by, "run.approved", approved_at=now, approved_by=by.reference,
        detail={"despite": accepted, "because": because[:200] if accepted else ""},
    )  # fmt: skip
    return run


@transaction.atomic
def unapprove(*, run_id: int, by: Actor, now: dt.datetime) -> LabelRun:
    """Take the approval back; the rehearsal stays.

    :raises RunStandsElsewhere: unless it is approved and its release has not been asked for
    """
    run = _locked(run_id, State.APPROVED, to="taken back")
    _go(run, State.REHEARSED, by, "run.unapproved", approved_at=None, approved_by="")
    return run


@transaction.atomic
def ask_release(*, run_id: int, by: Actor, now: dt.datetime) -> LabelRun:
    """Have the issue pulled: its copies frozen and its file written. The worker does it.

    A run that follows the issue has the copies of its own frozen and written.

    :raises IssueIsNotPulled: for a run that follows the issue, when its main run was taken back meanwhile
    :raises BeforePullTime: as changes still reach the issue until then
    :raises NotTheNextIssue: when another issue has to be pulled first
    :raises RehearsalIsStale: when the calendar has changed since the rehearsal
    """
    run = _locked(run_id, State.APPROVED, to="released")
    _refuse_out_of_turn(run, now=now)
    _refuse_stale_rehearsal(run)
    _go(
        run, State.RELEASING, by, "run.release_asked", released_by=by.reference, step="Waiting for a worker", **_FRESH
    )  # fmt: skip
    wake("run_waiting")
    return run


@transaction.atomic
def hand_over(*, run_id: int, to: str, by: Actor, now: dt.datetime) -> LabelRun:
    """The mail house has the file. From here on the run cannot be voided.

    :raises RunStandsElsewhere: unless it is released
    """
    run = _locked(run_id, State.RELEASED, to="handed over")
    _go(run, State.HANDED_OVER, by, "run.handed_over", handed_over_at=now, handed_over_to=to[:80])
    return run


@transaction.atomic
def confirm_mailed(*, run_id: int, mailed_on: dt.date, by: Actor, now: dt.datetime) -> LabelRun:
    """The run has gone out on that day, so its copies are earned; with the main run the issue has gone out.

    :raises MailingDateIsOdd: for a day in the future, or before the labels were drawn
    :raises RunStandsElsewhere: unless it was handed over
    """
    lock_issue_of(run_id)
    run = _locked(run_id, State.HANDED_OVER, to="confirmed as mailed")
    zone = run.issue.magazine.zone
    today, pulled_on = now.astimezone(zone).date(), (run.pulled_at or now).astimezone(zone).date()
    if not pulled_on <= mailed_on <= today:
        raise MailingDateIsOdd(f"Mailed between {pulled_on:%d %b %Y}, when it was pulled, and today, not {mailed_on}.")
    if run.is_main:
        catalog.mark_mailed(issue_id=run.issue_id, mailed_on=mailed_on)
    _go(run, State.MAILED, by, "run.mailed", mailed_on=mailed_on)
    wake("run_mailed")
    return run


def lock_issue_of(run_id: int) -> None:
    """For what changes both: the issue first, then the run, as the pull does.

    :raises NoSuchRun: when there is none
    """
    issue_id = LabelRun.objects.filter(pk=run_id).values_list("issue_id", flat=True).first()
    if issue_id is None:
        raise NoSuchRun("There is no such label run.")
    Issue.objects.select_for_update().get(pk=issue_id)


# A run that waits for a worker starts with a clean slate.
_FRESH: dict[str, Any] = {"steps_done": 0, "steps_total": 0, "leased_until": None, "tries": 0, "last_error": ""}


def _locked(run_id: int, *states: State, to: str) -> LabelRun:
    """The run, held for this transaction, if it stands in one of these states."""
    run = (
        LabelRun.objects.select_for_update(of=("self",)).select_related("issue__magazine").filter(pk=run_id).first()
    )  # fmt: skip
    if run is None:
        raise NoSuchRun("There is no such label run.")
    if run.state not in states:
        wanted = " or ".join(state.label for state in states)
        raise RunStandsElsewhere(f"This run is {run.get_state_display()}; only one that is {wanted} can be {to}.")
    return run


def _go(
    run: LabelRun, state: State, by: Actor, action: str, *, detail: dict[str, Any] | None = None, **fields: Any
) -> None:
    for name, value in {"state": state, **fields}.items():
        setattr(run, name, value)
    run.save(update_fields=["state", *fields])
    audit.record(by, action, run, **(detail or {}))


def _refuse_out_of_turn(run: LabelRun, *, now: dt.datetime) -> None:
    if not run.is_main:
        refuse_unpulled(run.issue)
        return
    following = next_to_pull(run.issue.magazine_id)
    if following is None or following.pk != run.issue_id:
        raise NotTheNextIssue(f"The next issue to be pulled is {following or 'none'}, not {run.issue}.")
    if now < run.issue.pull_at:
        due = run.issue.pull_at.astimezone(run.issue.magazine.zone)
        raise BeforePullTime(f"{run.issue} is pulled on {due:%d %b %Y at %H:%M}; until then changes reach it.")


def _refuse_stale_rehearsal(run: LabelRun) -> None:
    if run.rehearsal.get("calendar") != calendar_state(run.issue):
        raise RehearsalIsStale("The issue calendar has changed since the rehearsal. Rehearse the run again.")
