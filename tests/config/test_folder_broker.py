"""The broker in a folder: nobody ever sees a message before it is whole."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from uuid import uuid4

import pytest
from celery import Celery
from kombu import Connection

from config.celery import app
from config.folder_broker import Transport

LONG = "x" * 200_000
PATIENCE = 120.0  # seconds


def connect(folder: Path) -> Connection:
    options = {name: str(folder) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    return Connection("filesystem://localhost/", transport_options=options)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Connection]:
    with connect(tmp_path) as connection:
        yield connection


def test_every_app_uses_it(writer: Connection):
    apart = Celery("beat", broker="filesystem://localhost/", set_as_current=False)

    for connection in (writer, app.connection_for_write(), apart.connection_for_write()):
        assert isinstance(connection.transport, Transport)


def test_a_reader_takes_only_whole_messages(writer: Connection, tmp_path: Path):
    # A name of its own: kombu remembers per process which queues are bound, whatever folder they were bound in.
    queue = f"whole-{uuid4().hex}"
    sending = writer.SimpleQueue(queue)
    thread = threading.Thread(target=lambda: [sending.put({"n": n, "text": LONG}) for n in range(100)])
    taken = []

    with connect(tmp_path) as reader:
        reading = reader.SimpleQueue(queue)
        thread.start()
        give_up_at = time.monotonic() + PATIENCE
        while len(taken) < 100:
            assert time.monotonic() < give_up_at, f"{len(taken)} of 100 came"
            try:
                message = reading.get_nowait()
            except Empty:
                continue
            taken.append(message.payload["n"])
            message.ack()
    thread.join()

    assert taken == list(range(100))
