"""Tells people how far a run is, and keeps its lease, on a connection of its own: the pull's one big transaction would
hide it until the end."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from foundation import clock


@dataclass
class Progress:
    run_id: int
    lease: dt.datetime
    _wire: BaseDatabaseWrapper
    _done: int = 0

    def step(self, sentence: str) -> None:
        """What begins now; what went before is done."""
        self._write("step = %s, steps_done = %s", sentence, self._done)
        self._done += 1

    def still_here(self) -> None:
        """Keep the lease in a long step."""
        self._write("tries = tries")

    def _write(self, change: str, *values: str | int) -> None:
        self.lease = lease_from_now()
        with self._wire.cursor() as cursor:
            cursor.execute(
                f"UPDATE fulfillment_labelrun SET {change}, leased_until = %s"  # noqa: S608 (both texts stand above)
                " WHERE id = %s AND state IN ('rehearsing', 'releasing')",
                [*values, self.lease, self.run_id],
            )


@contextmanager
def progress_of(run_id: int, *, steps: int) -> Iterator[Progress]:
    # The row may be held by nobody meanwhile: the pull touches the run's row in its last statement only.
    wire = connection.copy()
    try:
        progress = Progress(run_id, lease_from_now(), wire)
        progress._write("steps_total = %s, last_error = ''", steps)
        yield progress
    finally:
        wire.close()


def lease_from_now() -> dt.datetime:
    return clock.real_now() + dt.timedelta(seconds=settings.LEASE_SECONDS)
