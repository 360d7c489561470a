"""Mailed runs and their copies by cohort: copies that earn alike are one row, so a million of them are a handful."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.revenue.models import ParkedRun, RunPosting
from orders.revenue.queries.entries import UNITS, WAITING
from orders.revenue.rules import Step
from subscriptions.fulfillment.models import MAIN, LabelRun

# `x` is the place of the copy in its term, frozen when it was drawn: what was served before it needs no other row.
# What was used up elsewhere is `carried - credit`, but for the entries that are not in the books yet.
COHORTS = f"""
    WITH waiting AS ({WAITING})
    SELECT t.id IS NULL AS orphaned, t.currency, c.copy_class, t.magazine_cents, t.postage_cents, {UNITS} AS units,
           greatest(0, least(t.units, t.carried - t.credit + coalesce(w.units, 0) + c.x)) AS served_before,
           greatest(0, least(t.units, t.carried - t.credit + coalesce(w.units, 0) + c.x + c.units)) AS served_after,
           count(*) AS copies
    FROM fulfillment_copy c
    LEFT JOIN terms_term t ON t.id = c.term_id
    LEFT JOIN waiting w ON w.term_id = c.term_id
    WHERE c.issue_id = %s AND c.run_id = %s AND c.purpose = %s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 (our own text)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Copies of one run that earn alike."""

    currency: str
    copy_class: str
    magazine_cents: int
    postage_cents: int
    step: Step
    copies: int


def runs_without_posting() -> QuerySet[LabelRun]:
    """Main runs alone: a replacement earns nothing, and a copy from stock is posted with its entry in the ledger."""
    main = LabelRun.objects.filter(purpose=LabelRun.Purpose.MAIN)
    return main.filter(~Q(Exists(RunPosting.objects.filter(run_uuid=OuterRef("uuid")))))


def runs_to_post(*, now: dt.datetime) -> QuerySet[LabelRun]:
    """Mailed runs that nobody has posted, without those parked until later, the oldest first."""
    parked = ParkedRun.objects.filter(run_uuid=OuterRef("uuid"), next_try_at__gt=now)
    mailed = runs_without_posting().filter(state=LabelRun.State.MAILED)
    return mailed.filter(~Q(Exists(parked))).order_by("mailed_on", "pk")


def cohorts_of(run: LabelRun) -> list[Cohort]:
    """The copies of the main run by what they earn.

    :raises LookupError: when a copy names a term that is not there
    """
    with connection.cursor() as cursor:
        cursor.execute(COHORTS, [run.issue_id, run.pk, MAIN])
        rows = cursor.fetchall()
    if orphans := sum(row[-1] for row in rows if row[0]):
        raise LookupError(f"{orphans} copies of run {run.pk} name terms that are not there.")
    return [
        Cohort(
            currency=currency,
            copy_class=copy_class,
            magazine_cents=magazine_cents,
            postage_cents=postage_cents,
            step=Step(units, before, after),
            copies=copies,
        )
        for _, currency, copy_class, magazine_cents, postage_cents, units, before, after, copies in rows
    ]
