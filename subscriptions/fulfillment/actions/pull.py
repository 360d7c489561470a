"""The pull: every copy of an issue frozen, in one transaction, or nothing at all."""

import datetime as dt

from django.db import transaction
from psycopg import sql

from foundation import failpoints
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.fulfillment.actions.drawing import draw, entitled, rows, run
from subscriptions.fulfillment.actions.keeping import add_copies_above_the_first, attach
from subscriptions.fulfillment.actions.progress import Progress
from subscriptions.fulfillment.actions.refusals import (
    CalendarTooShort,
    PullDoesNotAddUp,
    RunStandsElsewhere,
    SerialsAreUsedUp,
)
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.moment import of_the_pull
from subscriptions.fulfillment.queries.pull import Pull, pull_of
from subscriptions.fulfillment.queries.tables import partition
from subscriptions.fulfillment.rules import label
from subscriptions.terms.actions.laying import lay_all_again

LONGEST_WAIT = "20s"


@transaction.atomic
def pull_issue(label_run: LabelRun, *, now: dt.datetime, progress: Progress) -> None:
    """Freeze the copies of the run's issue and move the pull pointer. Does nothing when that has been done.

    :raises IssueOutOfOrder: when another issue is the next to be pulled
    :raises CalendarTooShort: when no issue follows
    :raises PullDoesNotAddUp: when entitled is not copies plus skips; nothing is kept
    """
    pull = _lock(label_run)
    if LabelRun.objects.filter(pk=label_run.pk, pulled_at__isnull=False).exists():
        return
    failpoints.reached("release.locked")
    catalog.mark_pulled(issue_id=pull.issue.pk, now=now)

    owed, owed_copies = entitled(pull)
    serial_first = first_serial(pull.magazine, pieces=owed)
    progress.step("Drawing the labels")
    table = partition(pull.issue.pk)
    drawn = draw(pull, into=table, serial_first=serial_first, keep=True)
    skips, skipped_copies = _skip_what_cannot_be_sent(pull, table, label_run, now=now)
    extras = add_copies_above_the_first(table) if owed_copies > owed else 0
    records = drawn - skips
    if (owed, owed_copies) != (records + skips, records + extras + skipped_copies):
        raise PullDoesNotAddUp(
            f"{owed} subscriptions are owed {owed_copies} copies, but {records} labels with {records + extras} copies"
            f" were drawn and {skips} with {skipped_copies} skipped. Nothing was kept."
        )
    failpoints.reached("release.copies_inserted")

    progress.step("Keeping the copies")
    attach(table, issue_id=pull.issue.pk)
    failpoints.reached("release.attached")
    if serial_first:
        Magazine.objects.filter(pk=pull.magazine.pk).update(next_serial=serial_first + records)
    # The run's own row comes last: from here to the commit nobody can see how far it is.
    kept = LabelRun.objects.filter(pk=label_run.pk, state=LabelRun.State.RELEASING, pulled_at__isnull=True).update(
        pulled_at=now,
        printed={**printed_facts(pull.magazine, pull.issue), **of_the_pull(pull.magazine, eligible=owed, now=now)},
        rows=records,
        copies=records + extras,
        skips=skips,
        serial_first=serial_first or None,
    )
    if not kept:
        raise RunStandsElsewhere("The run was taken back while its labels were drawn. Nothing was kept.")


def _lock(label_run: LabelRun) -> Pull:
    """Stop the calendar and the service where they are: magazine, issues, subscriptions, in the order of everyone.

    Whoever changes service waits for the pull, some seconds once a month, and the pull for those already at it: the
    count and the copies are two statements and must see the same rows. Reading goes on.
    """
    run("SELECT set_config('lock_timeout', {}, true)", sql.Literal(LONGEST_WAIT))
    magazine_id = label_run.issue.magazine_id
    Magazine.objects.select_for_update(no_key=True).get(pk=magazine_id)
    list(Issue.objects.select_for_update().filter(magazine_id=magazine_id).order_by("ordinal").values_list("pk"))
    run("LOCK TABLE terms_subscription IN EXCLUSIVE MODE")
    run("LOCK TABLE terms_term, terms_pause, terms_shipto, terms_awayissue IN SHARE ROW EXCLUSIVE MODE")
    return pull_of(label_run)


