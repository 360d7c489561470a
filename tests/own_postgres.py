"""A pytest plugin (see pyproject): without DATABASE_URL, the session gets a PostgreSQL of its own, gone when it ends.

Ctrl-C and kill -9 included: the server hangs on a leash. xdist workers inherit its URL from the controller.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from demo.postgres import PostgresServer


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # A wrapper, as it has to run before pytest-django reads the settings in this same hook.
    if "DATABASE_URL" not in os.environ:
        start_server(early_config)
    return (yield)


def start_server(config: pytest.Config) -> None:
    folder = Path(tempfile.mkdtemp(prefix="masthead-tests-"))
    server = PostgresServer(folder, durable=False, remove=True)
    # Cleanups run last in, first out: the server has ended before its folder goes.
    config.add_cleanup(lambda: shutil.rmtree(server.place.home, ignore_errors=True))
    config.add_cleanup(server.stop)
    os.environ["DATABASE_URL"] = server.start()
