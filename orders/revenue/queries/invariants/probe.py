"""One question to the database whose only good answer is "none"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Probe:
    """`broken` is a query of one text column, the ids of what breaks invariant number `invariant`.

    `sentence` says what was found, for people; `{found}` stands for the number. Parameters of the query: %(now)s,
    %(today)s (book date) and %(since)s, the oldest pull whose frozen copies are read again.
    """

    invariant: int
    name: str
    sentence: str
    broken: str

    def ask(self, moment: Mapping[str, Any]) -> "Answer":
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) OVER (), id FROM ({self.broken}) AS broken (id) ORDER BY id LIMIT {EXAMPLES}",  # noqa: S608 (our own text)
                dict(moment),
            )
            rows = cursor.fetchall()
        return Answer(self, found=rows[0][0] if rows else 0, examples=[row[1] for row in rows])


@dataclass(frozen=True, slots=True)
class Answer:
    probe: Probe
    found: int
    examples: list[str]

    def as_finding(self) -> dict[str, Any]:
        return {
            "name": self.probe.name,
            "found": self.found,
            "sentence": self.probe.sentence.format(found=self.found) if self.found else "",
            "examples": self.examples,
        }
