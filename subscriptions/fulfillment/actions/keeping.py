"""Making drawn labels the copies of an issue: those above the first, the key, the partition; and the way back."""

from psycopg import sql

from subscriptions.fulfillment.actions.drawing import rows, run
from subscriptions.fulfillment.actions.refusals import IssueHasLaterRuns
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


def make_partition(*, issue_id: int) -> None:
    """An empty partition, for an issue that was pulled before Masthead kept its labels."""
    if not rows(sql.SQL("SELECT to_regclass({})").format(sql.Literal(partition(issue_id))))[0][0]:
        run("CREATE TABLE {} (LIKE {})", sql.Identifier(partition(issue_id)), sql.Identifier(PARENT))
        attach(partition(issue_id), issue_id=issue_id)


def add_copies(table: str, *, issue_id: int) -> int:
    """Put drawn labels beside the copies of their issue, and the copies above the first of each; how many rows.

    Those that cannot be sent are left out.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    values = sql.SQL(", ").join(
        sql.SQL("(copy_no + n)::smallint") if name == "copy_no" else sql.Identifier(name) for name in COLUMNS
    )
    return run(
        "INSERT INTO {} ({}) SELECT {} FROM {}, generate_series(0, copies - 1) n WHERE copy_class <> 'skip'"
        " ORDER BY rec_no, n",
        sql.Identifier(partition(issue_id)),
        names,
        values,
        sql.Identifier(table),
    )


def take_copies_away(*, issue_id: int, run_id: int) -> int:
    """The rows of one supplement or claims run; the guard of the copies lets no other go."""
    name = sql.Identifier(partition(issue_id))
    return run("DELETE FROM {} WHERE run_id = {}", name, sql.Literal(run_id))


def drop_copies(*, issue_id: int) -> None:
    """Take the copies of an issue away, whole. Waits for whoever is reading copies.

    :raises IssueHasLaterRuns: while a supplement or a claims run of the issue has copies there
    """
    name = sql.Identifier(partition(issue_id))
    if rows(sql.SQL("SELECT FROM {} WHERE purpose <> 1 LIMIT 1").format(name)):
        raise IssueHasLaterRuns("Void the supplements and claims runs of this issue first: they stand on its copies.")
    run("ALTER TABLE {} DETACH PARTITION {}", sql.Identifier(PARENT), name)
    run("DROP TABLE {}", name)
