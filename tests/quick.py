"""A pytest plugin (see pyproject): what takes its time in production, on purpose or once per process, made quick."""

from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """Hashing is slow on purpose: a million rounds in production, a few in tests."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = 1_000


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> None:
    """Whitenoise looks for all static files when a process starts; every new test client is such a start."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def look_once(middleware: Any) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = look_once
