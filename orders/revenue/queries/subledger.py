"""The sub-ledger of account 2100: what every term still owes, from terms and mailed copies alone.

No journal's cents are read here, and a term's served units are counted from its copies, not taken from their frozen
place: so that a difference to the ledger means something.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from orders.revenue.rules import Step

# What was sold by day, with the units consumed elsewhere (`carried`) as served from the first day.
SOLD = """
    SELECT t.sold_on, t.magazine_cents, t.postage_cents, t.units,
           greatest(0, least(t.units, t.carried - t.credit)) AS served, count(*)
    FROM terms_term t
    JOIN terms_subscription s ON s.id = t.subscription_id JOIN catalog_magazine m ON m.id = s.magazine_id
    WHERE t.currency = %(currency)s AND (%(magazine)s::text IS NULL OR m.code = %(magazine)s::text)
    GROUP BY 1, 2, 3, 4, 5
"""
# The life of each term as a list of copies, span * 8 + units, in no order; then how many terms lived alike. A copy is
# looked at once and nothing is sorted: half the time of sums by term and span. The day of a run is its book date.
SERVED = """
    WITH run AS (
        SELECT r.id, r.issue_id,
               width_bucket((coalesce(j.book_date, r.mailed_on) - date '2000-01-01')::int, %(bounds)s::int[]) AS span
        FROM fulfillment_labelrun r
        JOIN catalog_issue i ON i.id = r.issue_id JOIN catalog_magazine m ON m.id = i.magazine_id
        LEFT JOIN revenue_runposting p ON p.run_uuid = r.uuid AND p.currency = %(currency)s
        LEFT JOIN ledger_journal j ON j.id = p.journal_id
        WHERE r.state = 'mailed' AND (%(magazine)s::text IS NULL OR m.code = %(magazine)s::text)
    ),
    life AS (
        SELECT c.term_id, array_agg(run.span * 8 + c.units) AS copies
        FROM run JOIN fulfillment_copy c ON c.issue_id = run.issue_id AND c.run_id = run.id
        WHERE c.purpose = 1 AND c.units > 0
        GROUP BY c.term_id
    )
    SELECT l.copies, t.magazine_cents, t.postage_cents, t.units, t.carried - t.credit AS elsewhere, count(*)
    FROM life l JOIN terms_term t ON t.id = l.term_id
    WHERE t.currency = %(currency)s
    GROUP BY 1, 2, 3, 4, 5
"""
# Why the promised length changed, in units; perpetual terms have none.
ENTRIES = """
    SELECT CASE e.kind WHEN 'bought' THEN t.sold_on ELSE (e.at AT TIME ZONE m.book_time_zone)::date END AS day,
           e.kind, sum(e.units)
    FROM terms_entry e JOIN terms_term t ON t.id = e.term_id
    JOIN terms_subscription s ON s.id = t.subscription_id JOIN catalog_magazine m ON m.id = s.magazine_id
    WHERE t.currency = %(currency)s AND t.units IS NOT NULL
      AND (%(magazine)s::text IS NULL OR m.code = %(magazine)s::text)
    GROUP BY 1, 2
"""
EPOCH = dt.date(2000, 1, 1)


@dataclass(slots=True)
class Span:
    """What happened between two bounds: cents of liability added and earned, units by kind of entry and served."""

    sold_cents: int = 0
    earned_magazine_cents: int = 0
    earned_postage_cents: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    served_units: int = 0

    @property
    def change_cents(self) -> int:
        return self.sold_cents - self.earned_magazine_cents - self.earned_postage_cents

    def earn(self, magazine_cents: int, postage_cents: int, *, step: Step, terms: int) -> None:
        self.earned_magazine_cents += terms * step.earns(magazine_cents)
        self.earned_postage_cents += terms * step.earns(postage_cents)


def spans(*, bounds: Sequence[dt.date], currency: str, magazine: str | None) -> list[Span]:
    """One span before the first bound, one between each pair, and one from the last bound on."""
    asked = {"currency": currency, "magazine": magazine, "bounds": [(day - EPOCH).days for day in bounds]}
    found = [Span() for _ in range(len(bounds) + 1)]
    for sold_on, magazine_cents, postage_cents, units, served, terms in rows(SOLD, asked):
        span = found[place(sold_on, bounds)]
        span.sold_cents += terms * (magazine_cents + postage_cents)
        span.earn(magazine_cents, postage_cents, step=Step(units, 0, served), terms=terms)
    for copies, magazine_cents, postage_cents, units, elsewhere, terms in rows(SERVED, asked):
        for number, served, step in life(copies, units=units, elsewhere=elsewhere):
            found[number].earn(magazine_cents, postage_cents, step=step, terms=terms)
            found[number].served_units += 0 if units is None else served * terms
    for day, kind, units in rows(ENTRIES, asked):
        found[place(day, bounds)].entries[kind] += int(units)
    return found


def life(copies: Sequence[int], *, units: int | None, elsewhere: int) -> Iterator[tuple[int, int, Step]]:
    """The spans in which a term was served, in order: number of the span, units served, and the step they make."""
    by_span: Counter[int] = Counter()
    for copy in copies:
        by_span[copy // 8] += copy % 8
    so_far = elsewhere
    for number in sorted(by_span):
        before, so_far = so_far, so_far + by_span[number]
        yield number, by_span[number], Step(units, max(0, before), max(0, so_far))


def liability_cents(*, until: dt.date, currency: str = "usd", magazine: str | None = None) -> int:
    """What all terms together still owe in unserved issues at the beginning of the day `until`."""
    return spans(bounds=[until], currency=currency, magazine=magazine)[0].change_cents


def place(day: dt.date, bounds: Sequence[dt.date]) -> int:
    return sum(bound <= day for bound in bounds)


def rows(query: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())
