"""P1, P2 and P3: the label file, the whole release, and what a pull writes to the terms, against psql's raw COPY."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from bench.databases import HOME, readers_database
from bench.table import Row, against, below

PAIRS = 5
PROMISED_SIZE = 1_000_000
FILE_LIMIT, RELEASE_LIMIT, MEMORY_LIMIT, TERMS_LIMIT = 1.10, 1.6, 20.0, 5.0


def measure(url: str, sizes: Sequence[int], pairs: int = PAIRS) -> list[Row]:
    """Both sides in turns on the same server, in one process per size; the memory in fresh processes."""
    rows: list[Row] = []
    peaks: dict[int, float] = {}
    for size in sizes:
        database = readers_database(url, size=size)
        found = _side(database, "pairs", "--pairs", str(pairs))
        peaks[size] = _side(database, "memory")["peak_mb"]
        rows += _rows(size, found)
    smallest, largest = min(sizes), max(sizes)
    rows.append(
        below(
            "P1",
            f"memory above that for {smallest:,} labels",
            size=largest,
            unit="MB",
            ours=peaks[largest] - peaks[smallest],
            limit=MEMORY_LIMIT,
        )
    )
    return rows


def _rows(size: int, found: dict[str, Any]) -> list[Row]:
    terms = found["terms"]
    milliseconds = median(each["ms"] for each in terms)
    written = sorted({each["rows"] for each in terms})
    # A small run is over before its fixed costs are: locks, commits, the page for the printer.
    same: dict[str, Any] = {"size": size, "note": found["raw"], "promised": size == PROMISED_SIZE}
    return [
        against("P1", "label file with SHA-256", pairs=found["file"], limit=FILE_LIMIT, **same),
        against("P2", "whole release", pairs=found["release"], limit=RELEASE_LIMIT, **same),
        below(
            "P3",
            "what a pull writes to calendar and terms",
            size=size,
            unit="ms",
            ours=milliseconds,
            limit=TERMS_LIMIT,
            note=f"{' or '.join(map(str, written))} rows",
        ),
    ]


def _side(database: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.release_side", *arguments],
        check=True,
        cwd=HOME,
        env={**os.environ, "DATABASE_URL": database},
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
