"""Wake whoever sweeps for rows, so that people do not wait for the next tick of the timetable.

Lower apps name an event; who listens stands in one table, `config/celery.py`. A wake-up may be lost: the sweep comes
anyway.
"""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def wake(event: str) -> None:
    """Send the listeners of `event` once the current transaction has committed (at once when there is none)."""
    transaction.on_commit(lambda: _send(event), robust=True)


def _send(event: str) -> None:
    listeners: dict[str, list[str]] = current_app.conf["wake_listeners"]
    for task_name in listeners.get(event, []):
        try:
            current_app.send_task(task_name, ignore_result=True)
        except (OperationalError, OSError) as error:
            # The broker is only the bell: its rows are found by the next sweep.
            log.warning("wake_lost", wake_event=event, task=task_name, error=type(error).__name__)
