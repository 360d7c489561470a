"""Another number of copies in mid-term: what more of them cost, and what the money of fewer buys. Whole cents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoesOn:
    """How a term goes on after a change: so many issues, and what of its money is left over, by component."""

    issues: int
    magazine_over_cents: int = 0
    postage_over_cents: int = 0

    @property
    def over_cents(self) -> int:
        return self.magazine_over_cents + self.postage_over_cents


def more_copies_cents(rest_cents: int, *, before: int, after: int) -> int:
    """What more copies of the issues left cost at the price of those that are paid: whole cents, rounded down."""
    return max(0, rest_cents * (after - before) // before)


def converted_copies(magazine_cents: int, postage_cents: int, *, issues: int, before: int, after: int) -> GoesOn:
    """The issues that the same money buys with another number of copies; what makes no whole one is left over."""
    paid = issues * before
    whole = paid // after
    over = paid - whole * after
    return GoesOn(whole, magazine_cents * over // paid, postage_cents * over // paid)


def credited_copies(magazine_cents: int, postage_cents: int, *, issues: int, before: int, after: int) -> GoesOn:
    """As many issues with fewer copies, and the money for the others left over."""
    fewer = before - after
    return GoesOn(issues, magazine_cents * fewer // before, postage_cents * fewer // before)
