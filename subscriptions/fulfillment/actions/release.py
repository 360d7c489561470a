"""The release: the pull, then the files from the frozen copies. After a crash it goes on from there."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.db import transaction
from psycopg import sql

from foundation import failpoints
from foundation.actors import system
from foundation.audit import actions as audit
from subscriptions.fulfillment.actions.extras import pull_extras
from subscriptions.fulfillment.actions.progress import Progress
from subscriptions.fulfillment.actions.pull import pull_issue
from subscriptions.fulfillment.actions.refusals import FileIsNotTheSame, RunIsRedacted
from subscriptions.fulfillment.exports import manifest as manifests
from subscriptions.fulfillment.exports import store
from subscriptions.fulfillment.exports.label_file import Export, Written, label_file
from subscriptions.fulfillment.exports.print_order import as_pdf
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.counts import held_by_reason, skipped_by_reason
from subscriptions.fulfillment.queries.once import each_once
from subscriptions.fulfillment.queries.pull import file_of, pull_of
from subscriptions.fulfillment.queries.tables import partition
from subscriptions.fulfillment.queries.tally import tally
from subscriptions.fulfillment.rules import label

STEPS = 5


def release(run_id: int, *, now: dt.datetime, progress: Progress) -> None:
    """Pull the issue (or what waits for a run after it) unless that has been done, write file and manifest, and say so.

    :raises DomainError: as `pull_issue` and `pull_extras`; nothing is kept then
    """
    progress.step("Waiting for changes under way")
    waiting = _run(run_id)
    pull = pull_issue if waiting.is_main else pull_extras
    pull(waiting, now=now, progress=progress)
    failpoints.reached("release.committed")

    run = _run(run_id)
    name = _name(run)
    progress.step("Writing the label file")
    with label_file(_export(run, progress.still_here)) as file:
        run.file_name = store.put_file(file_name_of(run), file.path, sha256=file.sha256)
    run.file_sha256, run.file_bytes = file.sha256, file.size
    failpoints.reached("release.file_written")

    progress.step("Writing the manifest")
    _store_manifest(run, file, name=name)
    failpoints.reached("release.manifest_written")
    _finish(run, now=now)
    failpoints.reached("release.finished")


def export_again(run_id: int, *, keep: Callable[[Path], None] = lambda path: None) -> Written:
    """Write the file once more from the frozen copies and compare: it is what it was, byte for byte.

    It is thrown away again, unless `keep` takes it from the disk before that.

    :raises RunIsRedacted: when a person was erased from its copies
    :raises FileIsNotTheSame: when it differs from the file of the release
    """
    run = LabelRun.objects.get(pk=run_id, pulled_at__isnull=False)
    if run.redacted_at is not None:
        raise RunIsRedacted("A person was erased from this run: the stored file is the only one, and the truth.")
    with label_file(_export(run)) as again:
        if again.sha256 != run.file_sha256:
            raise FileIsNotTheSame(f"The file of run {run.pk} comes out differently: {again.sha256}.")
        keep(again.path)
    return again


def _run(run_id: int) -> LabelRun:
    return LabelRun.objects.select_related("issue__magazine").get(pk=run_id)


def file_name_of(run: LabelRun) -> str:
    """Under which the label file of a run that was pulled is stored, and the name in the row once it is released."""
    return f"{_name(run)}.csv"


def _name(run: LabelRun) -> str:
    return f"{store.FOLDER}/" + label.file_name(
        label_code=run.printed["label_code"],
        stamp=run.printed["prefix"],
        run_id=run.pk,
        kind=run.get_purpose_display(),
        revision=run.revision,
    )


def _store_manifest(run: LabelRun, file: Written, *, name: str) -> None:
    """As JSON, as key and value, and on one page."""
    manifest = manifests.manifest_of(
        run,
        tally=tally(partition(run.issue_id), run),
        skips=skipped_by_reason(run),
        held=held_by_reason(pull_of(run)) if run.is_main else {},
        file=file,
        each_once=each_once(run),
    )
    store.put_bytes(f"{name}_manifest.csv", manifests.as_key_values(manifest))
    store.put_bytes(f"{name}_manifest.pdf", as_pdf(manifest))
    body = manifests.as_json(manifest)
    run.manifest_name = store.put_bytes(f"{name}_manifest.json", body)
    run.manifest_sha256 = store.sha256(body)


@transaction.atomic
def _finish(run: LabelRun, *, now: dt.datetime) -> None:
    """Released, once: of two workers that got here the second changes nothing."""
    changed = LabelRun.objects.filter(pk=run.pk, state=LabelRun.State.RELEASING).update(
        state=LabelRun.State.RELEASED,
        released_at=now,
        file_name=run.file_name,
        file_sha256=run.file_sha256,
        file_bytes=run.file_bytes,
        manifest_name=run.manifest_name,
        manifest_sha256=run.manifest_sha256,
        step="",
        steps_done=STEPS,
        leased_until=None,
        tries=0,
        last_error="",
    )
    if changed:
        audit.record(system("label-run"), "run.released", run, copies=run.copies, sha256=run.file_sha256)


def _export(run: LabelRun, still_here: Callable[[], None] = lambda: None) -> Export:
    copies = sql.Identifier(partition(run.issue_id))
    return Export(partial(file_of, run, table=copies), run.rows, run.printed["mid"], still_here)
