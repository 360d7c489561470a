"""The oracle: a plain counter for each term, walked over the issues one by one. It knows no ranges and no clock.

Written from the rule book (reference: domain part 4, terms; design), not from the product; they share no code.
An issue that goes out takes its weight off the first term that has something left; what is held takes nothing.
"""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

FOREVER = math.inf
CLASSES_WITH_GRACE = {"paid", "gift"}


class Refused(Exception):
    """What the rules do not allow, by the code that the product gives it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False)
class Issue:
    number: int
    pk: int
    pull_at: dt.datetime
    weight: int = 1
    state: str = "planned"
    place: int = 0
    mail_on: dt.date = dt.date.min
    in_home_from: dt.date = dt.date.min
    in_home_until: dt.date = dt.date.min
    mailed_on: dt.date | None = None

    def __repr__(self) -> str:
        return f"{self.number}{'' if self.weight == 1 else f'w{self.weight}'}{self.state[0]}"


@dataclass(eq=False)
class Calendar:
    issues: list[Issue]

    def __post_init__(self) -> None:
        self.count()

    def count(self) -> None:
        for place, issue in enumerate(self.issues):
            issue.place = place

    def planned(self) -> list[Issue]:
        return [issue for issue in self.issues if issue.state == "planned"]

    def open(self, now: dt.datetime, *, counting: bool = False) -> list[Issue]:
        """What a change of this moment still reaches."""
        return [i for i in self.planned() if i.pull_at > now and (i.weight or not counting)]

    def first_open(self, now: dt.datetime, *, counting: bool = False) -> Issue:
        found = next(iter(self.open(now, counting=counting)), None)
        if found is None:
            raise Refused("calendar_is_over")
        return found

    def on_the_way(self, until: Issue) -> list[Issue]:
        """Issues before it that are cut off already, and have not gone out yet."""
        return [issue for issue in self.planned() if issue.place < until.place]


@dataclass(eq=False)
class Term:
    """What somebody paid for. `used` are units that went out in main runs, `mailed` those of them that were mailed."""

    units: float
    magazine_cents: int
    postage_cents: int
    copies: int
    copy_class: str
    payer: str
    ordered_at: dt.datetime
    not_before: Issue
    pin: Issue | None = None
    grace: int = 0
    # Grace that a term which has ended paid for, and that is to be sent again: units after the last one.
    paid_grace: int = 0
    bonus: int = 0
    credit: int = 0
    carried: int = 0
    cut: int = 0
    used: int = 0
    mailed: int = 0
    # Grace copies that it has paid for.
    recouped: list[Issue] = field(default_factory=list)
    # Units of `carried` that come from stock and have not been mailed.
    owed: int = 0
    # Units that have gone by since its last one: what grace is counted in.
    passed: int = 0
    ended: bool = False
    written_off: bool = False
    released: tuple[int, int] = (0, 0)
    # The one that goes on with what this one had left.
    continued: bool = False
    # Units as they were ordered: `units` of an endless term become those that it had, once it ends.
    bought: float = 0
    # The merges that it, or what it goes on from, came to another line by.
    came_by: list[Any] = field(default_factory=list)
    pk: int = 0

    @property
    def total(self) -> float:
        """Units that come by main runs, from the first to the last."""
        return self.units + self.bonus + self.credit - self.carried - self.cut

    @property
    def left(self) -> float:
        return self.total - self.used

    def share(self, cents: int, units: float) -> int:
        """What so many units of it have earned of a component."""
        if self.units in (0, FOREVER):
            return 0
        return cents * int(max(0, min(self.units, units))) // int(self.units)

    def earned(self) -> tuple[int, int]:
        """What has been earned by now, of the magazine and of the postage."""
        k = self.mailed + self.carried - self.owed - self.credit
        return self.share(self.magazine_cents, k), self.share(self.postage_cents, k)

    def unserved(self, used: float) -> tuple[int, int]:
        """What is still owed, if so many units of it have gone out."""
        k = used + self.carried - self.credit
        if self.units == FOREVER:
            return 0, 0
        return (
            self.magazine_cents - self.share(self.magazine_cents, k),
            self.postage_cents - self.share(self.postage_cents, k),
        )

    def deferred(self) -> int:
        return self.magazine_cents + self.postage_cents - sum(self.earned()) - sum(self.released)


@dataclass(eq=False)
class Hold:
    begins: Issue
    until: Issue | None
    reason: str
    bulk: int | None = None
    pk: int = 0

    def covers(self, issue: Issue) -> bool:
        return self.begins.place <= issue.place and (self.until is None or issue.place < self.until.place)


@dataclass(frozen=True)
class Copy:
    term: Term
    units: int
    copy_class: str


@dataclass(eq=False)
class Wanted:
    """A copy from stock that waits for a run after the main one: a back issue (2) or a replacement (3)."""

    line: "Line"
    issue: Issue
    term: Term
    purpose: int
    copies: int
    copy_class: str
    units: int
    claim: "Claim | None" = None
    state: str = "waiting"
    address: int = -1
    mailed_on: dt.date | None = None


@dataclass(eq=False)
class Claim:
    """What a reader says about a copy, and what was done about it."""

    line: "Line"
    issue: Issue
    reason: str
    at: dt.datetime
    state: str = "open"
    bonus: Any = None
    wanted: Wanted | None = None
    pk: int = 0


@dataclass(eq=False)
class ShipTo:
    """From this issue on the copies go to that street."""

    begins: Issue | None
    address: int
    entered_at: dt.datetime
    # The issue was named: one that is added before it does not go there.
    is_named: bool = False


@dataclass(eq=False)
class Stay:
    """Away from home: from a day until another one, or every year between two days, both included."""

    address: int
    begins: dt.date | None = None
    until: dt.date | None = None
    season: tuple[tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1))
    is_ended: bool = False
    pk: int = 0


@dataclass(eq=False)
class Line:
    """One subscription: its terms in the order in which they are served."""

    name: str
    pk: int
    reader: str
    terms: list[Term] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    skipped: set[Issue] = field(default_factory=set)
    ships: list[ShipTo] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    # Issues that go to an address away from home.
    away: dict[Issue, int] = field(default_factory=dict)
    graced: list[Issue] = field(default_factory=list)
    credited: set[Issue] = field(default_factory=set)
    # What the last cancellation ended, to be taken up again.
    cancelled: list[Term] = field(default_factory=list)
    merged_into: "Line | None" = None
    renews: bool = True
    # Cancelled at the end of what is paid for, and not taken up again.
    ends_as_paid: bool = False

    def __repr__(self) -> str:
        return self.name

    def is_held(self, issue: Issue) -> bool:
        return issue in self.skipped or any(hold.covers(issue) for hold in self.holds)

    def address_of(self, issue: Issue) -> int:
        if issue in self.away:
            return self.away[issue]
        return self.home_of(issue)

    def home_of(self, issue: Issue) -> int:
        for ship in reversed(self.ships):
            if ship.begins is None or ship.begins.place <= issue.place:
                return ship.address
        raise LookupError(f"{self} has no address for {issue}")

    @property
    def left(self) -> float:
        return sum(term.left for term in self.terms)

    @property
    def in_force(self) -> "Line":
        """Where its copies come from now."""
        return self.merged_into.in_force if self.merged_into else self


class Walk:
    """The counters of one line, walked ahead without touching them."""

    def __init__(self, line: Line, calendar: Calendar) -> None:
        self.line, self.calendar = line, calendar
        self.terms = list(line.terms)
        self.left = [term.left for term in self.terms]
        self.passed = [term.passed for term in self.terms]
        # Units that each term gives on the way.
        self.went = [0 for _ in self.terms]

    def to(self, issue: Issue) -> "Walk":
        """Over everything that goes out before this issue."""
        for each in self.calendar.on_the_way(issue):
            self.step(each)
        return self

    def step(self, issue: Issue) -> Copy | None:
        """What the line gets of this issue, and the counters after it."""
        if self.line.is_held(issue):
            return None
        current = next((n for n, left in enumerate(self.left) if left), None)
        over = [n for n, left in enumerate(self.left) if not left]
        in_grace = next((n for n in over if self.passed[n] < self.terms[n].grace), None)
        paid_grace = next((n for n in over if self.passed[n] < self.terms[n].paid_grace), None)
        for n in over:
            if issue.place >= self.terms[n].not_before.place:
                self.passed[n] += issue.weight
        if paid_grace is not None:
            return Copy(self.terms[paid_grace], 0, "grace")
        if current is not None and self._may_have(self.terms[current], issue):
            term = self.terms[current]
            units = int(min(issue.weight, self.left[current]))
            self.left[current] -= units
            self.went[current] += units
            if not self.left[current]:
                self.passed[current] = issue.weight - units
            return Copy(term, units, term.copy_class)
        if in_grace is not None:
            return Copy(self.terms[in_grace], 0, "grace")
        return None

    def ahead(self) -> Iterator[tuple[Issue, Copy]]:
        """Everything that is still to come, as the calendar is planned now."""
        for issue in self.calendar.planned():
            copy = self.step(issue)
            if copy is not None:
                yield issue, copy

    def left_of(self, term: Term) -> float:
        return self.left[self.terms.index(term)]

    def passed_of(self, term: Term) -> int:
        return self.passed[self.terms.index(term)]

    def went_of(self, term: Term) -> int:
        return self.went[self.terms.index(term)]

    def _may_have(self, term: Term, issue: Issue) -> bool:
        """A named first issue, and the first that the order could reach, are waited for. A special comes with the issue
        that counts after it."""
        if term.pin is not None and issue.place < term.pin.place:
            return False
        if term.used or issue.place >= term.not_before.place:
            return True
        if issue.weight:
            return False
        following = next(
            (i for i in self.calendar.planned() if i.place > issue.place and i.weight and not self.line.is_held(i)),
            None,
        )
        # Held until further notice it begins with the first issue after that, whichever it is.
        return following is None or following.place >= term.not_before.place


@dataclass(frozen=True)
class Expire:
    number: int | None
    reason: str
    left: int | None


def expire_of(line: Line, calendar: Calendar, history: dict[Line, list[Issue]]) -> Expire:
    """The last issue that counts for any term, walked to the end of the calendar. Grace does not count."""
    if line.left == FOREVER:
        return Expire(None, "perpetual", None)
    walk = Walk(line, calendar)
    had = [issue for issue in history.get(line, []) if issue.weight]
    comes = [issue for issue, copy in walk.ahead() if issue.weight and copy.copy_class != "grace"]
    last = max([*had, *comes], key=lambda issue: issue.place, default=None)
    left = int(line.left)
    if left == 0:
        return Expire(last.number if last else None, "ended", 0)
    if not sum(walk.left):
        return Expire(last.number if last else None, "dated", left)
    for_good = any(hold.until is None for hold in line.holds)
    return Expire(None, "open_hold" if for_good else "beyond_calendar", left)
