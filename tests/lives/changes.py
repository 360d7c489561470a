"""What each event does to the counters of the oracle. Every function refuses before it changes anything."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.lives.model import (
    CLASSES_WITH_GRACE,
    FOREVER,
    Calendar,
    Claim,
    Copy,
    Issue,
    Line,
    Refused,
    Term,
    Walk,
    Wanted,
)

GRACE = 3
RECOUP_WITHIN = 4
SMALL = 100  # cents
FREE = {"comp", "staff", "sample"}


@dataclass
class Bonus:
    """An extension that can be taken back."""

    line: Line
    term: Term
    kind: str
    units: int
    copy_issue: Issue | None = None
    taken_back: bool = False
    pk: int = 0


@dataclass
class Merge:
    kept: Line
    merged: Line
    renewed: bool
    undone: bool = False
    pk: int = 0


@dataclass
class Release:
    """A term that ended, with the units taken off and the cents that they were paid for with."""

    term: Term
    units: float
    cents: tuple[int, int]


@dataclass(eq=False)
class World:
    """One magazine with its calendar, the lines of its readers, and what went out to each."""

    calendar: Calendar
    now: dt.datetime
    lines: list[Line] = field(default_factory=list)
    # Issues that were served (not as grace), by line; all copies of each issue that was pulled.
    served: dict[Line, list[Issue]] = field(default_factory=dict)
    pulls: dict[Issue, dict[Line, Copy]] = field(default_factory=dict)
    before_pull: dict[Issue, list[tuple[Term, int, int]]] = field(default_factory=dict)
    undeliverable: set[int] = field(default_factory=set)
    abroad: set[int] = field(default_factory=set)
    # The storeroom: copies free on the shelf, and those promised to somebody.
    stock: dict[Issue, int] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    # What payers are to have back, to be sent or held for them, and for what.
    promised: list[tuple[str, Term | None, int]] = field(default_factory=list)
    # Gifts that have been paid for, by code.
    codes: list[Any] = field(default_factory=list)

    # -- terms

    def order(
        self, line: Line, term: Term, *, pin: Issue | None, back_issues: Callable[["World", Line, Term], list[Issue]]
    ) -> list[Issue]:
        """A term behind everything that is there. Grace copies sent since are taken out of it, if it came in time, and
        so are the back issues that it begins with, which are answered."""
        start = self.calendar.first_open(self.now, counting=True)
        walk = Walk(line, self.calendar).to(start)
        free = [t for t in line.terms if t.units == FOREVER and not t.ended]
        for endless in free:
            self._end(endless, walk)
        term.not_before, term.pin = start, pin if pin is not start else None
        recouped = self._recouped(line, term, walk) if term.copy_class in CLASSES_WITH_GRACE else []
        back = back_issues(self, line, term)
        while recouped and sum(issue.weight for issue in (*recouped, *back)) >= term.units:
            recouped.pop()
        term.recouped = recouped
        term.carried = sum(issue.weight for issue in (*recouped, *back))
        term.grace = GRACE if term.copy_class in CLASSES_WITH_GRACE else 0
        self._behind_all(line, term)
        line.renews = line.renews or (term.copy_class == "paid" and term.payer == line.reader)
        return back

    def comp(self, line: Line, term: Term) -> Term:
        term.not_before = self.calendar.first_open(self.now, counting=True)
        if line.left == FOREVER:
            raise Refused("term_never_ends")
        self._behind_all(line, term)
        return term

    def _behind_all(self, line: Line, term: Term) -> None:
        for other in line.terms:
            other.grace = 0
        line.graced = []
        line.terms.append(term)

    def _recouped(self, line: Line, term: Term, walk: Walk) -> list[Issue]:
        last = next((t for t in line.terms if t.grace and not t.left), None)
        if last is None or last.payer != term.payer or last.written_off or walk.passed_of(last) > RECOUP_WITHIN:
            return []
        return [issue for issue in line.graced if issue.weight]

    def write_off(self, line: Line) -> None:
        last = next((t for t in line.terms if t.grace and not t.left), None)
        if last is None or last.written_off or not any(issue.weight for issue in line.graced):
            raise Refused("no_grace_to_write_off")
        last.grace = min(last.grace, self.reach(line)[1].passed_of(last))
        last.written_off = True

    # -- ends

    def reach(self, line: Line) -> tuple[Issue, Walk, list[Term]]:
        """The first issue that a change reaches, the counters at it, and the terms that have something left then."""
        first = self.calendar.first_open(self.now)
        walk = Walk(line, self.calendar).to(first)
        return first, walk, [t for t in line.terms if walk.left_of(t) and not t.ended]

    def _end(self, term: Term, walk: Walk) -> Release:
        left = walk.left_of(term)
        if left == FOREVER:
            # It has had what went out, and gets what is on its way.
            term.units = term.used + walk.went_of(term)
            term.ended, term.grace = True, 0
            return Release(term, 0, (0, 0))
        used = term.total - left
        cents = term.unserved(used)
        term.cut += int(left)
        term.ended, term.grace, term.released = True, 0, cents
        return Release(term, left, cents)

    def cancel_now(self, line: Line) -> list[Release]:
        _, walk, live = self.reach(line)
        if not live:
            self.cancel_at_end(line)
            return []
        for term in live:
            self.keep_back_issues(term)
        walk = self.reach(line)[1]
        ended = [self._end(term, walk) for term in live]
        line.cancelled = [release.term for release in ended if release.units]
        line.renews = line.ends_as_paid = False
        return ended

    def cancel_term(self, line: Line, term: Term) -> Release:
        if term not in self.reach(line)[2]:
            raise Refused("nothing_to_cancel")
        self.keep_back_issues(term)
        ended = self._end(term, self.reach(line)[1])
        line.cancelled, line.ends_as_paid = [term] if ended.units else [], False
        return ended

    def keep_back_issues(self, term: Term) -> None:
        """What waits in the storeroom for a term is not sent: it has as many issues more to come."""
        for each in [w for w in self.wanted if w.term is term and w.units and w.state == "waiting"]:
            self.keep_back_issue(each)

    def keep_back_issue(self, each: Wanted) -> None:
        self.wanted.remove(each)
        self.stock[each.issue] += each.copies
        each.term.carried -= each.units
        each.term.owed -= each.units

    def promise_back(self, ended: list[Release], *, way: str) -> None:
        """To each payer, all of it together; a sum too small to be sent is held."""
        for release in ended:
            own = [r for r in ended if r.term.payer == release.term.payer]
            small = sum(sum(r.cents) for r in own) < SMALL
            if sum(release.cents):
                self.promised.append(("credit" if small else way, release.term, sum(release.cents)))

    def cancel_at_end(self, line: Line) -> None:
        _, walk, live = self.reach(line)
        hoped = [t for t in line.terms if t.grace > walk.passed_of(t)]
        if not live and not hoped:
            raise Refused("nothing_to_cancel")
        for term in line.terms:
            # What came in hope has come, and no more does.
            term.grace = min(term.grace, walk.passed_of(term))
        line.renews, line.ends_as_paid, line.cancelled = False, True, []

    def reinstate(self, line: Line) -> list[Term]:
        first, _, live = self.reach(line)
        if line.ends_as_paid:
            if not live or line.renews:
                raise Refused("nothing_to_reinstate")
            if live[-1] is line.terms[-1]:
                live[-1].grace = GRACE if live[-1].copy_class in CLASSES_WITH_GRACE else 0
            line.renews, line.ends_as_paid = True, False
            return []
        if not line.cancelled or any(term.continued for term in line.cancelled):
            raise Refused("nothing_to_reinstate")
        if line.left == FOREVER:
            raise Refused("term_never_ends")
        again = []
        for old in line.cancelled:
            old.continued = True
            self.promised = [each for each in self.promised if each[1] is not old]
            again.append(self._continuation(old, units=old.cut, cents=old.released, first=first))
        line.terms += again
        line.renews = True
        return again

    def _continuation(self, old: Term, *, units: float, cents: tuple[int, int], first: Issue) -> Term:
        return Term(
            units=units, magazine_cents=cents[0], postage_cents=cents[1], copies=old.copies, copy_class=old.copy_class,
            payer=old.payer, ordered_at=self.now, not_before=first, came_by=list(old.came_by),
        )  # fmt: skip

    # -- splits

    def split(
        self, line: Line, term: Term, *, to: Line | None = None, units: int | None = None, copies: int | None = None
    ) -> tuple[Release, Term]:
        first, walk, live = self.reach(line)
        if term not in live:
            raise Refused("nothing_to_cancel")
        left = walk.left_of(term)
        if left == FOREVER or units == 0 or copies == 0:
            raise Refused("split_does_not_fit")
        target = to or line
        if target is not line and target.left == FOREVER:
            raise Refused("term_never_ends")
        grace, waits = term.grace, not term.used and left == term.total
        release = Release(term, left, term.unserved(int(term.total - left)))
        owed = [w for w in self.wanted if w.term is term and w.units and w.state == "waiting"]
        for each in owed:
            term.carried -= each.units
            term.owed -= each.units
        self._end(term, self.reach(line)[1])
        goes_on = (left if units is None else units) + sum(each.units for each in owed)
        new = self._continuation(term, units=goes_on, cents=term.released, first=first)
        term.continued = True
        if waits:
            new.not_before, new.pin = max((term.not_before, first), key=lambda i: i.place), term.pin
        new.copies = copies or term.copies
        if target is line:
            new.grace = grace
            line.terms.insert(line.terms.index(term) + 1, new)
        else:
            self._behind_all(target, new)
        for each in owed:
            self._owe_on(each, target, new)
        return release, new

    def correct(self, line: Line, term: Term, issues: int) -> Term:
        _, walk, live = self.reach(line)
        if term not in live:
            raise Refused("nothing_to_correct")
        left = walk.left_of(term)
        if left == FOREVER or left + issues < 1:
            raise Refused("correction_is_odd")
        return self.split(line, term, units=int(left) + issues)[1]

    def _owe_on(self, each: Wanted, line: Line, term: Term) -> None:
        """A copy from the shelf goes on with the rest, unless that line is to have it, or has had it, too."""
        others = [w.issue for w in self.wanted if w.line is line and w.purpose == 2 and w is not each]
        if each.issue in others:
            self.wanted.remove(each)
            self.stock[each.issue] += each.copies
            return
        each.line, each.term, each.copy_class = line, term, term.copy_class
        term.carried += each.units
        term.owed += each.units

    def merge(self, kept: Line, merged: Line) -> tuple[Merge, list[tuple[Term, Term]]]:
        if kept is merged or kept.merged_into or merged.merged_into:
            raise Refused("line_is_merged")
        first, _, live = self.reach(merged)
        if any(h.until is None or h.until.place > first.place for line in (kept, merged) for h in line.holds):
            raise Refused("line_is_held")
        for term in live:
            if term.units == FOREVER:
                raise Refused("split_does_not_fit")
            if kept.left == FOREVER:
                raise Refused("term_never_ends")
        moved = [(term, self.split(merged, term, to=kept)[1]) for term in live]
        merge = Merge(kept, merged, merged.renews)
        for _, new in moved:
            new.came_by.append(merge)
        merged.merged_into, merged.renews = kept, False
        return merge, moved

    def unmerge(self, merge: Merge) -> list[tuple[Term, Term]]:
        if merge.undone:
            raise Refused("nothing_to_undo")
        _, _, live = self.reach(merge.kept)
        coming = [term for term in live if any(one is merge for one in term.came_by)]
        if coming and merge.merged.left == FOREVER:
            raise Refused("term_never_ends")
        moved = [(term, self.split(merge.kept, term, to=merge.merged)[1]) for term in coming]
        merge.undone, merge.merged.merged_into, merge.merged.renews = True, None, merge.renewed
        return moved

    # -- extensions

    def extend(self, line: Line, issues: int, *, effect: str, copy_issue: Issue | None) -> tuple[Bonus | None, Term]:
        first, walk, live = self.reach(line)
        if not line.terms or line.left == FOREVER:
            raise Refused("nothing_to_extend")
        if effect == "credit" and copy_issue in self.credited(line):
            raise Refused("copy_is_credited")
        if effect == "credit" and copy_issue is not None and not self._may_be_given_back(line, copy_issue):
            raise Refused("extension_is_odd")
        over = [t for t in line.terms if not t.ended and not walk.left_of(t)]
        just_over = over[-1] if over and not walk.passed_of(over[-1]) else None
        running = live[0] if live else just_over
        if effect == "split" and running is not None:
            return None, self._spread(line, running, walk, issues)
        if running is None:
            # Of what was ended, the one that has sent something, or is about to.
            ended = [t for t in line.terms if t.used or t.left] or line.terms
            running = self._free_term(line, (over or ended)[-1], first)
        gives_back = effect == "credit" and copy_issue is not None and copy_issue.weight
        kind = "credit" if gives_back and running.units else "bonus"
        setattr(running, kind, getattr(running, kind) + issues)
        given = Bonus(line, running, kind, issues, copy_issue if kind == "credit" else None)
        if given.copy_issue is not None:
            line.credited.add(given.copy_issue)
        return given, running

    def credited(self, line: Line) -> set[Issue]:
        """Copies that were given back, of it and of what was made one with it."""
        return {issue for each in self.lines if each.in_force is line for issue in each.credited}

    def _may_be_given_back(self, line: Line, issue: Issue) -> bool:
        """It was sent to it, or to what was made one with it, and used something up. A special, which never does, is
        made good as goodwill."""
        if not issue.weight:
            return True
        lines = [each for each in self.lines if each.in_force is line]
        sent = [copies[each] for each in lines if each in (copies := self.pulls.get(issue, {}))]
        return (
            any(copy.copy_class != "grace" for copy in sent)
            or any(issue in term.recouped for each in lines for term in each.terms)
            or any(
                w.line in lines and w.issue is issue and w.purpose == 2 and w.state != "waiting" for w in self.wanted
            )
        )

    def _spread(self, line: Line, running: Term, walk: Walk, issues: int) -> Term:
        return self.split(line, running, units=int(walk.left_of(running)) + issues)[1]

    def _free_term(self, line: Line, last: Term, first: Issue) -> Term:
        term = Term(
            units=0, magazine_cents=0, postage_cents=0, copies=last.copies, copy_class=last.copy_class,
            payer=last.payer, ordered_at=self.now, not_before=first,
        )  # fmt: skip
        self._behind_all(line, term)
        return term

    def take_back(self, given: Bonus) -> None:
        _, walk, _ = self.reach(given.line)
        if given.taken_back:
            raise Refused("extension_is_taken_back")
        term = given.term
        if term.ended or walk.left_of(term) < given.units:
            raise Refused("extension_is_used")
        setattr(term, given.kind, getattr(term, given.kind) - given.units)
        given.taken_back = True
        if given.copy_issue is not None:
            given.line.credited.discard(given.copy_issue)
