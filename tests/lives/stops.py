"""What holds, moves and changes of the calendar do to the counters of the oracle, and what goes out in a label run."""

import datetime as dt
from dataclasses import dataclass

from tests.lives.changes import World
from tests.lives.model import FOREVER, Copy, Hold, Issue, Line, Refused, Term, Walk


@dataclass
class Bulk:
    begins: Issue
    until: Issue | None
    holds: list[tuple[Line, Hold]]
    pk: int = 0


# -- holds


def hold(world: World, line: Line, *, begins: Issue, until: Issue | None, reason: str) -> Hold:
    _refuse_unreachable(world, begins)
    if until is not None and until.place <= begins.place:
        raise Refused("hold_runs_backwards")
    stands = [c for c in chains_of(line) if (c[0].begins, c[-1].until, c[0].reason) == (begins, until, reason)]
    if any(chain[0].bulk is None for chain in stands):
        return next(chain[0] for chain in stands if chain[0].bulk is None)
    if reason == "vacation":
        refuse_what_is_not_paid(world, line, begins)
    found = Hold(begins, until, reason)
    line.holds.append(found)
    return found


def refuse_what_is_not_paid(world: World, line: Line, begins: Issue) -> None:
    """Only what is paid for can be held back by the reader."""
    walk = Walk(line, world.calendar).to(begins)
    nothing_left = not sum(walk.left)
    copy = walk.step(begins)
    if nothing_left:
        raise Refused("hold_in_grace" if copy is not None and copy.copy_class == "grace" else "nothing_to_hold")
    if copy is not None and copy.copy_class == "credit":
        raise Refused("hold_needs_payment")


def hold_of(line: Line, part: Hold) -> list[Hold]:
    return next((chain for chain in chains_of(line) if part in chain), [part])


def chains_of(line: Line) -> list[list[Hold]]:
    """The parts of each hold: each begins with the issue that the one before it ends with."""
    parts = [h for h in line.holds if h.until is None or h.until.place > h.begins.place]
    parts.sort(key=lambda h: (h.begins.place, h.pk))
    chains: list[list[Hold]] = []
    for each in parts:
        before = next((c for c in chains if c[-1].until is each.begins and _alike(c[-1], each)), None)
        if before is None:
            chains.append([each])
        else:
            before.append(each)
    return chains


def end_hold(world: World, line: Line, part: Hold, *, resumes: Issue | None) -> None:
    chain, first = hold_of(line, part), world.calendar.first_open(world.now)
    resumes = resumes or first
    _refuse_unreachable(world, resumes)
    last = chain[-1].until
    if last is not None and resumes.place >= last.place:
        raise Refused("hold_is_over")
    shorten(chain, resumes)


def withdraw_hold(world: World, line: Line, part: Hold) -> None:
    chain = hold_of(line, part)
    if chain[0].begins.place < world.calendar.first_open(world.now).place:
        raise Refused("hold_has_begun")
    shorten(chain, chain[0].begins)


def change_hold_end(world: World, line: Line, part: Hold, *, ends: Issue | None) -> Hold | None:
    """Shorter moves the end, longer is one more part: answered, if there is one."""
    chain, first = hold_of(line, part), world.calendar.first_open(world.now)
    old = chain[-1].until
    if old is not None and old.place < first.place:
        raise Refused("hold_is_over")
    if ends is not None:
        _refuse_unreachable(world, ends)
    if ends is old:
        return None
    if old is None or (ends is not None and ends.place < old.place):
        shorten(chain, ends or first)
        return None
    if chain[0].reason == "vacation":
        refuse_what_is_not_paid(world, line, old)
    more = Hold(old, ends, chain[0].reason)
    line.holds.append(more)
    return more


def shorten(chain: list[Hold], resumes: Issue) -> None:
    for part in chain:
        ends = max(resumes, part.begins, key=lambda issue: issue.place)
        if part.until is None or ends.place < part.until.place:
            part.until = ends


def _alike(one: Hold, other: Hold) -> bool:
    return (one.reason, one.bulk) == (other.reason, other.bulk)


def bulk_hold(world: World, *, begins: Issue, until: Issue | None, places: set[int] | None) -> Bulk:
    """Everyone who is owed an issue from there on and whose copy would go to one of those addresses (None: all)."""
    _refuse_unreachable(world, begins)
    if until is not None and until.place <= begins.place:
        raise Refused("hold_runs_backwards")
    reached = []
    for line in world.lines:
        walk = Walk(line, world.calendar).to(begins)
        owed = any(
            not term.ended and (left or passed < term.grace)
            for term, left, passed in zip(walk.terms, walk.left, walk.passed, strict=True)
        )
        if owed and (places is None or line.address_of(begins) in places):
            reached.append((line, Hold(begins, until, "imposed")))
    if not reached:
        raise Refused("nobody_to_hold")
    return Bulk(begins, until, reached)


