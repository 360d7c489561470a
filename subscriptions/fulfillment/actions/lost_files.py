"""A label file that the storage has lost, or spoiled, is written anew: the frozen copies give the same bytes again."""

import datetime as dt

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.fulfillment.actions.refusals import RunStandsElsewhere
from subscriptions.fulfillment.actions.release import export_again
from subscriptions.fulfillment.exports import store
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.doors import NoFileYet, refuse_deleted_file

State = LabelRun.State


def write_file_again(*, run_id: int, by: Actor, now: dt.datetime) -> LabelRun:
    """Put the label file of a released run back under its name, whose bytes have the SHA-256 of its manifest.

    One that is there and whole is left as it is. Network, where the storage is one: outside of any transaction.

    :raises NoFileYet: before the release
    :raises RunStandsElsewhere: when the run was voided, as its copies are taken back
    :raises LabelFileIsGone: when its magazine keeps it no longer
    :raises RunIsRedacted, FileIsNotTheSame: see `export_again`
    """
    run = LabelRun.objects.get(pk=run_id)
    if run.state == State.VOIDED:
        raise RunStandsElsewhere("A voided run has no copies to write its label file from.")
    if not run.file_sha256:
        raise NoFileYet("This run has no file yet; it is written when the run is released.")
    refuse_deleted_file(run)
    written = export_again(run.pk, keep=lambda path: store.put_back(run.file_name, path, sha256=run.file_sha256))
    audit.record(by, "run.file_written_again", run, sha256=written.sha256)
    return run
