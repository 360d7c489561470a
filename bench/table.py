"""One line of the table of promises."""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A promise at one size. `ours` and `theirs` are in `unit`; `ratio` is the median of the ratios pair by pair."""

    promise: str
    what: str
    size: int
    unit: str
    ours: float
    theirs: float | None
    ratio: float | None
    limit: float
    holds: bool
    note: str = ""
    # Some promises are made for one size; the others are shown beside it.
    promised: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def against(
    promise: str,
    what: str,
    *,
    size: int,
    pairs: list[tuple[float, float]],
    limit: float,
    note: str = "",
    promised: bool = True,
) -> Row:
    """A ratio of seconds: ours to theirs, pair by pair, in the order in which they ran."""
    ratio = median(ours / theirs for ours, theirs in pairs)
    return Row(
        promise=promise,
        what=what,
        size=size,
        unit="s",
        ours=median(ours for ours, _ in pairs),
        theirs=median(theirs for _, theirs in pairs),
        ratio=ratio,
        limit=limit,
        holds=ratio <= limit,
        note=note,
        promised=promised,
    )


def below(promise: str, what: str, *, size: int, unit: str, ours: float, limit: float, note: str = "") -> Row:
    """A plain upper limit, in its own unit."""
    return Row(promise, what, size, unit, ours, None, None, limit, ours <= limit, note)


def printed(rows: list[Row]) -> str:
    """The table as people read it."""
    lines = [f"{'':4} {'':44} {'size':>9} {'ours':>12} {'theirs':>12} {'ratio':>7} {'limit':>7}  "]
    for row in rows:
        theirs = "" if row.theirs is None else f"{row.theirs:.3f} {row.unit}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
        limit = f"{row.limit:g}x" if row.ratio is not None else f"{row.limit:g} {row.unit}"
        verdict = "holds" if row.holds else "DOES NOT HOLD" if row.promised else "more, as not promised here"
        ours = f"{row.ours:.3f} {row.unit}"
        lines.append(
            f"{row.promise:4} {row.what:44} {row.size:>9,} {ours:>12} {theirs:>12} {ratio:>7} {limit:>7}  {verdict}"
            + (f" ({row.note})" if row.note else "")
        )
    return "\n".join(lines)
