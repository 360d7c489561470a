"""Planning the runs that follow an issue: supplements for copies owed from stock, claims runs for replacements."""

import datetime as dt

from django.db import transaction
from django.db.models import Max

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.one_by_one import each
from foundation.wake import wake
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.actions.refusals import IssueHasARun, IssueIsNotPulled, NothingWaits
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.waiting import WANTED, waiting_runs

State = LabelRun.State
UNFINISHED = (State.PLANNED, State.REHEARSING, State.REHEARSED, State.APPROVED, State.RELEASING)


@transaction.atomic
def plan_later_run(*, issue_id: int, purpose: int, by: Actor, now: dt.datetime) -> LabelRun:
    """Plan a supplement (purpose 2) or a claims run (3) of an issue that has been pulled, and have it rehearsed.

    :raises IssueIsNotPulled: as the main run still serves everybody
    :raises IssueHasARun: when such a run is planned and not released yet
    :raises NothingWaits: when nobody waits for a copy of it
    """
    purpose = LabelRun.Purpose(purpose)
    issue = Issue.objects.select_for_update(no_key=True).get(pk=issue_id)
    refuse_unpulled(issue)
    runs = LabelRun.objects.filter(issue=issue, purpose=purpose)
    if runs.filter(state__in=UNFINISHED).exists():
        raise IssueHasARun(f"{issue} has a {purpose.label} run that is not released yet.")
    if not WANTED[purpose].waiting(issue_id).exists():
        raise NothingWaits(f"Nobody waits for a copy of {issue} from a {purpose.label} run.")
    last = runs.aggregate(last=Max("revision"))["last"] or 0
    run = LabelRun.objects.create(
        issue=issue,
        purpose=purpose,
        revision=last + 1,
        state=State.REHEARSING,
        step="Waiting for a worker",
        created_at=now,
        created_by=by.reference,
    )
    audit.record(by, "run.planned", run, issue=issue.number, purpose=purpose.label)
    wake("run_waiting")
    return run


def plan_waiting_runs(*, by: Actor, now: dt.datetime) -> list[LabelRun]:
    """A run, planned and to be rehearsed, for each issue with something waiting; people approve and release them."""
    planned: list[LabelRun] = []

    def plan(wanted: tuple[int, int]) -> None:
        planned.append(plan_later_run(issue_id=wanted[0], purpose=wanted[1], by=by, now=now))

    # One is refused where somebody else was faster, or what waited was withdrawn just now.
    wanted = [(waiting.issue.pk, waiting.purpose) for waiting in waiting_runs() if waiting.run is None]
    each(wanted, plan, failed="run_not_planned")
    return planned


def refuse_unpulled(issue: Issue) -> None:
    if not issue.is_pulled:
        raise IssueIsNotPulled(f"{issue} has not been pulled; its main run serves everybody whom it is owed.")
