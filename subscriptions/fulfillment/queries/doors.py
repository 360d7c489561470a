"""What desk, API and the one-reader screen ask about runs and copies."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db.models import Count, QuerySet, Sum

from foundation.errors import NotFound
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import MAIN, Copy, LabelRun


class NoFileYet(NotFound):
    code = "no_file_yet"


class LabelFileIsGone(NotFound):
    code = "label_file_is_gone"


class FileIsLost(NotFound):
    code = "file_is_lost"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `sentence` says what is being done, and is empty when nothing is."""

    state: str
    sentence: str
    steps_done: int
    steps_total: int
    last_error: str


@dataclass(frozen=True, slots=True)
class CopySent:
    """One copy of a subscription: which issue, how it was classed, and the address as printed, from top to bottom.

    `mailed_on` is None until the run is confirmed as mailed. `purpose`: 1 from the main run, 2 supplement, 3 claim.
    """

    issue: Issue
    run_id: int
    purpose: int
    copy_no: int
    copy_class: str
    units: int
    top_line: str
    address: tuple[str, ...]
    mailed_on: dt.date | None


def runs(magazine_id: int | None = None) -> QuerySet[LabelRun]:
    """Label runs with their issue and magazine, the latest issue first."""
    chosen = LabelRun.objects.select_related("issue__magazine").order_by("-issue__ordinal", "purpose", "-revision")
    return chosen if magazine_id is None else chosen.filter(issue__magazine_id=magazine_id)


def progress(run_id: int) -> Progress:
    run = _run(run_id)
    return Progress(run.state, run.step, run.steps_done, run.steps_total, run.last_error)


def open_label_file(run_id: int) -> IO[bytes]:
    """The stored file, whose bytes are the truth; close it.

    :raises NoFileYet: before the run is released
    :raises LabelFileIsGone: when its magazine keeps it no longer
    :raises FileIsLost: when the storage has it no more
    """
    run = _run(run_id)
    refuse_deleted_file(run)
    return _open(run.file_name)


def refuse_deleted_file(run: LabelRun) -> None:
    """:raises LabelFileIsGone:"""
    if run.file_deleted_at is not None:
        raise LabelFileIsGone(
            "This label file was kept for as long as its magazine keeps them, and then deleted. The manifest is kept."
        )


def open_manifest_file(run_id: int, ending: str = "json") -> IO[bytes]:
    """The stored manifest as `json`, `csv` or `pdf`; close it.

    :raises NoFileYet: before the run is released
    """
    return _open(_run(run_id).manifest_name.removesuffix("json") + ending)


def manifest(run_id: int) -> dict[str, Any]:
    """:raises NoFileYet: before the run is released"""
    with open_manifest_file(run_id) as stored:
        found: dict[str, Any] = json.load(stored)
        return found


def copies_of(subscription_id: int) -> list[CopySent]:
    """Every copy that a subscription was sent, the latest issue first, with the address that was used."""
    copies = list(Copy.objects.filter(subscription_id=subscription_id))
    issues = Issue.objects.in_bulk({copy.issue_id for copy in copies})
    runs = LabelRun.objects.in_bulk({copy.run_id for copy in copies if copy.purpose != MAIN})
    copies.sort(key=lambda copy: (-issues[copy.issue_id].ordinal, copy.copy_no, copy.purpose, copy.sequence))
    return [_sent(copy, issues[copy.issue_id], runs.get(copy.run_id)) for copy in copies]


def statement(run_id: int) -> list[dict[str, Any]]:
    """Copies and subscriptions of a run by class and paid code, from the frozen copies alone."""
    counted = (
        Copy.objects.filter(run_id=run_id, issue_id=_run(run_id).issue_id)
        .values("copy_class", "paid_code")
        .annotate(
            subscriptions=Count("subscription_id", distinct=True),
            copies_sent=Count("subscription_id"),
            units_used=Sum("units"),
        )
        .order_by("copy_class", "paid_code")
    )
    return [dict(row) for row in counted]


def _run(run_id: int) -> LabelRun:
    run = LabelRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound("There is no such label run.", code="no_such_run")
    return run


def _open(name: str) -> IO[bytes]:
    # `json`, `csv` and `pdf` alone: the run has no file, so there is no name in front of the ending.
    if "/" not in name:
        raise NoFileYet("This run has no file yet; it is written when the run is released.")
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError as missing:
        raise FileIsLost(
            "The storage has this file no more. A label file can be written again from the frozen copies."
        ) from missing


def _sent(copy: Copy, issue: Issue, later_run: LabelRun | None) -> CopySent:
    last_line = " ".join(filter(None, (copy.city, copy.state, _zip(copy), copy.postcode)))
    lines = (copy.name, copy.company, copy.attn, copy.addr2, copy.urb, copy.addr1, last_line, copy.country)
    return CopySent(
        issue=issue,
        run_id=copy.run_id,
        purpose=copy.purpose,
        copy_no=copy.copy_no,
        copy_class=copy.copy_class,
        units=copy.units,
        top_line=copy.top_line,
        address=tuple(filter(None, lines)),
        mailed_on=later_run.mailed_on if later_run else issue.mailed_on,
    )


def _zip(copy: Copy) -> str:
    return f"{copy.zip5}-{copy.plus4}" if copy.plus4 else copy.zip5
