"""The migrated database that tests are cloned from: made once per server, and kept as a dump for the next session.

Django renders every model anew for many of its migrations, which takes far longer than PostgreSQL needs for the tables.
The dump lies in `var`, named after all files of migrations, so that a change of one makes another.
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import django
import psycopg
from psycopg import sql

from demo.postgres_binaries import Binaries, PostgresIsMissing, find_binaries

HOME = Path(__file__).resolve().parent.parent
DUMPS = HOME / "var" / "test-schemas"
READY = "ready"
KEPT, AN_HOUR = 5, 3600
ONE_AT_A_TIME = 736_182_940


def template(server_url: str) -> str:
    """The name of a database of this server with all migrations; whoever comes second waits for the first."""
    with psycopg.connect(_in(server_url, "postgres"), autocommit=True) as server:
        version = server.info.server_version // 10_000
        name = f"migrated_{fingerprint(version)}"
        server.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        told = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        if server.execute(told, [name]).fetchone() != (READY,):
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            _fill(_in(server_url, name), DUMPS / f"{name}.sql", version=version)
            server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(READY)))
    return name


def fingerprint(version: int) -> str:
    """Of every file that says what the tables are, for this major version of PostgreSQL."""
    seen = hashlib.sha256(f"{version} {django.VERSION} {sys.version_info}".encode())
    for folder in ("foundation", "subscriptions", "orders", "web", "config", "requirements"):
        for file in sorted((HOME / folder).rglob("*")):
            if (file.suffix in (".py", ".sql") and "migrations" in file.parts) or file.suffix == ".lock":
                seen.update(str(file.relative_to(HOME)).encode() + b"\0" + file.read_bytes())
    return seen.hexdigest()[:20]


def _fill(url: str, dump: Path, *, version: int) -> None:
    binaries = _own_binaries(version)
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
        tidy(dump.parent)


def tidy(folder: Path) -> None:
    """The five latest dumps stay. A half of an hour ago is what a killed session left; others may tidy meanwhile."""
    whole = sorted(folder.glob("migrated_*.sql"), key=_age)
    halves = [file for file in folder.glob("migrated_*") if file.suffix != ".sql" and _age(file) > AN_HOUR]
    for old in [*whole[KEPT:], *halves]:
        old.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _own_binaries(version: int) -> Binaries | None:
    """The programs that tests bring with them, for a server of their own version."""
    try:
        found = find_binaries()
    except PostgresIsMissing:
        return None
    whole = found.version == version and all((found.folder / name).exists() for name in ("pg_dump", "psql"))
    return found if whole else None


def _run(command: list[str | Path], **how: object) -> None:
    subprocess.run(command, check=True, cwd=HOME, **how)  # type: ignore[call-overload]


def _in(url: str, database: str) -> str:
    head, mark, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{database}{mark}{query}"
