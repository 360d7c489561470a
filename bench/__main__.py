"""`make bench`: measures the promises side by side and prints a table of ratios. BENCH_ARGS="--only P4 P9 --strict"."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench.databases import HOME, server
from bench.table import Row, printed

SIZES = [10_000, 100_000, 1_000_000]
FOLDER = HOME / "var" / "bench"


def main() -> int:
    arguments = options().parse_args()
    rows: list[Row] = []
    with server(arguments.folder) as url:
        for promises, measure in measures().items():
            if not arguments.only or set(arguments.only) & set(promises.split()):
                print(f"Measuring {promises} ...", file=sys.stderr, flush=True)
                rows += measure(url, arguments.sizes)
                print(printed(rows[-len(SIZES) * 3 :]), file=sys.stderr, flush=True)
    print(printed(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps([row.as_json() for row in rows], indent=1))
    return verdict(rows) if arguments.strict else 0


def verdict(rows: list[Row]) -> int:
    """1 when a promise is missed at a size that it is made for. A busy machine misses some by itself."""
    return int(any(row.promised and not row.holds for row in rows))


def measures() -> dict[str, Callable[[str, list[int]], list[Row]]]:
    """Each measures the promises of its name at the sizes asked for; some know one size only."""
    from bench import bulk, orders, payments, postgres, release, search  # each brings up Django or processes of its own

    return {
        "P1 P2 P3": release.measure,
        "bulk": bulk.measure,
        "P4": orders.measure,
        "P7": search.measure,
        "P9": lambda url, sizes: postgres.measure(),
        "P10": payments.measure,
    }


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="readers on file")
    parser.add_argument("--only", nargs="+", help="promises: P4 P9")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the database lives; kept for the next time")
    parser.add_argument("--strict", action="store_true", help="end with 1 when a promise is missed")
    parser.add_argument("--json", type=Path, help="write the rows there too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
