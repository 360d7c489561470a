"""The migrated database that tests are cloned from: made once per server, and kept as a dump for the next session.

Django renders every model anew for many of its migrations, which takes far longer than PostgreSQL needs for the tables.
The dump lies in `var`, named after all files of migrations, so that a change of one makes another.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import django
import psycopg
from psycopg import sql

from demo.postgres_binaries import Binaries, PostgresIsMissing, find_binaries

HOME = Path(__file__).resolve().parent.parent
DUMPS = HOME / "var" / "test-schemas"
READY = "ready"
ONE_AT_A_TIME = 736_182_940


def template(server_url: str) -> str:
    """The name of a database of this server with all migrations; whoever comes second waits for the first."""
    name = f"migrated_{fingerprint()}"
    with psycopg.connect(_in(server_url, "postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        told = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        if server.execute(told, [name]).fetchone() != (READY,):
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            _fill(_in(server_url, name), DUMPS / f"{name}.sql")
            server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(READY)))
    return name


def fingerprint() -> str:
    """Of every file that says what the tables are."""
    seen = hashlib.sha256(f"{django.VERSION} {sys.version_info}".encode())
    for folder in ("foundation", "subscriptions", "orders", "web", "config", "requirements"):
        for file in sorted((HOME / folder).rglob("*")):
            if (file.suffix in (".py", ".sql") and "migrations" in file.parts) or file.suffix == ".lock":
                seen.update(str(file.relative_to(HOME)).encode() + b"\0" + file.read_bytes())
    return seen.hexdigest()[:20]


def _fill(url: str, dump: Path) -> None:
    binaries = _own_binaries()
    if binaries is not None and dump.exists():
        _run(
            [binaries.folder / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, url], stdout=subprocess.DEVNULL
        )
        return
    _run([sys.executable, "manage.py", "migrate", "-v0"], env={**os.environ, "DATABASE_URL": url})
    if binaries is not None:
        dump.parent.mkdir(parents=True, exist_ok=True)
        half = dump.with_suffix(f".{os.getpid()}")
        _run([binaries.folder / "pg_dump", "--no-owner", "-f", half, url])
        half.replace(dump)
        for old in sorted(dump.parent.glob("*.sql"), key=lambda file: file.stat().st_mtime)[:-5]:
            old.unlink()


def _own_binaries() -> Binaries | None:
    """The programs of the server that tests bring with them; another server may be of another version."""
    try:
        found = find_binaries()
    except PostgresIsMissing:
        return None
    return found if (found.folder / "pg_dump").exists() and (found.folder / "psql").exists() else None


def _run(command: list[str | Path], **how: object) -> None:
    subprocess.run(command, check=True, cwd=HOME, **how)  # type: ignore[call-overload]


def _in(url: str, database: str) -> str:
    head, mark, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{database}{mark}{query}"
