"""The file of a person's copy: put together once every app has told its part, fetched, and deleted after its time."""

import datetime as dt
import hashlib
import io
import secrets
from collections.abc import Collection
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from foundation.actors import Actor, system
from foundation.audit import actions as audit
from foundation.errors import DomainError
from foundation.one_by_one import each
from foundation.wake import wake
from subscriptions.readers import queries
from subscriptions.readers.exports.personal_file import personal_file
from subscriptions.readers.models import PrivacyRequest, PrivacyTick
from subscriptions.readers.rules.privacy import FILE_KEPT_FOR

FOLDER = "privacy"


class FileIsGone(DomainError):
    code = "file_is_gone"


def make_waiting_files(*, now: dt.datetime) -> int:
    """Write the file of every export that all apps have told their part of; how many."""
    waiting = PrivacyRequest.objects.filter(kind=PrivacyRequest.Kind.EXPORT, state=PrivacyRequest.State.WAITING)
    ready = [request for request in waiting if not queries.apps_to_come(request, PrivacyTick.Step.ACT)]
    return each(ready, lambda request: _make_file(request, now=now), failed="personal_file_not_made")


def _make_file(request: PrivacyRequest, *, now: dt.datetime) -> bool:
    """The file first, then the row that names it: a crash in between leaves a file that nobody can name."""
    content = personal_file(_told(request), title=f"What is on file about reader {request.reader.number}")
    # A name that nobody guesses, and that says nothing.
    name = default_storage.save(f"{FOLDER}/{secrets.token_urlsafe(32)}.zip", File(io.BytesIO(content)))
    with transaction.atomic():
        PrivacyRequest.objects.select_for_update().get(pk=request.pk)
        waiting = PrivacyRequest.objects.filter(pk=request.pk, state=PrivacyRequest.State.WAITING)
        # Meanwhile two files of this person may have become two people's: then all apps tell anew.
        is_told = not queries.apps_to_come(request, PrivacyTick.Step.ACT)
        taken = is_told and waiting.update(
            state=PrivacyRequest.State.DONE,
            closed_at=now,
            closed_by=system("privacy").reference,
            file_name=name,
            file_sha256=hashlib.sha256(content).hexdigest(),
            file_bytes=len(content),
            file_until=(now + FILE_KEPT_FOR).date(),
        )
        if taken:
            PrivacyTick.objects.filter(request=request).update(told=None)
            audit.record(system("privacy"), "privacy.done", request, reader=request.reader_id, bytes=len(content))
    if not taken:
        default_storage.delete(name)
    return bool(taken)


def _told(request: PrivacyRequest) -> dict[str, Any]:
    told = dict(request.ticks.filter(step=PrivacyTick.Step.ACT).values_list("app", "told"))
    # The person first, then from the promise to the money.
    order = ("readers", *(app for app in settings.FOLLOWERS["privacy"] if app != "readers"))
    return {app: told[app] for app in order}


def open_file(*, request_id: int, by: Actor) -> IO[bytes]:
    """The file for whoever may have it; who fetched it is kept.

    :raises FileIsGone: when it is not made yet, or deleted again
    """
    request = PrivacyRequest.objects.get(pk=request_id)
    if not request.file_name:
        raise FileIsGone("There is no file: it is not made yet, or its time is over.")
    audit.record(by, "privacy.file_fetched", request, reader=request.reader_id)
    return default_storage.open(request.file_name, "rb")


def forget_files(reader_ids: Collection[int], *, now: dt.datetime) -> None:
    """Nobody fetches a copy of these files any more; one that is under way is told anew, by what is true by then."""
    exports = PrivacyRequest.objects.filter(kind=PrivacyRequest.Kind.EXPORT, reader_id__in=reader_ids)
    under_way = exports.filter(state__in=PrivacyRequest.OPEN).select_for_update().order_by("pk")
    PrivacyTick.objects.filter(request__in=[request.pk for request in under_way]).delete()
    made = list(exports.exclude(file_name=""))
    # Should it not be deleted after the commit, it is in the night.
    exports.exclude(file_name="").update(file_until=(now - dt.timedelta(days=1)).date())
    for request in made:
        transaction.on_commit(partial(_forget, request), robust=True)
    wake("privacy_asked")


def forget_old_files(*, now: dt.datetime) -> int:
    """Delete what can no longer be fetched; how many files."""
    return each(list(queries.files_past_keeping(today=now.date())), _forget, failed="personal_file_not_deleted")


def _forget(request: PrivacyRequest) -> bool:
    default_storage.delete(request.file_name)
    with transaction.atomic():
        PrivacyRequest.objects.filter(pk=request.pk).update(file_name="")
        audit.record(system("privacy"), "privacy.file_deleted", request, reader=request.reader_id)
    return True
