"""Taking a run back before hand-over: as if it had never been, but for its serials."""

import datetime as dt

from django.db import transaction

from foundation import clock
from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.catalog import actions as catalog
from subscriptions.fulfillment.actions.keeping import drop_copies, take_copies_away
from subscriptions.fulfillment.actions.refusals import (
    LaterIssuePulled,
    RunIsBusy,
    RunStandsElsewhere,
    VoidNeedsAReason,
)
from subscriptions.fulfillment.actions.release import file_name_of
from subscriptions.fulfillment.actions.runs import lock_issue_of
from subscriptions.fulfillment.actions.senders import SENDERS
from subscriptions.fulfillment.models import LabelRun
from subscriptions.terms.actions.giving_back import give_back_unsent, lock_those_it_touches
from subscriptions.terms.actions.laying import lay_all_again
from subscriptions.terms.models import Pause

State = LabelRun.State


@transaction.atomic
def void(*, run_id: int, reason: str, by: Actor, now: dt.datetime) -> LabelRun:
    """Drop the run's copies, give its skips back, and put the issue back to planned. Its serials are not used again.

    A supplement or a claims run takes its own copies away alone, and what it sent waits for the next one.

    :raises VoidNeedsAReason: without one
    :raises IssueHasLaterRuns: for a main run whose issue has copies from a supplement or a claims run
    :raises RunStandsElsewhere: from hand-over on; then only claims and adjustments help
    :raises RunIsBusy: while a worker has it
    :raises LaterIssuePulled: when a later issue has been pulled after it
    """
    if not reason.strip():
        raise VoidNeedsAReason("Say why the run is voided.")
    run = _locked(run_id)
    if run.pulled_at is not None and run.is_main:
        _take_the_pull_back(run, by=by, now=now)
    elif run.pulled_at is not None:
        _let_wait_again(run)
    if run.pulled_at is not None and not run.file_name:
        run.file_name = file_name_of(run)  # a worker that stopped before it said so may have stored it
    run.state, run.voided_at, run.void_reason = State.VOIDED, now, reason.strip()[:200]
    run.save(update_fields=["state", "voided_at", "void_reason", "file_name"])
    audit.record(by, "run.voided", run, copies=run.copies, reason=run.void_reason)
    return run


def _locked(run_id: int) -> LabelRun:
    """Issue first, then run, as the pull does."""
    lock_issue_of(run_id)
    run = LabelRun.objects.select_for_update(of=("self",)).select_related("issue").get(pk=run_id)
    if run.state in (State.HANDED_OVER, State.MAILED, State.VOIDED):
        raise RunStandsElsewhere(f"This run is {run.get_state_display()}; a run can be voided until it is handed over.")
    if run.leased_until is not None and run.leased_until > clock.real_now():
        raise RunIsBusy("A worker has this run right now. Try again in a minute.")
    return run


def _let_wait_again(run: LabelRun) -> None:
    """Whatever was promised for these copies, stock too, stays promised."""
    take_copies_away(issue_id=run.issue_id, run_id=run.pk)
    SENDERS[run.purpose].wait_again(run.uuid)


def _take_the_pull_back(run: LabelRun, *, by: Actor, now: dt.datetime) -> None:
    try:
        catalog.mark_unpulled(issue_id=run.issue_id)
    except catalog.IssueOutOfOrder as refusal:
        raise LaterIssuePulled(refusal.sentence) from refusal
    skips = Pause.objects.filter(run_uuid=run.uuid, reason=Pause.Reason.SKIP)
    skipped = list(skips.values_list("subscription_id", flat=True))
    lock_those_it_touches(issue_id=run.issue_id, also=skipped)
    skips.delete()
    lay_all_again(skipped)
    give_back_unsent(issue_id=run.issue_id, link=f"run:{run.uuid}", by=by, now=now)
    # Last: it locks all copies, and everyone else holds a subscription when they look at its copies.
    drop_copies(issue_id=run.issue_id)
