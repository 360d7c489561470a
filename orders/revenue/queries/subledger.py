"""The sub-ledger of account 2100: what every term still owes, from terms and mailed copies alone.

No journal's cents are read here, and a term's served units are counted from its copies, not taken from their frozen
place: so that a difference to the ledger means something. A term that ended has let go of what was not served; a term
that goes on from it was sold for that on the same day, so that a split changes nothing here.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from orders.revenue.queries.entries import MOVING, UNITS
from orders.revenue.rules import Standing, Step

# By term, the entries of the expire ledger that move its revenue at a moment of their own; and whose have been posted.
MOVED = f"""
    SELECT e.term_id, sum(e.units) AS units FROM terms_entry e WHERE {MOVING} GROUP BY e.term_id
"""  # noqa: S608 (our own text)
OF_MAGAZINE = "(%(magazine)s::text IS NULL OR m.code = %(magazine)s::text)"
SPAN = "width_bucket(({day} - date '2000-01-01')::int, %(bounds)s::int[])"
# What was sold by day, with the units consumed elsewhere as served from the first day: before a takeover, say.
SOLD = f"""
    WITH moved AS ({MOVED})
    SELECT t.sold_on, t.magazine_cents, t.postage_cents, {UNITS} AS units,
           greatest(0, least(t.units, t.carried - t.credit + coalesce(moved.units, 0))) AS served, count(*)
    FROM terms_term t
    JOIN terms_subscription s ON s.id = t.subscription_id JOIN catalog_magazine m ON m.id = s.magazine_id
    LEFT JOIN moved ON moved.term_id = t.id
    WHERE t.currency = %(currency)s AND {OF_MAGAZINE}
    GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 (our own text)
