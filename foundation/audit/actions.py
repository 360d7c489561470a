import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models

from foundation.actors import Actor
from foundation.audit.models import AuditEntry


class _Together(threading.local):
    """The lines that `together` holds back in this thread; None outside of it."""

    lines: list[AuditEntry] | None = None


_together = _Together()


def record(by: Actor, action: str, subject: models.Model, **detail: Any) -> None:
    """Append one line to the audit trail. `detail` holds ids, cents and states; never a name, address or secret.

    What somebody typed goes under a key that ends in `_because`: `forget_words` reaches it, and nothing else.
    """
    line = AuditEntry(
        actor=by.reference,
        action=action,
        object_kind=subject._meta.label_lower,
        object_id=str(subject.pk),
        detail=detail,
    )
    if _together.lines is None:
        line.save(force_insert=True)
    else:
        _together.lines.append(line)


def forget_words(kind: type[models.Model], ids: Collection[int]) -> int:
    """Empty what somebody typed about these rows; how many lines of the trail had such words."""
    about = AuditEntry.objects.filter(object_kind=kind._meta.label_lower, object_id__in=[str(pk) for pk in ids])
    emptied = 0
    for line in about:
        typed = {key: "" for key in line.detail if key.endswith("_because")}
        if any(line.detail[key] for key in typed):
            line.detail |= typed
            line.save(update_fields=["detail"])
            emptied += 1
    return emptied


@contextmanager
def together() -> Iterator[list[AuditEntry]]:
    """Write what is recorded in here at its end, in one statement. Inside the caller's transaction.

    Who takes lines out of the list writes them with rows of its own (`foundation.rows`).
    An error writes nothing, as the transaction is over then. Do not swallow one inside: what was undone with a
    savepoint would still be told.
    """
    if _together.lines is not None:
        yield _together.lines
        return
    lines = _together.lines = []
    try:
        yield lines
        AuditEntry.objects.bulk_create(lines)
    finally:
        _together.lines = None
