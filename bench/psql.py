"""psql as the yardstick: found beside the server's programs; without one, a bare psycopg loop takes its place."""

import shutil
import sys
from pathlib import Path

from demo.postgres_binaries import PostgresIsMissing, find_binaries

# Reads one COPY from its input, and writes what comes as it comes.
BARE_LOOP = """
import sys, psycopg
*settings, copy = sys.stdin.read().split("; ")
with psycopg.connect(sys.argv[1]) as connection, connection.cursor() as cursor:
    for each in settings:
        cursor.execute(each)
    if copy.startswith("COPY"):
        with cursor.copy(copy) as rows:
            for row in rows:
                sys.stdout.buffer.write(row)
    else:
        cursor.execute(copy)
"""


def command(url: str) -> list[str]:
    """Runs the SQL from its input and writes COPY's bytes to its output."""
    psql = _psql()
    if psql is not None:
        return [str(psql), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-", url]
    return [sys.executable, "-c", BARE_LOOP, url]


def described() -> str:
    return "psql" if _psql() is not None else "no psql here: a bare psycopg loop"


def _psql() -> Path | None:
    try:
        beside = find_binaries().folder / "psql"
    except PostgresIsMissing:
        beside = Path("psql")
    if beside.exists():
        return beside
    found = shutil.which("psql")
    return Path(found) if found else None
