"""The queues of many lines at once, as the rules take them: no model instances, and a handful of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from subscriptions.terms.models import Pause, Term
from subscriptions.terms.queries.life import issues_for
from subscriptions.terms.rules import IssueRow, PauseSpan, Queued, TermSpan


@dataclass(frozen=True, slots=True)
class Line:
    """`queue` and `term_ids` are the same terms in the same order, all that the subscription ever had."""

    magazine_id: int
    term_ids: tuple[int, ...]
    queue: tuple[Queued, ...]
    pauses: tuple[PauseSpan, ...]


def lines_of(subscription_ids: Collection[int]) -> list[Line]:
    """Those of them that have a term."""
    pauses = _pauses(subscription_ids)
    rows = (
        Term.objects.filter(subscription_id__in=subscription_ids)
        .order_by("subscription_id", "c_from", "pk")
        .values_list(
            "subscription_id", "subscription__magazine_id", "pk", "c_from", "units", "carried", "bonus", "credit",
            "cut", "pin_issue__ordinal", "ended_at", "reachable_issue__ordinal", "start_issue__ordinal", named=True,
        )
    )  # fmt: skip
    found = []
    for (line, magazine), terms in groupby(rows, key=attrgetter("subscription_id", "subscription__magazine_id")):
        ids, queue = zip(*((term.pk, _queued(term)) for term in terms), strict=True)
        found.append(Line(magazine, ids, queue, tuple(pauses[line])))
    return found


def calendars_of(lines: Iterable[Line]) -> dict[int, list[IssueRow]]:
    """By magazine, as far back as any of its lines needs it."""
    begins: dict[int, list[int]] = defaultdict(list)
    pauses: dict[int, list[PauseSpan]] = defaultdict(list)
    for line in lines:
        begins[line.magazine_id].append(line.queue[0].span.c_from)
        pauses[line.magazine_id] += line.pauses
    return {magazine: issues_for(magazine, begins[magazine], pauses[magazine]).rows() for magazine in begins}


def _pauses(subscription_ids: Collection[int]) -> dict[int, list[PauseSpan]]:
    found: dict[int, list[PauseSpan]] = defaultdict(list)
    rows = Pause.objects.filter(subscription_id__in=subscription_ids).order_by("from_issue__ordinal", "pk")
    for line, begins, until in rows.values_list("subscription_id", "from_issue__ordinal", "until_issue__ordinal"):
        found[line].append(PauseSpan(begins, until))
    return found


def _queued(row: Any) -> Queued:
    span = TermSpan(
        c_from=row.c_from, units=row.units, carried=row.carried, bonus=row.bonus, credit=row.credit, cut=row.cut,
        pin_ordinal=row.pin_issue__ordinal,
    )  # fmt: skip
    return Queued(
        span=span, is_ended=row.ended_at is not None, reachable=row.reachable_issue__ordinal,
        start=row.start_issue__ordinal,
    )  # fmt: skip
