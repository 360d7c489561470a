"""The rehearsal: the same labels as a release would draw, counted, compared, checked, and thrown away."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from foundation import failpoints
from foundation.actors import system
from foundation.audit import actions as audit
from subscriptions.catalog.queries import next_to_pull
from subscriptions.fulfillment.actions import extras
from subscriptions.fulfillment.actions.drawing import draw, entitled, rows, run
from subscriptions.fulfillment.actions.progress import Progress
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.counts import held_by_reason, last_run_of
from subscriptions.fulfillment.queries.pull import Pull, compose, pull_of
from subscriptions.fulfillment.queries.standing import calendar_state
from subscriptions.fulfillment.queries.tables import partition, rehearsal
from subscriptions.fulfillment.queries.tally import Tally, tally
from subscriptions.fulfillment.rules import guards, label

STEPS = 3


def rehearse(run_id: int, *, now: dt.datetime, progress: Progress) -> None:
    """Draw the labels of the run's issue, record what they add up to, and leave nothing else behind."""
    label_run = LabelRun.objects.select_related("issue__magazine").get(pk=run_id)
    progress.step("Drawing the labels")
    if label_run.is_main:
        found = _draw_and_count(label_run, progress)
    else:
        found = extras.findings(label_run, now=now, progress=progress)
    failpoints.reached("rehearse.counted")
    with transaction.atomic():
        done = LabelRun.objects.filter(pk=run_id, state=LabelRun.State.REHEARSING).update(
            state=LabelRun.State.REHEARSED,
            rehearsal=found,
            rehearsed_at=now,
            step="",
            steps_done=STEPS,
            leased_until=None,
            tries=0,
            last_error="",
        )
        if done:
            audit.record(system("label-run"), "run.rehearsed", label_run, rows=found["rows"])


def _draw_and_count(label_run: LabelRun, progress: Progress) -> dict[str, Any]:
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            # One snapshot for all counts, without holding anybody up.
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        pull = pull_of(label_run)
        table = rehearsal(label_run.pk)
        draw(pull, into=table, serial_first=0, keep=False)
        failpoints.reached("rehearse.drawn")
        progress.step("Counting")
        found = _findings(label_run, pull, table, progress)
        run("DROP TABLE {}", sql.Identifier(table))
        return found


def _findings(label_run: LabelRun, pull: Pull, table: str, progress: Progress) -> dict[str, Any]:
    counted = tally(table, label_run)
    last = last_run_of(pull.issue)
    progress.step("Checking and comparing")
    seen = _seen(pull, table, counted, last)
    checks = guards.checks_of(seen, mailer_id=pull.magazine.mailer_id, service_type=pull.magazine.service_type)
    return {
        "calendar": calendar_state(pull.issue),
        "rows": counted.records,
        "copies": counted.copies,
        "entitled": seen.entitled,
        "copies_by_class": counted.copies_by("copy_class"),
        "copies_by_paid_code": counted.copies_by("paid_code"),
        "copies_by_country": counted.copies_by("country_name"),
        "copies_by_state": counted.copies_by("state"),
        "us_copies_without_plus4": counted.without_plus4,
        "skipped": counted.skips,
        "held": held_by_reason(pull),
        "last_issue": _difference(pull, table, counted, last) if last else None,
        "ok": all(check.ok for check in checks if check.hard),
        "checks": [check.as_json() for check in checks],
    }


def _seen(pull: Pull, table: str, counted: Tally, last: LabelRun | None) -> guards.Seen:
    owed, owed_copies = entitled(pull)
    name = {"table": sql.Identifier(table)}
    twice, beyond_term, unprintable, longest_number, skipped_copies = rows(compose("oddities", name))[0]
    following = next_to_pull(pull.magazine.pk)
    return guards.Seen(
        entitled=owed,
        entitled_copies=owed_copies,
        rows=counted.records,
        copies=counted.copies,
        skips=counted.skips,
        skipped_copies=int(skipped_copies),
        twice=twice,
        beyond_term=beyond_term,
        unprintable=unprintable,
        same_label=int(rows(compose("same_label", name))[0][0]),
        longest_number=longest_number,
        last_rows=last.rows if last else None,
        is_next=following is not None and following.pk == pull.issue.pk,
        next_issue=pull.next_issue_id is not None,
        serials_fit=label.serials_fit(pull.magazine.mailer_id, pieces=owed),
    )


def _difference(pull: Pull, table: str, counted: Tally, last: LabelRun) -> dict[str, Any]:
    """Against the last issue that was pulled: who is new, and what became of those who are not drawn any more."""
    changes = {str(why): int(count) for why, count in rows(pull.changes(table=table, last=partition(last.issue_id)))}
    new = changes.pop("new", 0)
    return {
        "issue": last.issue.cover_label,
        "rows": last.rows,
        "change": counted.records - last.rows,
        "change_percent": guards.change_percent(counted.records, last.rows),
        "new": new,
        "lost": sum(changes.values()),
        "lost_because": changes,
    }
