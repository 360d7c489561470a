"""A report as a plain table with its run header, whatever the format."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "date", "cents", "count"]


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names the value in JSON, `label` heads the column for people."""

    key: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """`header` is the run header in order: filters, zone, times, control totals. Cents stay integers here."""

    name: str
    title: str
    currency: str
    header: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    totals: Mapping[str, int]
    generated_at: dt.datetime

    @property
    def run_header(self) -> list[tuple[str, str]]:
        return [("Report", self.title), *self.header, ("Rows", str(len(self.rows)))]

    @property
    def control_totals(self) -> list[tuple[str, int]]:
        """What a person adds up again, by label, in cents."""
        return [(label_of(self.columns, key), cents) for key, cents in self.totals.items()]


def label_of(columns: Sequence[Column], key: str) -> str:
    labels = {column.key: f"Total {column.label.lower()}" for column in columns}
    return labels.get(key, key.removesuffix("_cents").replace("_", " ").capitalize())


def decimal(cents: int) -> str:
    """1995 as 19.95. Integer arithmetic: a float has no place near a cent."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
