"""What the tests of label runs share: people, shortcuts through the states, the file as rows."""

import csv
import datetime as dt
import io
from typing import Any

from foundation.actors import Actor
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import LabelRun

PAT = Actor("staff", "7")


def rehearsed(house: Any, number: int) -> LabelRun:
    """A run of the issue that has been rehearsed on the day before its pull."""
    issue = house.issue(number)
    now = issue.pull_at - dt.timedelta(days=1)
    run = actions.plan_run(issue_id=issue.pk, by=PAT, now=now)
    actions.ask_rehearsal(run_id=run.pk, by=PAT, now=now)
    actions.work_off_runs(now=now)
    run.refresh_from_db()
    return run


def asked(house: Any, number: int, *, despite: tuple[str, ...] = ()) -> LabelRun:
    """A run whose release has been asked for at the pull time; no worker has seen it yet."""
    run = rehearsed(house, number)
    now = house.issue(number).pull_at
    actions.approve(run_id=run.pk, by=PAT, now=now, despite=despite, because="tried in a test" if despite else "")
    actions.ask_release(run_id=run.pk, by=PAT, now=now)
    run.refresh_from_db()
    return run


def released(house: Any, number: int, *, despite: tuple[str, ...] = ()) -> LabelRun:
    run = asked(house, number, despite=despite)
    actions.work_off_runs(now=house.issue(number).pull_at)
    run.refresh_from_db()
    return run


def records(run: LabelRun) -> list[dict[str, str]]:
    """The records of the stored label file, in file order."""
    with queries.open_label_file(run.pk) as stored:
        return list(csv.DictReader(io.TextIOWrapper(stored, encoding="ascii", newline="")))