def first_serial(magazine: Magazine, *, pieces: int) -> int:
    """The first serial of the block for this run, 0 without a mailer id. Blocks are never given back."""
    if not magazine.mailer_id:
        return 0
    try:
        return label.serial_block(
            next_serial=magazine.next_serial,
            pieces=pieces,
            digits=label.serial_digits(magazine.mailer_id),
        )
    except ValueError as error:
        raise SerialsAreUsedUp(f"{error} A larger run needs a mailer ID of six digits.") from error


def _skip_what_cannot_be_sent(pull: Pull, table: str, label_run: LabelRun, *, now: dt.datetime) -> tuple[int, int]:
    """Nothing is consumed in silence: whoever is owed the issue and cannot get it has a pause of one issue for it.

    Answers how many subscriptions, and the copies that they would have got.
    """
    if pull.next_issue_id is None:
        raise CalendarTooShort("No issue follows this one. Lay out the next years of the calendar first.")
    unsent = rows(sql.SQL(_TAKE_OUT).format(table=sql.Identifier(table)))
    if unsent:
        subscriptions, obstacles, copies = map(list, zip(*unsent, strict=True))
        waiting = rows(
            sql.SQL(_SKIP).format(
                subscriptions=sql.Literal(subscriptions),
                obstacles=sql.Literal(obstacles),
                issue=sql.Literal(pull.issue.pk),
                until=sql.Literal(pull.next_issue_id),
                unit=sql.Literal(pull.issue.unit),
                run_uuid=sql.Literal(str(label_run.uuid)),
                now=sql.Literal(now),
                by=sql.Literal(f"system:run-{label_run.pk}"),
            )
        )
        lay_all_again([subscription_id for (subscription_id,) in waiting])
        return len(unsent), sum(copies)
    return 0, 0


_TAKE_OUT = "DELETE FROM {table} WHERE copy_class = 'skip' RETURNING subscription_id, version, copies"
# Answers those with a term that waits: a skip moves the clock under it, so that it may have to be laid again. The
# unit is the clock of those that never paused; of the others all are answered.
_SKIP = """
    WITH skipped AS (
      INSERT INTO terms_pause
             (subscription_id, from_issue_id, until_issue_id, reason, run_uuid, note, entered_at, entered_by)
      SELECT subscription_id, {issue}, {until}, 'skip', {run_uuid}::uuid, obstacle, {now}, {by}
        FROM unnest({subscriptions}::bigint[], {obstacles}::text[]) unsent (subscription_id, obstacle)
      RETURNING subscription_id
    )
    SELECT subscription_id FROM skipped
     WHERE EXISTS (SELECT FROM terms_term t
                    WHERE t.subscription_id = skipped.subscription_id
                      AND t.predecessor_id IS NOT NULL
                      AND (t.stepped OR t.c_to IS NULL OR t.c_to > {unit}))
"""


def printed_facts(magazine: Magazine, issue: Issue) -> dict[str, object]:
    """What every record of a file says alike; `issue` is the one that is sent."""
    stamp = label.issue_stamp(issue.cover_year, issue.cover_month)
    return {
        "prefix": stamp,
        "label_code": magazine.label_code,
        "issue_code": f"{magazine.label_code}{stamp}",
        "acs": magazine.acs_code,
        "mid": magazine.mailer_id,
        "stid": magazine.service_type,
        "serial_digits": label.serial_digits(magazine.mailer_id),
        "barcodes": bool(magazine.mailer_id and magazine.service_type),
        "title": magazine.name,
        "usps_number": magazine.usps_number,
        "issn": magazine.issn,
    }