# What ended terms have let go of: the price of another term, or somebody's refund. And what is earned at once, because
# a term without an end has ended.
ENDED = f"""
    SELECT t.ended_on AS day, sum(t.released_magazine_cents + t.released_postage_cents) AS released, 0 AS magazine, 0
    FROM terms_term t
    JOIN terms_subscription s ON s.id = t.subscription_id JOIN catalog_magazine m ON m.id = s.magazine_id
    WHERE t.ended_on IS NOT NULL AND t.currency = %(currency)s AND {OF_MAGAZINE}
    GROUP BY 1
    UNION ALL
    SELECT p.book_date, 0,
           sum(t.magazine_cents - t.released_magazine_cents), sum(t.postage_cents - t.released_postage_cents)
    FROM revenue_entryposting p JOIN terms_term t ON t.id = p.term_id
    JOIN terms_subscription s ON s.id = t.subscription_id JOIN catalog_magazine m ON m.id = s.magazine_id
    WHERE t.ended_on IS NOT NULL AND t.cut = 0 AND t.currency = %(currency)s AND {OF_MAGAZINE}
    GROUP BY 1
"""  # noqa: S608 (our own text)
# Digital access by day: what was sold and let go of, and what it has earned in the months that are posted, each on its
# book date, counted again from the days.
ACCESS_DAYS = "greatest(0, least({at}, a.until_on, coalesce(a.ended_on, a.until_on)) - a.from_on)"
ACCESS_EARNED = f"a.price_cents * {ACCESS_DAYS} / (a.until_on - a.from_on)"
ACCESS = f"""
    SELECT a.sold_on AS day, sum(a.price_cents) AS sold, 0 AS earned, 0 AS released
    FROM terms_accessterm a JOIN catalog_magazine m ON m.id = a.magazine_id
    WHERE a.currency = %(currency)s AND {OF_MAGAZINE}
    GROUP BY 1
    UNION ALL
    SELECT a.ended_on, 0, 0, sum(a.released_cents)
    FROM terms_accessterm a JOIN catalog_magazine m ON m.id = a.magazine_id
    WHERE a.currency = %(currency)s AND a.ended_on IS NOT NULL AND {OF_MAGAZINE}
    GROUP BY 1
    UNION ALL
    SELECT p.book_date, 0,
           sum({ACCESS_EARNED.format(at="p.until")}
               - CASE WHEN a.sold_on < p.first_day THEN {ACCESS_EARNED.format(at="p.first_day")} ELSE 0 END), 0
    FROM revenue_accessposting p JOIN catalog_magazine m ON m.id = p.magazine_id
    JOIN terms_accessterm a ON a.magazine_id = p.magazine_id AND a.currency = p.currency AND a.sold_on < p.until
                           AND a.from_on < p.until
    WHERE p.currency = %(currency)s AND {OF_MAGAZINE}
    GROUP BY 1
"""  # noqa: S608 (our own text)
# The life of each term as a list of copies, span * 8 + units, in no order; then how many terms lived alike. A copy is
# looked at once and nothing is sorted: half the time of sums by term and span. The day of a run is its book date.
SERVED = f"""
    WITH run AS (
        SELECT r.id, r.issue_id, {SPAN.format(day="coalesce(j.book_date, r.mailed_on)")} AS span
        FROM fulfillment_labelrun r
        JOIN catalog_issue i ON i.id = r.issue_id JOIN catalog_magazine m ON m.id = i.magazine_id
        LEFT JOIN revenue_runposting p ON p.run_uuid = r.uuid AND p.currency = %(currency)s
        LEFT JOIN ledger_journal j ON j.id = p.journal_id
        WHERE r.state = 'mailed' AND {OF_MAGAZINE}
    ),
    life AS (
        SELECT c.term_id, array_agg(run.span * 8 + c.units) AS copies
        FROM run JOIN fulfillment_copy c ON c.issue_id = run.issue_id AND c.run_id = run.id
        WHERE c.purpose = 1 AND c.units > 0
        GROUP BY c.term_id
    ),
    moved AS ({MOVED}),
    posted AS (SELECT DISTINCT term_id FROM revenue_entryposting)
    SELECT l.copies, t.magazine_cents, t.postage_cents, {UNITS} AS units,
           t.carried - t.credit + coalesce(moved.units, 0) AS elsewhere, count(*)
    FROM life l JOIN terms_term t ON t.id = l.term_id
    LEFT JOIN moved ON moved.term_id = l.term_id
    LEFT JOIN posted ON posted.term_id = l.term_id
    WHERE t.currency = %(currency)s AND posted.term_id IS NULL
    GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 (our own text)
# The few terms with posted entries, as lists of events in the order of posting: [span, place, units] of a copy, its
# place counted from the copies before it; [span, null, units] of an entry.
MOVED_LIVES = f"""
    WITH posted AS (SELECT DISTINCT term_id FROM revenue_entryposting),
    copy AS (
        SELECT c.term_id, coalesce(p.id, 9223372036854775807) AS turn, c.units, r.state,
               sum(c.units) OVER (PARTITION BY c.term_id ORDER BY i.ordinal) - c.units AS place,
               {SPAN.format(day="coalesce(j.book_date, r.mailed_on)")} AS span
        FROM posted JOIN terms_term t ON t.id = posted.term_id
        JOIN fulfillment_copy c ON c.subscription_id = t.subscription_id AND c.term_id = t.id
        JOIN fulfillment_labelrun r ON r.id = c.run_id AND r.issue_id = c.issue_id
        JOIN catalog_issue i ON i.id = c.issue_id
        LEFT JOIN revenue_runposting p ON p.run_uuid = r.uuid AND p.currency = t.currency
        LEFT JOIN ledger_journal j ON j.id = p.journal_id
        WHERE c.purpose = 1 AND c.units > 0
    ),
    event AS (
        SELECT term_id, turn, 0 AS number, ARRAY[span, place, units]::int[] AS what FROM copy WHERE state = 'mailed'
        UNION ALL
        SELECT p.term_id, p.after_run_posting, p.id, ARRAY[{SPAN.format(day="p.book_date")}, NULL, p.units]::int[]
        FROM revenue_entryposting p
    ),
    life AS (SELECT term_id, array_agg(what ORDER BY turn, number) AS events FROM event GROUP BY term_id),
    moved AS ({MOVED})
    SELECT l.events, t.magazine_cents, t.postage_cents, {UNITS} AS units,
           t.carried - t.credit + coalesce(moved.units, 0) AS elsewhere, count(*)
    FROM life l JOIN terms_term t ON t.id = l.term_id
    JOIN terms_subscription s ON s.id = t.subscription_id JOIN catalog_magazine m ON m.id = s.magazine_id
    LEFT JOIN moved ON moved.term_id = l.term_id
    WHERE t.currency = %(currency)s AND {OF_MAGAZINE}
    GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 (our own text)
# Why the promised length changed, in units; terms that have or had no end have none.
ENTRIES = f"""
    SELECT CASE e.kind WHEN 'bought' THEN t.sold_on ELSE (e.at AT TIME ZONE m.book_time_zone)::date END AS day,
           e.kind, sum(e.units)
    FROM terms_entry e JOIN terms_term t ON t.id = e.term_id
    JOIN terms_subscription s ON s.id = t.subscription_id JOIN catalog_magazine m ON m.id = s.magazine_id
    WHERE t.currency = %(currency)s AND {UNITS} IS NOT NULL AND {OF_MAGAZINE}
    GROUP BY 1, 2
"""  # noqa: S608 (our own text)
EPOCH = dt.date(2000, 1, 1)


