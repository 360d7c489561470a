"""The rows that the rules of terms are given."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One issue. `unit` is the sum of the weights of the issues before it that are not dropped."""

    number: int
    ordinal: int
    weight: int
    unit: int
    is_pulled: bool
    is_dropped: bool
    cover_label: str

    @property
    def units(self) -> int:
        """What it counts: 0 for a special or a dropped issue, 2 for a double."""
        return 0 if self.is_dropped else self.weight


@dataclass(frozen=True, slots=True)
class PauseSpan:
    """Issues neither sent nor consumed: `[from, until)` in ordinals, without end when `until_ordinal` is None."""

    from_ordinal: int
    until_ordinal: int | None

    def covers(self, ordinal: int) -> bool:
        return self.from_ordinal <= ordinal and (self.until_ordinal is None or ordinal < self.until_ordinal)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSpan:
    """A term in units, `[c_from, c_to)` on its subscription's clock.

    `units` None is perpetual. `carried` was used outside the range (recouped grace), `bonus` and `credit` lengthen it,
    `cut` shortens it. `grace` counts on behind the end. `pin_ordinal` is a named first issue and means "not before".

    :raises ValueError: when a number is negative, or the term would end before it begins
    """

    c_from: int
    units: int | None
    carried: int = 0
    bonus: int = 0
    credit: int = 0
    cut: int = 0
    grace: int = 0
    is_paid: bool = True
    pin_ordinal: int | None = None

    def __post_init__(self) -> None:
        numbers = (self.c_from, self.units or 0, self.carried, self.bonus, self.credit, self.cut, self.grace)
        if min(numbers) < 0:
            raise ValueError(f"A term counts no negative units: {self}.")
        if self.c_to is not None and self.c_to < self.c_from:
            raise ValueError(f"A term cannot end before it begins: {self}.")

    @property
    def c_to(self) -> int | None:
        """Where it ends on the clock; None when it never does."""
        if self.units is None:
            return None
        return self.c_from + self.units + self.bonus + self.credit - self.carried - self.cut

    def covers(self, clock: int) -> bool:
        return self.c_from <= clock and (self.c_to is None or clock < self.c_to)
