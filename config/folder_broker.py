"""Celery's broker in a folder (`filesystem://`), made safe for several processes.

Kombu's own writes a message into a file that the worker already sees. A worker that takes it before it is whole reads
nothing, and ends. Here a file gets its name only once it is whole. `config.celery` puts this in the place of kombu's.
"""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]  # kombu's types differ
        # Names in order of time, as kombu's, so that the first message is taken first.
        name = f"{time.monotonic() * 1000:.0f}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        _write(folder / f"{name}.unfinished", payload).rename(folder / name)

    def _queue_bind(self, exchange: str, *binding: Any) -> None:
        table: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]  # the types lag behind
        if not table.exists():
            begun = _write(table.with_name(f"{uuid.uuid4()}.unfinished"), [])
            try:
                os.link(begun, table)  # Unlike a rename, it leaves alone a table that came in the meantime,
            except FileExistsError:
                pass  # and we are added to that one.
            finally:
                begun.unlink()
        super()._queue_bind(exchange, *binding)


class Transport(filesystem.Transport):
    Channel = Channel


def _write(file: Path, content: Any) -> Path:
    file.write_text(dumps(content))
    return file


def take_the_place_of_filesystem() -> None:
    """For every app that this process makes from now on."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