@dataclass(slots=True)
class Span:
    """What happened between two bounds: cents of liability added, earned and let go; units by entry and served."""

    sold_cents: int = 0
    earned_magazine_cents: int = 0
    earned_postage_cents: int = 0
    earned_access_cents: int = 0
    released_cents: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    served_units: int = 0

    @property
    def change_cents(self) -> int:
        earned = self.earned_magazine_cents + self.earned_postage_cents + self.earned_access_cents
        return self.sold_cents - earned - self.released_cents

    def earn(self, magazine_cents: int, postage_cents: int, *, terms: int = 1) -> None:
        self.earned_magazine_cents += terms * magazine_cents
        self.earned_postage_cents += terms * postage_cents


def spans(*, bounds: Sequence[dt.date], currency: str, magazine: str | None) -> list[Span]:
    """One span before the first bound, one between each pair, and one from the last bound on."""
    asked = {"currency": currency, "magazine": magazine, "bounds": [(day - EPOCH).days for day in bounds]}
    found = [Span() for _ in range(len(bounds) + 1)]
    add_sold_and_ended(found, bounds, asked)
    add_served(found, asked)
    add_access(found, bounds, asked)
    for day, kind, units in rows(ENTRIES, asked):
        found[place(day, bounds)].entries[kind] += int(units)
    return found


def add_sold_and_ended(found: Sequence[Span], bounds: Sequence[dt.date], asked: dict[str, Any]) -> None:
    for sold_on, magazine_cents, postage_cents, units, served, terms in rows(SOLD, asked):
        span, step = found[place(sold_on, bounds)], Step(units, 0, served)
        span.sold_cents += terms * (magazine_cents + postage_cents)
        span.earn(step.earns(magazine_cents), step.earns(postage_cents), terms=terms)
    for day, released, magazine_cents, postage_cents in rows(ENDED, asked):
        span = found[place(day, bounds)]
        span.released_cents += int(released)
        span.earn(int(magazine_cents), int(postage_cents))


def add_served(found: Sequence[Span], asked: dict[str, Any]) -> None:
    for copies, magazine_cents, postage_cents, units, elsewhere, terms in rows(SERVED, asked):
        for number, served, step in life(copies, units=units, elsewhere=elsewhere):
            found[number].earn(step.earns(magazine_cents), step.earns(postage_cents), terms=terms)
            found[number].served_units += 0 if units is None else served * terms
    for events, magazine_cents, postage_cents, units, elsewhere, terms in rows(MOVED_LIVES, asked):
        for number, served, before, after in moved_life(events, Standing(units, elsewhere)):
            magazine_part = after.earned(magazine_cents) - before.earned(magazine_cents)
            postage_part = after.earned(postage_cents) - before.earned(postage_cents)
            found[number].earn(magazine_part, postage_part, terms=terms)
            found[number].served_units += 0 if units is None else served * terms


def add_access(found: Sequence[Span], bounds: Sequence[dt.date], asked: dict[str, Any]) -> None:
    for day, sold, earned, released in rows(ACCESS, asked):
        span = found[place(day, bounds)]
        span.sold_cents += int(sold)
        span.earned_access_cents += int(earned)
        span.released_cents += int(released)


def life(copies: Sequence[int], *, units: int | None, elsewhere: int) -> Iterator[tuple[int, int, Step]]:
    """The spans in which a term was served, in order: number of the span, units served, and the step they make."""
    by_span: Counter[int] = Counter()
    for copy in copies:
        by_span[copy // 8] += copy % 8
    so_far = elsewhere
    for number in sorted(by_span):
        before, so_far = so_far, so_far + by_span[number]
        yield number, by_span[number], Step(units, max(0, before), max(0, so_far))


def moved_life(
    events: Sequence[tuple[int, int | None, int]], standing: Standing
) -> Iterator[tuple[int, int, Standing, Standing]]:
    """Each event with the number of its span, the units served by it, and how the term stood before and after."""
    for number, at, units in events:
        before, standing = standing, standing.moved(units) if at is None else standing.with_copy(at, units)
        yield number, 0 if at is None else units, before, standing


def liability_cents(*, until: dt.date, currency: str = "usd", magazine: str | None = None) -> int:
    """What all terms together still owe in unserved issues at the beginning of the day `until`."""
    return spans(bounds=[until], currency=currency, magazine=magazine)[0].change_cents


def place(day: dt.date, bounds: Sequence[dt.date]) -> int:
    return sum(bound <= day for bound in bounds)


def rows(query: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())
