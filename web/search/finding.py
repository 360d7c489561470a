"""One page of a search: each meaning in turn until the page is full, and where the next one goes on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connection, transaction

from subscriptions.readers.models import Reader
from subscriptions.readers.queries import reader_in_force
from web.search.asked import Kind, meanings
from web.search.hits import Hit, hits
from web.search.lookups import Lookup, lookups

PAGE = 25
# More digits than a row has, and PostgreSQL would compare it as another kind of number, past every index.
_LONGEST_ROW = 18


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `after` is where the next one goes on, empty when this is the last; `tried` says what was looked
    for, in words, up to where this page ends."""

    hits: Sequence[Hit]
    after: str
    tried: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    row_id: int
    reader_id: int
    kind: Kind

    @property
    def place(self) -> str:
        return f"{self.code}-{self.row_id}"


def find(typed: str, *, after: str = "") -> Found:
    """Readers by name, mail address, number or keyline, order, ZIP, street, card or telephone; the nearest first.

    :param after: the `after` of the page before; one that leads nowhere begins at the first page
    """
    asked = meanings(typed)
    steps = [lookup for meaning in asked for lookup in lookups(meaning)]
    with by_index():
        rows = _page(steps, after)
    shown = rows[:PAGE]
    reached = {row.kind for row in rows} if len(rows) > PAGE else {meaning.kind for meaning in asked}
    return Found(
        hits=_hits(shown),
        after=shown[-1].place if len(rows) > PAGE else "",
        tried=tuple(m.said for m in asked if m.kind in reached or not m.value),
    )


def _page(steps: Sequence[Lookup], after: str) -> list[_Row]:
    """Up to one row more than a page holds, each reader once."""
    code, _, row = after.partition("-")
    is_row = row.isdecimal() and len(row) <= _LONGEST_ROW
    begin = next((n for n, step in enumerate(steps) if step.code == code and is_row), None)
    found: dict[int, _Row] = {}
    planned: bool | None = None
    for step in steps[begin or 0 :]:
        behind = int(row) if begin is not None and step.code == code else None
        if step.is_last_resort and behind is None and (found or begin is not None):
            continue
        if step.is_bitmap is not planned:
            plan_for(step)
            planned = step.is_bitmap
        while len(found) <= PAGE:
            room = PAGE + 1 - len(found)
            rows = _run(step, behind=behind, limit=room)
            for row_id, reader_id in rows:
                found.setdefault(reader_id, _Row(step.code, row_id, reader_id, step.kind))
            if len(rows) < room:
                break
            behind = rows[-1][0]
    return list(found.values())


def _run(step: Lookup, *, behind: int | None, limit: int) -> list[tuple[int, int]]:
    """Rows and readers of a lookup in the order of its key, those behind a row only."""
    values = {**step.values, "limit": limit, "behind": behind}
    beyond = ""
    with connection.cursor() as cursor:
        if behind is not None:
            cursor.execute(f"select key from ({step.sql}) c where row = %(behind)s", values)  # noqa: S608
            if key := cursor.fetchone():
                beyond = ' where (key collate "C", row) > (%(key)s, %(behind)s)'
                values["key"] = key[0]
        cursor.execute(statement(step, beyond), values)
        return [(row, reader) for row, reader in cursor.fetchall()]


def statement(step: Lookup, beyond: str = "") -> str:
    return f'select row, reader from ({step.sql}) c{beyond} order by key collate "C", row limit %(limit)s'  # noqa: S608


@contextmanager
def by_index() -> Iterator[None]:
    """Whatever is asked inside is answered by an index.

    Seeing a limit, the planner would rather read the table from the front until it has enough; where those who match
    stand at the end, that is all of it.
    """
    with transaction.atomic():
        yield
        _set(enable_seqscan="on", enable_indexscan="on", enable_indexonlyscan="on")


def plan_for(step: Lookup) -> None:
    """An index of words answers with a bitmap only; without this, a walk along the primary key may look cheaper."""
    other = "off" if step.is_bitmap else "on"
    _set(enable_seqscan="off", enable_indexscan=other, enable_indexonlyscan=other)


def _set(**settings: str) -> None:
    calls = ", ".join(f"set_config('{name}', %s, true)" for name in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"select {calls}", list(settings.values()))


def _hits(rows: Sequence[_Row]) -> list[Hit]:
    """Whoever was merged is shown as the reader in force, once."""
    readers = Reader.objects.select_related("merged_into").in_bulk([row.reader_id for row in rows])
    why: dict[int, tuple[_Row, Reader]] = {}
    in_force: list[Reader] = []
    for row in rows:
        reader = reader_in_force(readers[row.reader_id])
        if reader.pk not in why:
            why[reader.pk] = (row, readers[row.reader_id])
            in_force.append(reader)
    return [_with_reason(hit, *why[hit.reader.pk]) for hit in hits(in_force)]


def _with_reason(hit: Hit, row: _Row, found: Reader) -> Hit:
    by_address = row.kind in ("zip", "postcode", "address")
    is_earlier = by_address and hit.address is not None and hit.address.pk != row.row_id
    matched = "an earlier address" if is_earlier else _MATCHED[row.kind]
    return replace(hit, matched=matched, alias=found if found.pk != hit.reader.pk else None)


_MATCHED: dict[Kind, str] = {
    "email": "mail address",
    "number": "account number",
    "order": "order",
    "card": "card",
    "telephone": "telephone",
    "zip": "ZIP code",
    "postcode": "postcode",
    "name": "name",
    "address": "address",
}
