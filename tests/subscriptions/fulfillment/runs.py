"""What the tests of label runs share: people, shortcuts through the states, the file as rows."""

import copy
import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from foundation.actors import Actor
from subscriptions.catalog.models import Magazine
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.actions.pull import pull_issue
from subscriptions.fulfillment.models import LabelRun
from subscriptions.terms.models import Entry, OwedCopy

PAT = Actor("staff", "7")
DAY = dt.timedelta(days=1)


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


def owe(house: Any, subscription: Any, number: int, *, term: Any | None = None) -> OwedCopy:
    """A pulled issue that a term was sold with, as a back start writes it; the term begins with the next one."""
    term = term or house.term(subscription, first=number + 1, carried=1)
    entry = Entry.objects.create(
        term=term, kind="back_start", units=-1, copy_issue=house.issue(number), by="system:test"
    )
    return OwedCopy.objects.create(
        subscription=subscription, issue=house.issue(number), term=term, entry=entry, units=1, copies=term.copies
    )


def later_run(house: Any, number: int, *, purpose: int, on: str) -> LabelRun:
    """A supplement (2) or claims run (3), planned and rehearsed on that day."""
    run = actions.plan_later_run(issue_id=house.issue(number).pk, purpose=purpose, by=PAT, now=house.at(on))
    actions.work_off_runs(now=house.at(on))
    run.refresh_from_db()
    return run


def asked_later(house: Any, number: int, *, purpose: int, on: str, despite: tuple[str, ...] = ()) -> LabelRun:
    """One whose release has been asked for; no worker has seen it yet."""
    run = later_run(house, number, purpose=purpose, on=on)
    because = "tried in a test" if despite else ""
    actions.approve(run_id=run.pk, by=PAT, now=house.at(on), despite=despite, because=because)
    return actions.ask_release(run_id=run.pk, by=PAT, now=house.at(on))


def released_later(house: Any, number: int, *, purpose: int, on: str, despite: tuple[str, ...] = ()) -> LabelRun:
    run = asked_later(house, number, purpose=purpose, on=on, despite=despite)
    actions.work_off_runs(now=house.at(on))
    run.refresh_from_db()
    return run


def mailed_later(house: Any, run: LabelRun, *, on: str) -> LabelRun:
    actions.hand_over(run_id=run.pk, to="Print House", by=PAT, now=house.at(on))
    return actions.confirm_mailed(run_id=run.pk, mailed_on=dt.date.fromisoformat(on), by=PAT, now=house.at(on))


class Silence:
    """A run that nobody watches."""

    def step(self, text: str) -> None:
        pass

    def still_here(self) -> None:
        pass


SILENCE: Any = Silence()


def releasing(run: LabelRun) -> Any:
    """As if people had rehearsed and approved it."""
    LabelRun.objects.filter(pk=run.pk).update(
        state="releasing", rehearsed_at=run.created_at, approved_at=run.created_at, approved_by=PAT.reference
    )
    return LabelRun.objects.select_related("issue").get(pk=run.pk)


def pulls(house: Any, number: int) -> Callable[[], None]:
    """The pull of an issue at its time."""
    issue = house.issue(number)
    run = releasing(actions.plan_run(issue_id=issue.pk, by=PAT, now=issue.pull_at - DAY))
    return lambda: pull_issue(run, now=issue.pull_at, progress=SILENCE)


def other_magazine(house: Any) -> Any:
    """The same house and another magazine of it, on the same calendar."""
    other = copy.copy(house)
    other.magazine = Magazine.objects.create(
        code="beacon", label_code="BEA", name="The Beacon", publisher="Lantern House", contact_email="b@beacon.example"
    )
    other.lay_out_sample_calendar()
    return other
