"""What a term that ends early releases: the money for the units taken off it."""

from foundation.shares import unserved_cents
from subscriptions.terms.rules.spans import TermSpan


def left_at(term: TermSpan, clock: int) -> int | None:
    """The units of a term that a change at this clock can still take off; None when it has no end."""
    return None if term.c_to is None else max(0, term.c_to - max(term.c_from, clock))


def released_cents(term: TermSpan, *, left: int, price_cents: int) -> int:
    """Of a component of this price, what `left` units at the end of the term were paid for with: P - P * k // N.

    k is everything else: what was carried and served, or is on its way, less what was given back. Bonus issues at the
    end release nothing, as they would have earned nothing.
    """
    if term.units is None or term.c_to is None:
        return 0
    counted = max(0, min(term.units, term.carried + (term.c_to - term.c_from - left) - term.credit))
    return unserved_cents(price_cents, term.units, counted)
