"""Wake whoever sweeps for rows, so that people do not wait for the next tick of the timetable.

Lower apps name an event; who listens stands in one table, `config/celery.py`. A wake-up may be lost: the sweep comes
anyway.
"""

import threading
import time

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)
# Within one task, an event that comes again and again wakes its listeners no more often than this.
SECONDS_BETWEEN = 0.5


class _Gathering(threading.local):
    """What one task has woken, and which events it still owes a last wake-up."""

    begun = False

    def begin(self) -> None:
        self.begun = True
        self.woken_at: dict[str, float] = {}
        self.owed: set[str] = set()


_gathering = _Gathering()


def wake(event: str) -> None:
    """Send the listeners of `event` once the current transaction has committed (at once when there is none)."""
    transaction.on_commit(lambda: _wake_now_or_later(event), robust=True)


def gather() -> None:
    """From now on, in this thread: a sweep that settles 500 orders need not wake everyone 500 times."""
    _gathering.begin()


def let_go() -> None:
    """Send what was held back since `gather`: whoever was woken early may not have seen the last rows."""
    owed = _gathering.owed if _gathering.begun else set()
    _gathering.begun = False
    for event in sorted(owed):
        _send(event)


def _wake_now_or_later(event: str) -> None:
    if not _gathering.begun:
        _send(event)
    elif time.monotonic() - _gathering.woken_at.get(event, -SECONDS_BETWEEN) >= SECONDS_BETWEEN:
        _gathering.woken_at[event] = time.monotonic()
        _gathering.owed.discard(event)
        _send(event)
    else:
        _gathering.owed.add(event)


def _send(event: str) -> None:
    listeners: dict[str, list[str]] = current_app.conf["wake_listeners"]
    for task_name in listeners.get(event, []):
        try:
            current_app.send_task(task_name, ignore_result=True)
        except (OperationalError, OSError) as error:
            # The broker is only the bell: its rows are found by the next sweep.
            log.warning("wake_lost", wake_event=event, task=task_name, error=type(error).__name__)
