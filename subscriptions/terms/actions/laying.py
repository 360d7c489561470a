"""Waiting terms are laid again when something moves the doubles under them; a term that has begun stays."""

from collections.abc import Collection, Hashable

from django.db import connection

from subscriptions.terms import rules
from subscriptions.terms.actions.subscriptions import lock_all
from subscriptions.terms.models import Term
from subscriptions.terms.queries.life import Life
from subscriptions.terms.queries.queues import calendars_of, lines_of

# Lines that are read and written by one statement each.
AT_ONCE = 5_000


def lay_again(subscription_id: int) -> list[int]:
    """Move waiting terms to where the calendar puts them now; the terms that moved. Needs the subscription's lock."""
    return _lay([subscription_id])


def lay_all_again(subscription_ids: Collection[int]) -> list[int]:
    """The same for many subscriptions, which are locked here, in their order."""
    moved: list[int] = []
    in_order = sorted(set(subscription_ids))
    for first in range(0, len(in_order), AT_ONCE):
        some = in_order[first : first + AT_ONCE]
        lock_all(some)
        moved += _lay(some)
    return moved


def give_way(life: Life) -> Term | None:
    """The last term so far, which the next one waits behind. With a successor nothing is left to hope for: its grace
    ends with what has been sent, or one issue would be sent from both."""
    followed = {term.predecessor_id for term in life.terms}
    last = next((term for term in reversed(life.terms) if term.pk not in followed), None)
    if last is not None:
        last.grace = rules.grace_used(life.spans[life.terms.index(last)], life.clock)
        last.save(update_fields=["grace"])
    return last


def _lay(subscription_ids: Collection[int]) -> list[int]:
    lines = lines_of(subscription_ids)
    calendars = calendars_of(lines)
    # Most queues look like many others, and what looks alike is laid alike.
    known: dict[Hashable, list[int]] = {}
    moved: dict[int, int] = {}
    for line in lines:
        key = (line.magazine_id, line.queue, line.pauses)
        if key not in known:
            known[key] = rules.lay_again(calendars[line.magazine_id], line.pauses, line.queue)
        for term_id, queued, begins in zip(line.term_ids, line.queue, known[key], strict=True):
            if queued.span.c_from != begins:
                moved[term_id] = begins
    _move(moved)
    return list(moved)


def _move(moved: dict[int, int]) -> None:
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [list(moved), list(moved.values())])


_MOVE = """
  UPDATE terms_term t SET c_from = moved.c_from
    FROM unnest(%s::bigint[], %s::int[]) AS moved(id, c_from)
   WHERE t.id = moved.id
"""
