"""A pytest plugin (see pyproject): `own_database` for what a test wrapped in a transaction cannot see.

Commits, threads, other processes: such a test gets a fresh database, cloned from the migrated one, and drops it.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.db import connections, transaction
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql
from pytest_django import DjangoDbBlocker

# Where nothing has to reach the disk, copying files takes a quarter of the time of writing every page to the log.
CLONE = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")


@pytest.fixture(scope="session")
def migrated_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database to clone. pytest-django makes it only when some test of the selection is marked `django_db`."""
    if connections["default"].settings_dict["NAME"].startswith("test_"):
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default": None})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def own_database(migrated_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Everything this test writes is committed, into a database of its own. Its value is the database's URL.

    Not together with `db` or `house`, which wrap the test in a transaction; call `House()` yourself.
    """
    connection = connections["default"]
    place = connection.settings_dict  # One dictionary for all threads, so that their connections follow.
    source, clone = place["NAME"], f"own_{uuid4().hex}"
    connection.close()  # A template may have no visitors.
    _administer(place, CLONE, clone, source)
    place["NAME"] = clone
    try:
        with django_db_blocker.unblock():
            yield _url_of(place)
            connection.close()
    finally:
        place["NAME"] = source
        _administer(place, sql.SQL("DROP DATABASE {} WITH (FORCE)"), clone)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that begin together; answers what each returned, or the exception that it raised.

    All of them have ended: one that hangs fails the test.
    """
    outcomes: list[Any] = [None] * len(jobs)
    barrier = threading.Barrier(len(jobs))

    def run(place: int, job: Callable[[], Any]) -> None:
        def together() -> Any:
            connections["default"].ensure_connection()
            barrier.wait(timeout=60)
            return job()

        outcomes[place] = _outcome(together)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "A job has not ended"
    return outcomes


def _outcome(job: Callable[[], Any]) -> Any:
    """What a job of a thread of its own answers, or what it raised."""
    try:
        return job()
    except Exception as error:  # The test judges it.
        return error
    finally:
        connections.close_all()


def behind(hold: Callable[[], Any], *jobs: Callable[[], Any]) -> list[Any]:
    """Begin the jobs one after the other while `hold` keeps something locked: each goes as far as it can, and waits.

    Then everything is let go. Answers as `at_once` does.
    """
    outcomes: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        outcomes[place] = _outcome(job)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    with transaction.atomic():
        hold()
        for begun, thread in enumerate(threads, start=1):
            thread.start()
            while thread.is_alive() and _waiting_for_a_lock() < begun:
                thread.join(timeout=0.02)
            assert thread.is_alive(), f"It did not have to wait: {outcomes[begun - 1]!r}"
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "A job has not ended"
    return outcomes


def _waiting_for_a_lock() -> int:
    with connections["default"].cursor() as cursor:
        # Within a transaction the activity is otherwise seen as it was at the first look.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def _administer(place: dict[str, Any], statement: sql.SQL, *names: str) -> None:
    with psycopg.connect(
        host=place["HOST"],
        port=place["PORT"] or None,
        user=place["USER"] or None,
        password=place["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(statement.format(*map(sql.Identifier, names)))


def _url_of(place: dict[str, Any]) -> str:
    account = quote(place["USER"], safe="")
    if place["PASSWORD"]:
        account += f":{quote(place['PASSWORD'], safe='')}"
    port = f"&port={place['PORT']}" if place["PORT"] else ""
    return f"postgresql://{account}@/{place['NAME']}?host={quote(place['HOST'], safe='')}{port}"
