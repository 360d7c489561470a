"""The worker's side of a run: claim it, rehearse or release it, and park what went wrong where people see it."""

import datetime as dt

import structlog
from django.db.models import F, Q

from foundation import clock, failpoints
from foundation.errors import DomainError
from subscriptions.fulfillment.actions.progress import lease_from_now, progress_of
from subscriptions.fulfillment.actions.rehearse import STEPS as REHEARSAL_STEPS
from subscriptions.fulfillment.actions.rehearse import rehearse
from subscriptions.fulfillment.actions.release import STEPS as RELEASE_STEPS
from subscriptions.fulfillment.actions.release import release
from subscriptions.fulfillment.models import LabelRun

log = structlog.get_logger(__name__)

WAITING = {LabelRun.State.REHEARSING, LabelRun.State.RELEASING}
# After an error the run waits this long before the next try, doubled each time.
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(minutes=30)


def work_off_runs(*, now: dt.datetime) -> int:
    """Rehearse and release every run that is asked for and that no other worker has; how many were taken.

    A run whose worker died is taken again when its lease is over. One that fails is parked with its error, and the
    others go on.
    """
    taken = 0
    for run_id in LabelRun.objects.filter(_free(), state__in=WAITING).order_by("pk").values_list("pk", flat=True):
        state = _claim(run_id)
        if state is not None:
            taken += 1
            _work(run_id, state, now=now)
    return taken


def _claim(run_id: int) -> str | None:
    """Take the run for one lease; None when somebody else was faster, or it is no longer waiting."""
    mine = LabelRun.objects.filter(_free(), pk=run_id, state__in=WAITING)
    if not mine.update(leased_until=lease_from_now(), tries=F("tries") + 1):
        return None
    failpoints.reached("run.claimed")
    return LabelRun.objects.values_list("state", flat=True).get(pk=run_id)


def _work(run_id: int, state: str, *, now: dt.datetime) -> None:
    try:
        if state == LabelRun.State.REHEARSING:
            with progress_of(run_id, steps=REHEARSAL_STEPS) as progress:
                rehearse(run_id, now=now, progress=progress)
        else:
            with progress_of(run_id, steps=RELEASE_STEPS) as progress:
                release(run_id, now=now, progress=progress)
    except DomainError as refusal:
        _give_back(run_id, refusal)
    except Exception as error:  # One bad run never stops the others; it is tried again, and people see why.
        _park(run_id, error)


def _give_back(run_id: int, refusal: DomainError) -> None:
    """Trying again would not help: people look at it. What has been pulled stays pulled, and can be voided."""
    log.warning("run_refused", run=run_id, code=refusal.code)
    fields = {"leased_until": None, "step": "", "last_error": refusal.sentence[:300]}
    LabelRun.objects.filter(pk=run_id, state=LabelRun.State.REHEARSING).update(state=LabelRun.State.PLANNED, **fields)
    unpulled = LabelRun.objects.filter(pk=run_id, state=LabelRun.State.RELEASING, pulled_at__isnull=True)
    if not unpulled.update(state=LabelRun.State.APPROVED, **fields):
        _park(run_id, refusal)


def _park(run_id: int, error: Exception) -> None:
    log.error("run_failed", run=run_id, error=type(error).__name__, exc_info=error)
    tries = LabelRun.objects.values_list("tries", flat=True).get(pk=run_id)
    wait = min(FIRST_WAIT * 2 ** min(tries, 10), LONGEST_WAIT)
    LabelRun.objects.filter(pk=run_id, state__in=WAITING).update(
        leased_until=clock.real_now() + wait, last_error=f"{type(error).__name__}: {error}"[:300]
    )


def _free() -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=clock.real_now())