def end_bulk_hold(world: World, bulk: Bulk, *, resumes: Issue | None) -> None:
    first = world.calendar.first_open(world.now)
    resumes = resumes or first
    if resumes.place < bulk.begins.place:
        resumes = bulk.begins
    _refuse_unreachable(world, resumes)
    if bulk.until is not None and resumes.place >= bulk.until.place:
        raise Refused("hold_is_over")
    for _, part in bulk.holds:
        if part.until is None or part.until.place > resumes.place:
            part.until = resumes
    bulk.until = resumes


def _refuse_unreachable(world: World, issue: Issue) -> None:
    if issue.place < world.calendar.first_open(world.now).place:
        raise Refused("issue_is_pulled")


# -- the calendar


def restore(world: World, issue: Issue) -> None:
    """Not once an issue after it has gone out, and not out of the order of pulls."""
    if any(later.state in ("pulled", "mailed") for later in world.calendar.issues[issue.place :]):
        raise Refused("issue_is_pulled")
    _refuse_other_order(world, issue, issue.pull_at)
    issue.state = "planned"


def move_pull(world: World, issue: Issue, *, pull_at: dt.datetime) -> None:
    """Mailing, and the days on which it is expected, move along."""
    _refuse_other_order(world, issue, pull_at)
    days = pull_at.astimezone(world.now.tzinfo).date() - issue.pull_at.astimezone(world.now.tzinfo).date()
    issue.pull_at = pull_at
    issue.mail_on, issue.in_home_from = issue.mail_on + days, issue.in_home_from + days
    issue.in_home_until += days


def _refuse_other_order(world: World, issue: Issue, pull_at: dt.datetime) -> None:
    appearing = [i for i in world.calendar.issues if i.state != "dropped" and i is not issue]
    if any((i.place < issue.place) != (i.pull_at < pull_at) or i.pull_at == pull_at for i in appearing):
        raise Refused("calendar_goes_on")


def add_issue(world: World, added: Issue, *, before: Issue) -> None:
    """Orders and changes that came before its cut-off, and could only reach the issue behind it, reach it too."""
    world.calendar.issues.insert(before.place, added)
    world.calendar.count()
    for line in world.lines:
        for term in line.terms:
            if added.weight and term.not_before is before and term.ordered_at < added.pull_at and not term.ended:
                term.not_before = added
        for ship in line.ships:
            if ship.begins is before and not ship.is_named and ship.entered_at < added.pull_at:
                ship.begins = added


# -- label runs


def pull(world: World, issue: Issue) -> tuple[dict[Line, Copy], set[Line]]:
    """What goes out, and who is owed it and cannot be sent: they consume nothing."""
    sent, skipped = {}, set()
    world.before_pull[issue] = [(t, t.used, t.passed) for line in world.lines for t in line.terms]
    for line in world.lines:
        copy = Walk(line, world.calendar).step(issue)
        if copy is not None and line.address_of(issue) in world.undeliverable:
            skipped.add(line)
            line.skipped.add(issue)
            continue
        if copy is not None:
            sent[line] = copy
        _pass(world, line, issue)
    issue.state = "pulled"
    world.pulls[issue] = sent
    return sent, skipped


def _pass(world: World, line: Line, issue: Issue) -> None:
    walk = Walk(line, world.calendar)
    copy = walk.step(issue)
    for term, passed in zip(walk.terms, walk.passed, strict=True):
        term.passed = passed
    if copy is None:
        return
    copy.term.used += copy.units
    if copy.copy_class == "grace" and not copy.term.paid_grace:
        line.graced.append(issue)
    else:
        world.served.setdefault(line, []).append(issue)


def void(world: World, issue: Issue) -> None:
    """As if it had never been pulled: who has paid for a grace copy of it gets an issue at the end instead, or, where
    there is no end to come any more, the copy by the next pull."""
    if any(w.issue is issue and w.state in ("sent", "mailed") for w in world.wanted):
        raise Refused("issue_has_later_runs")
    paid = [(line, term) for line in world.lines for term in line.terms if issue in term.recouped]
    for _, term in [(line, term) for line, term in paid if not term.ended]:
        term.recouped.remove(issue)
        term.carried -= issue.weight
    for line in world.lines:
        line.skipped.discard(issue)
        if issue in line.graced:
            line.graced.remove(issue)
        if issue in world.served.get(line, []):
            world.served[line].remove(issue)
    for term, used, passed in world.before_pull.pop(issue):
        term.used, term.passed = used, passed
    for hoped in [world.pulls[issue][line].term for line, term in paid if term.ended]:
        hoped.paid_grace = hoped.passed + issue.weight
    del world.pulls[issue]
    issue.state = "planned"


def mail(world: World, issue: Issue) -> None:
    issue.state, issue.mailed_on = "mailed", world.now.date()
    for copy in world.pulls[issue].values():
        copy.term.mailed += copy.units


def endless(term: Term) -> bool:
    return term.units == FOREVER
