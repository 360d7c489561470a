"""Drawing the labels of an issue into a table of their own: what a rehearsal counts, and what a release keeps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from subscriptions.fulfillment.queries.pull import Pull

# Sorting a million labels and building their key in memory; each of the parallel workers may use as much.
# A pull reads most of every table, which the planner cannot guess from conditions on a clock: it would look rows up one
# by one.
PLANNING = {
    "work_mem": "192MB",
    "maintenance_work_mem": "256MB",
    "hash_mem_multiplier": "2",
    "enable_nestloop": "off",
}


def draw(pull: Pull, *, into: str, serial_first: int, keep: bool) -> int:
    """Write one row for each entitled subscription into a new table, and answer how many.

    Those that cannot be sent come last, with class `skip`. Inside a transaction. `keep=False` is for a table that will
    be dropped, and spares the write-ahead log.
    """
    lines = f"{into}_line"
    _plan_with(PLANNING)
    run("CREATE UNLOGGED TABLE {} AS {}", sql.Identifier(lines), pull.lines())
    run("ANALYZE {}", sql.Identifier(lines))
    labels = pull.labels(lines=sql.Identifier(lines), serial_first=serial_first)
    drawn = run("CREATE {} TABLE {} AS {}", sql.SQL("" if keep else "UNLOGGED"), sql.Identifier(into), labels)
    run("DROP TABLE {}", sql.Identifier(lines))
    _plan_with({"enable_nestloop": "on"})  # what follows looks up few rows
    return drawn


def _plan_with(settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        run("SELECT set_config({}, {}, true)", sql.Literal(name), sql.Literal(value))


def entitled(pull: Pull) -> tuple[int, int]:
    """Subscriptions and copies that the issue owes, counted on another road than `draw` takes."""
    subscriptions, copies = rows(pull.entitled())[0]
    return int(subscriptions), int(copies)


def run(text: str, *parts: sql.Composable) -> int:
    """Execute one statement and answer its row count."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(*parts))
        return int(cursor.rowcount)


def rows(statement: sql.Composable) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found
