"""Waiting terms are laid again when something moves the doubles under them; a term that has begun stays."""

from dataclasses import replace

from subscriptions.terms import rules
from subscriptions.terms.models import Term
from subscriptions.terms.queries.life import Life, life_of
from subscriptions.terms.rules import TermSpan


def lay_again(subscription_id: int) -> list[Term]:
    """Move waiting terms to where the calendar puts them now; the terms that moved. Needs the subscription's lock."""
    life = life_of(subscription_id)
    waiting = [
        place
        for place, span in enumerate(life.spans)
        if span.c_from >= life.clock and life.terms[place].ended_at is None
    ]
    if not waiting:
        return []
    spans = [_as_it_waits(life, place) for place in waiting]
    laid = rules.lay(life.calendar, life.pauses, spans, _lay_from(life, waiting[0]))
    moved = []
    for place, span in zip(waiting, laid, strict=True):
        term = life.terms[place]
        if term.c_from != span.c_from:
            term.c_from = span.c_from
            term.save(update_fields=["c_from"])
            moved.append(term)
    return moved


def give_way(life: Life) -> Term | None:
    """The last term so far, which the next one waits behind. With a successor nothing is left to hope for: its grace
    ends, or one issue would be sent from both."""
    followed = {term.predecessor_id for term in life.terms}
    last = next((term for term in reversed(life.terms) if term.pk not in followed), None)
    if last is not None:
        last.grace = 0
        last.save(update_fields=["grace"])
    return last


def _as_it_waits(life: Life, place: int) -> TermSpan:
    """A term is laid not before the issue it is pinned to, nor before the first that its order could reach."""
    reachable = life.terms[place].reachable_issue
    span = life.spans[place]
    if reachable is None:
        return span
    return replace(span, pin_ordinal=max(span.pin_ordinal or 0, reachable.ordinal))


def _lay_from(life: Life, first_waiting: int) -> int:
    """Behind what has begun."""
    behind = [s.c_to for s in life.spans[:first_waiting] if s.c_to is not None]
    if life.terms[first_waiting].reachable_issue is not None or life.spans[first_waiting].pin_ordinal is not None:
        return max([life.clock, *behind])
    return _lay_taken_over(life, first_waiting, behind=max(behind, default=None))


def _lay_taken_over(life: Life, first_waiting: int, *, behind: int | None) -> int:
    """A term that came from another system does not say what it could reach: its place, or its start, tells."""
    own = life.spans[first_waiting].c_from
    if behind is None or own - behind > 1:
        return own
    if own == behind:
        return max(behind, life.clock)
    # One unit apart: the second half of a double, or an issue that its order came too late for.
    start = life.terms[first_waiting].start_issue
    promised = own if start is None else rules.clock_at(life.calendar, life.pauses, start.ordinal)
    return max(behind, min(own, promised), life.clock)
