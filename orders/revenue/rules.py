"""What copies and entries of the expire ledger earn: E(k after) - E(k before), magazine and postage apart."""

from collections.abc import Iterator
from typing import NamedTuple

from orders.ledger.rules import earned_cents


class Step(NamedTuple):
    """A term of `units` units (None: perpetual) between two counts of units served."""

    units: int | None
    before: int
    after: int

    def earns(self, price_cents: int) -> int:
        """The cents of a component of this price that the step earns. A perpetual term never earns."""
        if self.units is None:
            return 0
        return earned_cents(price_cents, self.units, self.after) - earned_cents(price_cents, self.units, self.before)


class Standing(NamedTuple):
    """What counts as served of a term: the copies posted, by place and units, and the units used up `elsewhere`.

    `elsewhere` is negative where more came back than was carried over. Copies are posted in any order, so each counts
    from its own place: together they always make E(elsewhere + copies), whatever came first.
    """

    units: int | None
    elsewhere: int
    copies: tuple[tuple[int, int], ...] = ()

    def steps(self) -> Iterator[Step]:
        yield Step(self.units, 0, max(0, self.elsewhere))
        for place, units in self.copies:
            yield self.step(place, units)

    def step(self, place: int, units: int) -> Step:
        """What a copy at this place of the term makes."""
        begins = self.elsewhere + place
        return Step(self.units, max(0, begins), max(0, begins + units))

    def earned(self, price_cents: int) -> int:
        return sum(step.earns(price_cents) for step in self.steps())

    def moved(self, units: int) -> "Standing":
        """With so many units more used up elsewhere (less, when negative)."""
        return self._replace(elsewhere=self.elsewhere + units)

    def with_copy(self, place: int, units: int) -> "Standing":
        return self._replace(copies=(*self.copies, (place, units)))
