"""Raw sessions on a database of their own: what a transaction-wrapped test cannot see, nor the guards let it undo."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from tests.own_database import CLONE

Session = psycopg.Connection[tuple[Any, ...]]
# Only the owner of the tables can go round their triggers: what the three roles are for (`manage.py grant_roles`).
START_AGAIN = """
    ALTER TABLE ledger_journal DISABLE TRIGGER USER;
    ALTER TABLE ledger_line DISABLE TRIGGER USER;
    TRUNCATE ledger_line, ledger_journal, ledger_period, revenue_runposting RESTART IDENTITY CASCADE;
    ALTER TABLE ledger_journal ENABLE TRIGGER USER;
    ALTER TABLE ledger_line ENABLE TRIGGER USER;
    INSERT INTO ledger_period (first_day, until, state, closed_by) VALUES ('2026-03-01', '2026-04-01', 'open', '');
"""


@pytest.fixture(scope="session")
def books_database(migrated_database: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """How to connect to a copy of the test database."""
    with django_db_blocker.unblock():
        connections["default"].close()
        parameters = connections["default"].get_connection_params()
    known = {key: parameters[key] for key in ("user", "password", "host", "port") if parameters.get(key)}
    template, copy = parameters["dbname"], f"books_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(dbname="postgres", autocommit=True, **known) as keeper:
        keeper.execute(CLONE.format(sql.Identifier(copy), sql.Identifier(template)))
        yield {"dbname": copy, **known}
        keeper.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy)))


@pytest.fixture
def books(books_database: dict[str, Any]) -> Iterator[Callable[[], Session]]:
    """Call it for one more session on empty books with March 2026 open (period 1)."""
    with psycopg.connect(**books_database) as owner:
        owner.execute(START_AGAIN)
    open_sessions: list[Session] = []

    def session() -> Session:
        open_sessions.append(psycopg.connect(**books_database))
        return open_sessions[-1]

    yield session
    for opened in open_sessions:
        opened.close()


def write_journal(session: Session, key: str, *, reverses: int | None = None, **fields: Any) -> int:
    """A journal row by hand, without lines; its id."""
    values = {"book_date": "2026-03-02", "period_id": 1, "currency": "usd", "kind": "sale", "memo": "", **fields}
    values |= {"posting_key": key, "content_sha256": "0" * 64, "recorded_at": "2026-03-02", "reverses_id": reverses}
    statement = sql.SQL("INSERT INTO ledger_journal ({}) VALUES ({}) RETURNING id").format(
        sql.SQL(", ").join(map(sql.Identifier, values)), sql.SQL(", ").join(map(sql.Placeholder, values))
    )
    row = session.execute(statement, values).fetchone()
    assert row is not None
    return int(row[0])


def write_lines(session: Session, journal: int, *lines: tuple[str, int]) -> None:
    """Lines by hand, in one statement."""
    session.execute(
        "INSERT INTO ledger_line (journal_id, account_id, cents, magazine, issue, offer, source)"
        " SELECT %s, account, cents, '', '', '', '' FROM unnest(%s::text[], %s::bigint[]) AS t(account, cents)",
        [journal, [account for account, _ in lines], [cents for _, cents in lines]],
    )


def write_sale(session: Session, key: str = "sale:1", cents: int = 1995) -> int:
    journal = write_journal(session, key)
    write_lines(session, journal, ("1010", cents), ("2100", -cents))
    session.commit()
    return journal
