"""Making drawn labels the copies of an issue: those above the first, the key, the partition; and the way back."""

from psycopg import sql

from subscriptions.fulfillment.actions.drawing import run
from subscriptions.fulfillment.queries.tables import COLUMNS, KEY, PARENT, partition


def add_copies_above_the_first(table: str) -> int:
    """A subscription with three copies has one record in the file and three copies; units count on the first."""
    changed = {"copy_no": sql.SQL("n::smallint"), "units": sql.SQL("0::smallint")}
    names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    values = sql.SQL(", ").join(changed.get(name, sql.Identifier(name)) for name in COLUMNS)
    return run(
        "INSERT INTO {} ({}) SELECT {} FROM {}, generate_series(2, copies) n WHERE copies > 1",
        sql.Identifier(table),
        names,
        values,
        sql.Identifier(table),
    )


def attach(table: str, *, issue_id: int) -> None:
    """Give a drawn table its key and make it the partition of its issue, which locks no reader of the others out."""
    name = sql.Identifier(table)
    # The check spares ATTACH a scan under its lock; one ALTER checks all columns in one pass.
    run(
        "ALTER TABLE {} {}, ADD CONSTRAINT of_its_issue CHECK (issue_id = {})",
        name,
        sql.SQL(", ").join(sql.SQL("ALTER {} SET NOT NULL").format(sql.Identifier(column)) for column in COLUMNS),
        sql.Literal(issue_id),
    )
    run("ALTER TABLE {} ADD PRIMARY KEY ({})", name, sql.SQL(", ").join(map(sql.Identifier, KEY)))
    run(
        "ALTER TABLE {} ATTACH PARTITION {} FOR VALUES IN ({})",
        sql.Identifier(PARENT),
        name,
        sql.Literal(issue_id),
    )
    run("ALTER TABLE {} DROP CONSTRAINT of_its_issue", name)


def drop_copies(*, issue_id: int) -> None:
    """Take the copies of an issue away, whole. Waits for whoever is reading copies."""
    name = sql.Identifier(partition(issue_id))
    run("ALTER TABLE {} DETACH PARTITION {}", sql.Identifier(PARENT), name)
    run("DROP TABLE {}", name)
