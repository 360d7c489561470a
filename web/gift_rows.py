"""The gifts on a page that works without scripts, for the website and the desk: rows more and less, and refusals."""

import datetime as dt
from collections.abc import Callable, Mapping

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue

# More than that are two orders: a page has to stay a page.
MOST_ROWS = 20
SHOWN_ISSUES = 8


def typed_rows(typed: Mapping[str, str], read: Callable[[int], dict[str, str]]) -> list[dict[str, str]]:
    """What was typed so far, gift by gift, after “Add another gift” or “Take it away”; an empty one on a fresh page.

    :param read: what was typed of the gift in that place
    """
    rows = [read(place) for place in range(max(1, min(_number(typed.get("count", "1")) or 1, MOST_ROWS)))]
    if "more" in typed and len(rows) < MOST_ROWS:
        rows.append(read(len(rows)))
    away = _number(typed.get("less", ""))
    if away is not None and 1 < len(rows) > away:
        del rows[away]
    return rows


def place_of(path: str, *, gifts: int) -> tuple[int, str] | None:
    """Which gift a refusal is about, and which of its fields: `gifts.2.message`. None for what is about all of them."""
    head, _dot, rest = path.partition(".")
    number, _dot, field = rest.partition(".")
    place = _number(number) if head == "gifts" else None
    return (place, field) if place is not None and place < gifts else None


def startable(magazine_id: int, *, now: dt.datetime) -> list[Issue]:
    """The issues after the next one that a gift may start with."""
    planned = catalog.planned_issues(magazine_id)[: 2 * SHOWN_ISSUES]
    return [issue for issue in planned if issue.weight and issue.takes_changes(now=now)][1 : SHOWN_ISSUES + 1]


def _number(typed: str) -> int | None:
    """At most two digits: what else comes is no number of ours, and `int` has its own mind about “²”."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else None
