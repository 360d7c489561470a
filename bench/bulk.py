"""What is done for everybody at once: a hold, an issue on top, a double among the issues to come (reference: terms)."""

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

from bench.databases import HOME, readers_database
from bench.table import Row

TIMES = 3
PROMISED_SIZE = 1_000_000
# Nobody else can change a subscription meanwhile: a person who asked waits for it, and a worker's lease is longer.
LIMIT_SECONDS = 120.0


def measure(url: str, sizes: Sequence[int]) -> list[Row]:
    """Each is done, timed and rolled back, in one process per size."""
    return [_row(size, each) for size in sizes for each in _side(readers_database(url, size=size))]


def _row(size: int, each: dict[str, Any]) -> Row:
    seconds = median(each["seconds"])
    return Row(
        promise="bulk",
        what=each["what"],
        size=size,
        unit="s",
        ours=seconds,
        theirs=None,
        ratio=None,
        limit=LIMIT_SECONDS,
        holds=seconds <= LIMIT_SECONDS,
        note=f"{each['reached']:,} subscriptions",
        promised=size == PROMISED_SIZE,
    )


def _side(database: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bulk"],
        check=True,
        cwd=HOME,
        env={**os.environ, "DATABASE_URL": database, "CELERY_BROKER_URL": "memory://"},
        stdout=subprocess.PIPE,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def main() -> None:
    """The side of ours: JSON on standard output. Finds its database in DATABASE_URL."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps([_timed(what, act) for what, act in _everything().items()]))


def _everything() -> dict[str, Callable[[], int]]:
    """What each does, and how many subscriptions it reaches."""
    from foundation import actors
    from subscriptions.catalog.models import Issue
    from subscriptions.terms import actions
    from subscriptions.terms.models import Term
    from subscriptions.terms.queries import Where

    issues = Issue.objects.filter(magazine__code="bench")
    coming = list(issues.filter(state="planned").order_by("ordinal")[:8])
    gone = issues.filter(state="pulled").order_by("-ordinal").first()
    assert gone is not None
    common: dict[str, Any] = {"by": actors.system("bench"), "now": coming[0].pull_at - dt.timedelta(minutes=30)}

    def hold() -> int:
        return actions.bulk_hold(
            from_issue_id=coming[1].pk, until_issue_id=coming[3].pk, reason_code="strike", where=Where(), **common
        ).held

    def extend() -> int:
        issues.filter(pk=gone.pk).update(state="mailed", mailed_on=common["now"].date())
        return actions.bulk_extend(issue_id=gone.pk, issues=1, reason_code="goodwill", where=Where(), **common).extended

    def double() -> int:
        actions.reweigh_issue(issue_id=coming[5].pk, weight=2, by=common["by"])
        return Term.objects.filter(predecessor__isnull=False).count()

    return {"hold two issues of everybody": hold, "one issue on top for everybody": extend, "make a double": double}


def _timed(what: str, act: Callable[[], int]) -> dict[str, Any]:
    seconds, reached = [], 0
    for _ in range(TIMES):
        with _taken_back():
            begun = time.perf_counter()
            reached = act()
            _check_all()
            seconds.append(time.perf_counter() - begun)
            _every_stepped_line_is_marked(what)
    return {"what": what, "seconds": seconds, "reached": reached}


def _check_all() -> None:
    """What a commit would check: terms that may not overlap among it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _every_stepped_line_is_marked(what: str) -> None:
    from subscriptions.terms.queries import stepped_mismatches

    if amiss := stepped_mismatches().count():
        raise RuntimeError(f"After “{what}” {amiss} terms of lines with a pause are not marked as stepped")


@contextmanager
def _taken_back() -> Iterator[None]:
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
