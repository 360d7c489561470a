"""Each mailed run becomes one journal: Dr deferred subscriptions, Cr subscription revenue, Cr postage revenue."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.db import transaction
from django.db.models import F

from foundation import failpoints
from foundation.audit import actions as audit
from foundation.errors import DomainError
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.ledger.models import AccountCode, Journal
from orders.revenue import queries
from orders.revenue.actions.turns import BY, LONGEST_PARKED, take_turn
from orders.revenue.models import ParkedRun, RunPosting
from orders.revenue.queries import Cohort
from subscriptions.fulfillment.models import LabelRun

log = structlog.get_logger(__name__)


class CopiesAreMissing(DomainError):
    code = "copies_are_missing"


@dataclass(slots=True)
class Earned:
    """What one run earned in one currency."""

    magazine_cents: int = 0
    postage_cents: int = 0
    copies: Counter[str] = field(default_factory=Counter)


def post_mailed_runs(*, now: dt.datetime) -> int:
    """Post what each mailed run has earned; how many runs were posted. A run that cannot be posted is parked."""
    posted = 0
    for run_id in list(queries.runs_to_post(now=now).values_list("pk", flat=True)[:100]):
        try:
            posted += post_run(run_id=run_id, now=now)
            failpoints.reached("revenue.posted")
        except Exception as error:  # Whatever is wrong with this run must not hold up the revenue of the others.
            log.exception("run_parked", run=run_id)
            park(run_id=run_id, error=error, now=now)
    return posted


@transaction.atomic
def post_run(*, run_id: int, now: dt.datetime) -> bool:
    """Post one mailed run. False when it is posted already, or another worker is at it.

    The book date is the day it was mailed, or the first open day when that month is closed.

    :raises CopiesAreMissing: when the copies found are not as many as the run says
    """
    take_turn(LabelRun.objects.values_list("issue__magazine_id", flat=True).get(pk=run_id))
    run = (
        LabelRun.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("issue__magazine")
        .filter(pk=run_id, state=LabelRun.State.MAILED)
        .first()
    )
    if run is None or RunPosting.objects.filter(run_uuid=run.uuid).exists():
        return False
    queries.give_room()
    earned = earned_by_currency(queries.cohorts_of(run), default=run.issue.magazine.currency)
    refuse_missing_copies(run, earned)
    failpoints.reached("revenue.computed")
    for currency, sums in sorted(earned.items()):
        write_posting(run, currency=currency, earned=sums, now=now)
    ParkedRun.objects.filter(run_uuid=run.uuid).delete()
    failpoints.reached("revenue.written")
    return True


def earned_by_currency(cohorts: Sequence[Cohort], *, default: str) -> dict[str, Earned]:
    """Sums by currency; a run without any copy still has an entry, in the `default` currency."""
    by_currency: dict[str, Earned] = defaultdict(Earned)
    for cohort in cohorts:
        sums = by_currency[cohort.currency]
        sums.magazine_cents += cohort.copies * cohort.step.earns(cohort.magazine_cents)
        sums.postage_cents += cohort.copies * cohort.step.earns(cohort.postage_cents)
        sums.copies[cohort.copy_class] += cohort.copies
    return dict(by_currency) or {default: Earned()}


def refuse_missing_copies(run: LabelRun, earned: dict[str, Earned]) -> None:
    found = sum(sums.copies.total() for sums in earned.values())
    if found != run.copies:
        raise CopiesAreMissing(f"Run {run.uuid} says {run.copies} copies, {found} are on file.")


def write_posting(run: LabelRun, *, currency: str, earned: Earned, now: dt.datetime) -> RunPosting:
    posting = RunPosting.objects.create(
        run_uuid=run.uuid,
        journal=post_journal(run, currency=currency, earned=earned),
        magazine_code=run.issue.magazine.code,
        issue_id=run.issue_id,
        currency=currency,
        mailed_on=mailed_on(run),
        copies_by_class=dict(earned.copies),
        magazine_cents=earned.magazine_cents,
        postage_cents=earned.postage_cents,
        posted_at=now,
    )
    audit.record(BY, "run.posted", posting, magazine_cents=earned.magazine_cents, postage_cents=earned.postage_cents)
    return posting


def post_journal(run: LabelRun, *, currency: str, earned: Earned) -> Journal | None:
    magazine, issue = run.issue.magazine.code, str(run.issue.number)
    cents = {
        AccountCode.DEFERRED_SUBSCRIPTIONS: earned.magazine_cents + earned.postage_cents,
        AccountCode.SUBSCRIPTION_REVENUE: -earned.magazine_cents,
        AccountCode.POSTAGE_REVENUE: -earned.postage_cents,
    }
    lines = [Posting(account, amount, magazine=magazine, issue=issue) for account, amount in cents.items() if amount]
    if not lines:
        return None
    day = mailed_on(run)
    book_date = ledger.first_open_day(day)
    key = f"earn:{magazine}:{issue}:{run.uuid}"
    return ledger.post(
        # A second currency is the exception and says so; one journal has one currency.
        posting_key=key if currency == run.issue.magazine.currency else f"{key}:{currency}",
        kind="earn",
        book_date=book_date,
        currency=currency,
        lines=lines,
        memo="" if book_date == day else f"mailed on {day}, when the month was closed",
    )


def mailed_on(run: LabelRun) -> dt.date:
    if run.mailed_on is None:
        raise LookupError(f"Run {run.uuid} is mailed and has no date.")
    return run.mailed_on


def park(*, run_id: int, error: Exception, now: dt.datetime) -> None:
    """Leave the run alone for a while: a minute, then twice as long each time, at most an hour."""
    run_uuid = LabelRun.objects.values_list("uuid", flat=True).get(pk=run_id)
    parked, is_new = ParkedRun.objects.get_or_create(
        run_uuid=run_uuid, defaults={"error": str(error)[:300], "next_try_at": now + dt.timedelta(minutes=1)}
    )
    if not is_new:
        wait = min(dt.timedelta(minutes=2 ** min(parked.tries, 6)), LONGEST_PARKED)
        ParkedRun.objects.filter(pk=parked.pk).update(
            error=str(error)[:300], tries=F("tries") + 1, next_try_at=now + wait
        )
