"""What copies earn: E(served after) - E(served before), for the magazine and the postage apart."""

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
