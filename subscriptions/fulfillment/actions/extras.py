"""The pull of a run that follows its issue: what waits is drawn, and put beside the copies that the issue has."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from foundation import failpoints
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.fulfillment.actions.drawing import rows, run
from subscriptions.fulfillment.actions.keeping import add_copies, make_partition
from subscriptions.fulfillment.actions.later_runs import refuse_unpulled
from subscriptions.fulfillment.actions.progress import Progress
from subscriptions.fulfillment.actions.pull import LONGEST_WAIT, first_serial, printed_facts
from subscriptions.fulfillment.actions.refusals import CalendarTooShort, PullDoesNotAddUp, RunStandsElsewhere
from subscriptions.fulfillment.actions.senders import SENDERS
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.extras import Extras, extras_of
from subscriptions.fulfillment.queries.moment import of_the_pull
from subscriptions.fulfillment.queries.pull import compose
from subscriptions.fulfillment.queries.standing import calendar_state
from subscriptions.fulfillment.queries.tables import rehearsal
from subscriptions.fulfillment.queries.tally import Tally, tally
from subscriptions.fulfillment.rules import guards, label


@transaction.atomic
def pull_extras(label_run: LabelRun, *, now: dt.datetime, progress: Progress) -> None:
    """Freeze the copies of a supplement or claims run. Does nothing when that has been done.

    What cannot be sent now (held, undeliverable) goes on waiting; why is kept with the run.

    :raises IssueIsNotPulled: when the main run was taken back meanwhile
    :raises CalendarTooShort: when no issue is open, so that no address is in force
    :raises PullDoesNotAddUp: when wanted is not labels plus those left waiting; nothing is kept
    """
    issue, magazine = _lock(label_run)
    if LabelRun.objects.filter(pk=label_run.pk, pulled_at__isnull=False).exists():
        return
    refuse_unpulled(issue)
    extras = _wanted(label_run, now=now, locked=True)
    failpoints.reached("release.locked")

    serial_first = first_serial(magazine, pieces=len(extras.ids))
    progress.step("Drawing the labels")
    table = rehearsal(label_run.pk)
    drawn = run("CREATE UNLOGGED TABLE {} AS {}", sql.Identifier(table), extras.labels(serial_first=serial_first))
    counted = tally(table, label_run)
    make_partition(issue_id=issue.pk)
    copies = add_copies(table, issue_id=issue.pk)
    failpoints.reached("release.copies_inserted")

    progress.step("Keeping the copies")
    sent = [row[0] for row in rows(sql.SQL(_SENT).format(sql.Identifier(table)))]
    marked = SENDERS[label_run.purpose].sent(sent, label_run.uuid)
    run("DROP TABLE {}", sql.Identifier(table))
    skips = sum(counted.skips.values())
    if not (marked == len(sent) == counted.records == len(extras.ids) - skips == drawn - skips):
        raise PullDoesNotAddUp(
            f"{len(extras.ids)} copies were wanted, but {counted.records} labels were drawn, {skips} cannot be sent"
            f" and {marked} were marked as sent. Nothing was kept."
        )
    if serial_first:
        Magazine.objects.filter(pk=magazine.pk).update(next_serial=serial_first + counted.records)
    facts = {**printed_facts(magazine, issue), **of_the_pull(magazine, eligible=len(extras.ids), now=now)}
    _keep(label_run, counted, facts=facts, copies=copies, serial_first=serial_first, now=now)


def findings(label_run: LabelRun, *, now: dt.datetime, progress: Progress) -> dict[str, Any]:
    """The same labels, counted and thrown away."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        extras = _wanted(label_run, now=now, locked=False)
        table = rehearsal(label_run.pk)
        run("CREATE UNLOGGED TABLE {} AS {}", sql.Identifier(table), extras.labels(serial_first=0))
        progress.step("Counting")
        counted = tally(table, label_run)
        progress.step("Checking and comparing")
        checks = _checks(extras, table, counted)
        run("DROP TABLE {}", sql.Identifier(table))
    return {
        "calendar": calendar_state(label_run.issue),
        "rows": counted.records,
        "copies": counted.copies,
        "entitled": len(extras.ids),
        "copies_by_class": counted.copies_by("copy_class"),
        "copies_by_paid_code": counted.copies_by("paid_code"),
        "copies_by_country": counted.copies_by("country_name"),
        "copies_by_state": counted.copies_by("state"),
        "us_copies_without_plus4": counted.without_plus4,
        "skipped": counted.skips,
        "held": {},
        "last_issue": None,
        "ok": all(check.ok for check in checks if check.hard),
        "checks": [check.as_json() for check in checks],
    }


_SENT = "SELECT link_id FROM {} WHERE copy_class <> 'skip' ORDER BY link_id"


def _lock(label_run: LabelRun) -> tuple[Issue, Magazine]:
    """One run of an issue at a time, and nobody takes the main run back meanwhile. Service goes on."""
    run("SELECT set_config('lock_timeout', {}, true)", sql.Literal(LONGEST_WAIT))
    magazine = Magazine.objects.select_for_update(no_key=True).get(pk=label_run.issue.magazine_id)
    return Issue.objects.select_for_update(no_key=True).get(pk=label_run.issue_id), magazine


def _wanted(label_run: LabelRun, *, now: dt.datetime, locked: bool) -> Extras:
    extras = extras_of(label_run, now=now, locked=locked)
    if extras is None:
        raise CalendarTooShort("No issue is open, so no address is in force. Lay out the next years of the calendar.")
    return extras


def _checks(extras: Extras, table: str, counted: Tally) -> list[guards.Check]:
    name = {"table": sql.Identifier(table)}
    twice, _, unprintable, longest_number, _ = rows(compose("oddities", name))[0]
    magazine = extras.pull.magazine
    seen = guards.SeenLater(
        wanted=len(extras.ids),
        rows=counted.records,
        skips=counted.skips,
        # Two replacements for one subscription are two copies of it.
        twice=twice if extras.run.purpose == LabelRun.Purpose.SUPPLEMENT else 0,
        unprintable=unprintable,
        same_label=int(rows(compose("same_label", name))[0][0]),
        longest_number=longest_number,
        is_pulled=extras.run.issue.is_pulled,
        serials_fit=label.serials_fit(magazine.mailer_id, pieces=len(extras.ids)),
    )
    return guards.checks_of_later(seen, mailer_id=magazine.mailer_id, service_type=magazine.service_type)


def _keep(
    label_run: LabelRun,
    counted: Tally,
    *,
    facts: dict[str, object],
    copies: int,
    serial_first: int,
    now: dt.datetime,
) -> None:
    kept = LabelRun.objects.filter(pk=label_run.pk, state=LabelRun.State.RELEASING, pulled_at__isnull=True).update(
        pulled_at=now,
        printed={**facts, "skipped": counted.skips},
        rows=counted.records,
        copies=copies,
        skips=sum(counted.skips.values()),
        serial_first=serial_first or None,
    )
    if not kept:
        raise RunStandsElsewhere("The run was taken back while its labels were drawn. Nothing was kept.")
