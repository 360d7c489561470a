"""A pytest plugin (see pyproject): what tests write into files goes into a folder of their own, gone when they end."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # Before the settings are read, as in tests.own_postgres. Workers of xdist share the controller's folder.
    if "MASTHEAD_VAR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="masthead-var-")
        early_config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        (Path(folder) / "static").mkdir()  # whitenoise warns without it, and warnings are errors
        os.environ["MASTHEAD_VAR"] = folder
    return (yield)
