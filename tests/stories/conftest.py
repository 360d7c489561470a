"""A stage for stories on real processes: a database that can be set back to where an act began."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from demo.stripe_standin.testing import API_KEY, SECRET, Standin
from tests.own_database import CLONE, _administer, _url_of
from tests.standin import Letterbox, forget_everything


class Stage:
    """One database under one name, and the snapshots from which it is made anew."""

    def __init__(self, *, name: str, template: str) -> None:
        self.name, self._snapshots = name, {"empty": template}
        self._place: dict[str, Any] = connections["default"].settings_dict
        self.url = _url_of({**self._place, "NAME": name})

    def set_back_to(self, snapshot: str) -> None:
        self._leave()
        _administer(self._place, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), self.name)
        _administer(self._place, CLONE, self.name, self._snapshots[snapshot])

    def keep(self, snapshot: str) -> None:
        """Nobody else may be in the database at this moment."""
        self._leave()
        kept = f"{self.name}_{len(self._snapshots)}"
        _administer(self._place, CLONE, kept, self.name)
        self._snapshots[snapshot] = kept

    def clear(self) -> None:
        self._leave()
        for name in [self.name, *list(self._snapshots.values())[1:]]:
            _administer(self._place, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _leave(self) -> None:
        connections["default"].close()


@pytest.fixture(scope="module")
def stage(migrated_database: None, django_db_blocker: DjangoDbBlocker, worker_name: str) -> Iterator[Stage]:
    place = connections["default"].settings_dict
    earlier = place["NAME"]
    made = Stage(name=f"story_{worker_name}", template=earlier)
    try:
        with django_db_blocker.unblock():
            made.set_back_to("empty")
            place["NAME"] = made.name
            yield made
            made.clear()
    finally:
        connections["default"].close()
        place["NAME"] = earlier


@pytest.fixture(scope="module")
def worker_name(request: pytest.FixtureRequest, standin_process: Standin) -> str:
    """Apart for each worker of xdist, each module and each run of the tests, by the port that only we have."""
    return standin_process.base_url.rpartition(":")[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("story")


@pytest.fixture(scope="module")
def own_standin() -> Iterator[Standin]:
    """A stand-in that the other tests' reset does not reach."""
    with Standin() as running:
        yield running


@pytest.fixture(scope="module")
def story_letterbox(own_standin: Standin) -> Iterator[Letterbox]:
    forget_everything(own_standin)
    box = Letterbox()
    own_standin.send_webhooks_to(box.url)
    yield box
    box.close()


@pytest.fixture(scope="module")
def surroundings(stage: Stage, folder: Path, own_standin: Standin) -> dict[str, str]:
    """The environment of the processes of the story."""
    return surroundings_of(url=stage.url, folder=folder, stripe_url=own_standin.base_url)


def surroundings_of(*, url: str, folder: Path, stripe_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MASTHEAD_ENV": "test",
        "MASTHEAD_VAR": str(folder),
        "BROKER_FOLDER": str(folder / "broker"),
        "FILES_FOLDER": str(folder / "files"),
        "MAIL_FOLDER": str(folder / "mail"),
        "EMAIL_BACKEND": "foundation.mail.backends.FolderBackend",
        "CELERY_BROKER_URL": "filesystem://localhost/",
        "CLOCK_CAN_BE_MOVED": "1",
        "LEASE_SECONDS": "1",
        "STRIPE_API_BASE": stripe_url,
        "STRIPE_API_KEY": API_KEY,
        "STRIPE_WEBHOOK_SECRETS": SECRET,
        "CELERY_SKIP_CHECKS": "1",  # the tests' own process has made them
        "PYTHONWARNINGS": "ignore",  # Celery's about a worker run by root
    }


@contextmanager
def as_in(surroundings: dict[str, str]) -> Iterator[None]:
    """The settings of this process, the same as those of the story's processes."""
    from foundation import clock

    with override_settings(
        CLOCK_CAN_BE_MOVED=True,
        LIMIT_ORDERS_PER_IP=1000,
        LIMIT_ORDERS_PER_SUBNET=1000,
        STRIPE_API_BASE=surroundings["STRIPE_API_BASE"],
        STRIPE_API_KEY=surroundings["STRIPE_API_KEY"],
        STRIPE_WEBHOOK_SECRETS=[surroundings["STRIPE_WEBHOOK_SECRETS"]],
    ):
        yield
    clock.forget()
