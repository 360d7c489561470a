"""A PostgreSQL for the bench and one database of invented readers per size, kept for the next time."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from demo.postgres import PostgresServer

HOME = Path(__file__).resolve().parent.parent
# Durable, as in production: only sizes that fit the data, and room for the log of one release between two checkpoints.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "effective_cache_size": "4GB", "jit": "off"}


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of the server of `DATABASE_URL`, or of one of our own in `folder`."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    own = PostgresServer(folder, durable=True, settings=SETTINGS)
    try:
        yield own.start()
    finally:
        own.stop()


def readers_database(url: str, *, size: int, script: str = "readers") -> str:
    """The URL of a database with `size` readers who are owed the next issue, made if it is not there.

    :param script: which file of SQL invents them; `search` invents others, with names as people have them
    """
    kind = f"bench_{script}_{size}_"
    name = f"{kind}{_edition(script)}"
    target = _url_of(url, name)
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if known == ("ready",):
            return target
        older = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [kind])
        for (stale,) in older.fetchall():
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(stale)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        _fill(target, size, script)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS 'ready'").format(sql.Identifier(name)))
    return target


def _edition(script: str) -> str:
    """Another one when a migration or the script changes, and the databases are made anew."""
    made_of = [*sorted(HOME.glob("*/*/migrations/*.*")), Path(__file__).parent / f"{script}.sql"]
    seen = hashlib.sha256()
    for path in made_of:
        seen.update(f"{path.relative_to(HOME)}\n".encode() + path.read_bytes())
    return seen.hexdigest()[:8]


def _fill(url: str, size: int, script: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"], check=True, cwd=HOME, env={**os.environ, "DATABASE_URL": url}
    )
    text = (Path(__file__).parent / f"{script}.sql").read_text(encoding="utf-8")
    with psycopg.connect(url, autocommit=True) as connection:
        # Without parameters psycopg sends the whole script at once.
        connection.execute(text.replace("{n}", str(size)).encode())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _url_of(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
