"""Label files name every reader of a magazine, so they go when nobody needs them any more."""

import datetime as dt

from django.db import transaction

from foundation.actors import system
from foundation.audit import actions as audit
from foundation.one_by_one import each
from subscriptions.fulfillment.exports import store
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.keeping import label_files_past_keeping


def forget_old_label_files(*, now: dt.datetime) -> int:
    """Delete the bytes of every label file past its keeping; how many. One that cannot be deleted comes round again."""
    return each(label_files_past_keeping(now=now), lambda run: _forget(run, now=now), failed="label_file_not_deleted")


def _forget(run: LabelRun, *, now: dt.datetime) -> bool:
    store.delete(run.file_name)
    return _write_down(run, now=now)


@transaction.atomic
def _write_down(run: LabelRun, *, now: dt.datetime) -> bool:
    """Once, by one of two workers."""
    written = LabelRun.objects.filter(pk=run.pk, file_deleted_at__isnull=True).update(file_deleted_at=now)
    if written:
        audit.record(system("keeping"), "run.file_deleted", run, sha256=run.file_sha256)
    return bool(written)
