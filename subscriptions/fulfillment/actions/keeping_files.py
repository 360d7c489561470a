"""Label files name every reader of a magazine, so they go when nobody needs them any more."""

import datetime as dt

import structlog
from django.db import transaction

from foundation.actors import system
from foundation.audit import actions as audit
from subscriptions.fulfillment.exports import store
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.keeping import label_files_past_keeping

log = structlog.get_logger(__name__)


def forget_old_label_files(*, now: dt.datetime) -> int:
    """Delete the bytes of every label file past its keeping; how many. One that cannot be deleted comes round again."""
    forgotten = 0
    for run in label_files_past_keeping(now=now):
        try:
            store.delete(run.file_name)
        except Exception:  # Whatever the storage answers for one file must not keep the others.
            log.exception("label_file_not_deleted", run=run.pk)
            continue
        forgotten += _write_down(run, now=now)
    return forgotten


@transaction.atomic
def _write_down(run: LabelRun, *, now: dt.datetime) -> bool:
    """Once, by one of two workers."""
    written = LabelRun.objects.filter(pk=run.pk, file_deleted_at__isnull=True).update(file_deleted_at=now)
    if written:
        audit.record(system("keeping"), "run.file_deleted", run, sha256=run.file_sha256)
    return bool(written)
