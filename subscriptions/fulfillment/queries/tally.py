"""What a run's labels add up to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from psycopg import sql

from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.pull import compose, records_of

SKIP = "skip"


class Group(NamedTuple):
    copy_class: str
    paid_code: str
    country: str
    state: str
    zip3: str
    has_plus4: bool
    reason: str
    records: int
    copies: int

    @property
    def paid_code_and_county(self) -> str:
        """As in the file: O outside of the county, F foreign. Which county is ours nobody has told the house."""
        return f"{self.paid_code}-{'F' if self.country else 'O'}"

    @property
    def country_name(self) -> str:
        return self.country or "UNITED STATES"


@dataclass(frozen=True, slots=True)
class Tally:
    """The groups of what is sent, and what is skipped by reason."""

    sent: tuple[Group, ...]
    skips: dict[str, int]

    @property
    def records(self) -> int:
        return sum(group.records for group in self.sent)

    @property
    def copies(self) -> int:
        return sum(group.copies for group in self.sent)

    @property
    def without_plus4(self) -> int:
        return sum(group.copies for group in self.sent if not group.country and not group.has_plus4)

    @property
    def abroad(self) -> int:
        return sum(group.copies for group in self.sent if group.country)

    def copies_by(self, name: str) -> dict[str, int]:
        """Copies by one column of the group, in alphabetical order; empty values are left out."""
        found: Counter[str] = Counter()
        for group in self.sent:
            if value := str(getattr(group, name)):
                found[value] += group.copies
        return dict(sorted(found.items()))


def tally(table: str, run: LabelRun) -> Tally:
    """:param table: drawn labels, or the copies of the run's issue"""
    with connection.cursor() as cursor:
        cursor.execute(compose("tally", {"table": sql.Identifier(table), **records_of(run)}))
        return _fold(Group(*row) for row in cursor.fetchall())


def _fold(groups: Iterable[Group]) -> Tally:
    skips: Counter[str] = Counter()
    sent = []
    for group in groups:
        if group.copy_class == SKIP:
            skips[group.reason] += group.records
        else:
            sent.append(group._replace(records=int(group.records), copies=int(group.copies)))
    return Tally(tuple(sorted(sent)), dict(sorted(skips.items())))
