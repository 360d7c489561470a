"""What `bench.release` measures at one size, in a process of its own. Prints one JSON object.

    python -m bench.release_side pairs --pairs 5    (P1, P2, P3)
    python -m bench.release_side memory             (P1: the peak of one label file in a fresh process)

Finds its database in DATABASE_URL.
"""

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import django
import psycopg
from psycopg import sql

HEAD = "COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *)"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["pairs", "memory"])
    parser.add_argument("--pairs", type=int, default=5)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
        os.environ["MASTHEAD_VAR"] = folder
        # No broker: a wake-up would only be lost, and its reconnecting would be measured.
        os.environ["CELERY_BROKER_URL"] = "memory://"
        django.setup()
        found = memory(Path(folder)) if chosen.what == "memory" else pairs(Path(folder), chosen.pairs)
    print(json.dumps(found))


def pairs(folder: Path, count: int) -> dict[str, Any]:
    """Seconds of ours and theirs, in turns, for the whole release and for the file alone; and what the pull wrote."""
    from subscriptions.fulfillment.actions.drawing import PLANNING
    from subscriptions.fulfillment.exports.label_file import IN_ORDER

    release_pairs: list[tuple[float, float]] = []
    terms: list[dict[str, float]] = []
    run: Any = None
    for number in range(count):
        run = _asked()
        query = _live_query(run)
        with _terms_writes(terms):
            release_pairs.append(_in_turns(number, partial(_release, run), partial(_psql, query, folder, PLANNING)))
        run.refresh_from_db()
    file_pairs = [
        # Several processes would give psql another file: the same records in no order.
        _in_turns(number, partial(_file, run), partial(_psql, _frozen_query(run), folder, IN_ORDER))
        for number in range(count)
    ]
    return {"release": release_pairs, "file": file_pairs, "terms": terms, "rows": run.rows, "raw": _raw()}


def _in_turns(number: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float]:
    """Seconds of ours and of theirs; who goes first changes from pair to pair."""
    if number % 2:
        first = ours()
        return first, theirs()
    second = theirs()
    return ours(), second


def memory(folder: Path) -> dict[str, Any]:
    """The peak resident size in MB after one label file of the released run."""
    from subscriptions.fulfillment.models import LabelRun

    _file(LabelRun.objects.exclude(state="voided").get(pulled_at__isnull=False))
    return {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _asked() -> Any:
    """A run whose release has been asked for; the one before it is voided, so that each pulls the same issue."""
    from foundation.actors import system
    from subscriptions.catalog.models import Issue
    from subscriptions.fulfillment import actions
    from subscriptions.fulfillment.models import LabelRun

    by, now = system("bench"), dt.datetime.now(dt.UTC)
    for old in LabelRun.objects.exclude(state="voided"):
        LabelRun.objects.filter(pk=old.pk).update(leased_until=None)
        actions.void(run_id=old.pk, reason="the next measurement", by=by, now=now)
    issue = Issue.objects.filter(state="planned").order_by("magazine_id", "ordinal")[
        0
    ]  # the first magazine: orders brings another
    run = actions.plan_run(issue_id=issue.pk, by=by, now=now)
    actions.ask_rehearsal(run_id=run.pk, by=by, now=now)
    actions.work_off_runs(now=now)
    actions.approve(run_id=run.pk, by=by, now=now)
    actions.ask_release(run_id=run.pk, by=by, now=now)
    return LabelRun.objects.select_related("issue__magazine").get(pk=run.pk)


def _release(run: Any) -> float:
    from subscriptions.fulfillment import actions

    begun = time.perf_counter()
    actions.work_off_runs(now=dt.datetime.now(dt.UTC))
    taken = time.perf_counter() - begun
    run.refresh_from_db()
    if run.state != "released":
        raise RuntimeError(f"The run is {run.state}: {run.last_error}")
    return taken


def _file(run: Any) -> float:
    from subscriptions.fulfillment.actions import export_again

    begun = time.perf_counter()
    export_again(run.pk)
    return time.perf_counter() - begun


def _live_query(run: Any) -> sql.Composed:
    """The same labels straight from the living tables: what one would give psql without Masthead."""
    from subscriptions.fulfillment.actions.pull import printed_facts
    from subscriptions.fulfillment.queries.pull import file_of, pull_of

    pull = pull_of(run)
    run.printed = printed_facts(pull.magazine, pull.issue)
    labels = pull.labels(lines=sql.SQL("({})").format(pull.lines()), serial_first=pull.magazine.next_serial)
    # Its window has put the labels in order; asking for the order again would only slow psql down.
    return file_of(run, table=sql.SQL("({}) drawn").format(labels), ordered=False)


def _frozen_query(run: Any) -> sql.Composed:
    from subscriptions.fulfillment.queries.pull import file_of
    from subscriptions.fulfillment.queries.tables import partition

    # As ours does: the rows lie in file order.
    return file_of(run, table=sql.Identifier(partition(run.issue_id)), ordered=False)


def _psql(query: sql.Composed, folder: Path, planning: Mapping[str, str]) -> float:
    """Seconds of `COPY (query) TO STDOUT` into a file, planned as ours is, without psql's own start."""
    text = sql.SQL(HEAD).format(query).as_string()
    settings = "".join(f"SET {name} = '{value}'; " for name, value in planning.items())
    idle = min(_psql_run("SELECT 1", folder) for _ in range(3))
    return _psql_run(settings + text, folder) - idle


def _psql_run(text: str, folder: Path) -> float:
    from bench.psql import command

    with (folder / "raw.csv").open("wb") as target:
        begun = time.perf_counter()
        subprocess.run(command(os.environ["DATABASE_URL"]), input=text.encode(), stdout=target, check=True)
        return time.perf_counter() - begun


def _raw() -> str:
    from bench.psql import described

    return described()


@contextmanager
def _terms_writes(found: list[dict[str, float]]) -> Iterator[None]:
    """How many rows of the terms the release writes, and the milliseconds of the statements that do it."""
    from django.db import connection

    spent = 0.0

    def timed(execute: Callable[..., Any], text: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        begun = time.perf_counter()
        answer = execute(text, params, many, context)
        words = text if isinstance(text, str) else text.as_string()
        if any(f"{verb} {table}" in words.replace('"', "") for verb in VERBS for table in TERMS):
            spent += time.perf_counter() - begun
        return answer

    before = _written()
    with connection.execute_wrapper(timed):
        yield
    found.append({"rows": _written() - before, "ms": spent * 1000})


VERBS = ("INSERT INTO", "UPDATE", "DELETE FROM")
TERMS = ("terms_term", "terms_pause", "terms_subscription", "terms_shipto", "catalog_issue", "catalog_magazine")


def _written() -> int:
    from django.db import connection

    with connection.cursor() as ours:
        # A backend reports what it has written now and then. Closed instead, the next pull would be measured on a new
        # one, which first reads the catalog of the database; a worker keeps its connection.
        ours.execute("SELECT pg_stat_force_next_flush()")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
        time.sleep(0.3)
        row = own.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [list(TERMS)],
        ).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main()
