"""P7: a clerk's search, as the API answers it: the first page, over a fixed mix of common, rare and vain searches."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from math import ceil

from bench.databases import HOME, readers_database
from bench.table import Row

PROMISED_SIZE = 1_000_000
LIMIT_MS = 100.0

Timed = tuple[str, str, float, int]


def measure(url: str, sizes: Sequence[int]) -> list[Row]:
    """A row for each kind of search and one for all of them, at each size. The promise is about all of them."""
    return [row for size in sizes for row in _rows(size, _side(readers_database(url, size=size, script="search")))]


def _rows(size: int, timed: list[Timed]) -> list[Row]:
    kinds = sorted({kind for kind, _, _, _ in timed})
    every = [_row(size, kind, [each for each in timed if each[0] == kind], promised=False) for kind in kinds]
    return [*every, _row(size, f"all {len(timed)} searches", timed, promised=size == PROMISED_SIZE)]


def _row(size: int, what: str, timed: list[Timed], *, promised: bool) -> Row:
    at_95 = percentile([ms for _, _, ms, _ in timed], 95)
    _, slowest, worst, _ = max(timed, key=lambda each: each[2])
    return Row(
        promise="P7",
        what=f"first page, 95 % of: {what}",
        size=size,
        unit="ms",
        ours=at_95,
        theirs=None,
        ratio=None,
        limit=LIMIT_MS,
        holds=at_95 <= LIMIT_MS,
        note=f"median {percentile([ms for _, _, ms, _ in timed], 50):.0f} ms, “{slowest}” {worst:.0f} ms",
        promised=promised,
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that at least so many of a hundred do not exceed."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def _side(database: str) -> list[Timed]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.search_side"],
        check=True,
        cwd=HOME,
        env={**os.environ, "DATABASE_URL": database, "CELERY_BROKER_URL": "memory://"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    timed: list[Timed] = json.loads(done.stdout)
    return timed
