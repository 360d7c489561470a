"""What a bookkeeper counts: who has money to come, and what another number of copies does to the money left."""

from tests.lives.changes import World
from tests.lives.model import FOREVER, Line, Refused, Term

GIFT = 1995  # cents


def copies_changed(world: World, line: Line, *, copies: int, how: str) -> list[Term]:
    """Each term with issues left goes on with so many copies. `convert`: as many copies as were paid for, in whole
    issues; `credit`: as many issues, and the money for the copies that do not come; `absorb`: the house pays."""
    _, walk, live = world.reach(line)
    if line.left == FOREVER and how == "convert":
        live = [term for term in live if term.units != FOREVER]
    live = [term for term in live if term.units != FOREVER and term.copies != copies]
    if not live:
        raise Refused("copies_are_the_same")
    left = {term: int(walk.left_of(term)) for term in live}
    issues = {term: _issues(world, term, left[term], copies=copies, how=how) for term in live}
    again = []
    for term in live:
        paid, before = left[term] * term.copies, term.copies
        release, new = world.split(line, term, copies=copies, units=issues[term])
        if how == "credit":
            over = [cents * (before - copies) // before for cents in release.cents]
        else:
            over = [cents * (paid - issues[term] * copies) // paid for cents in release.cents]
        if how != "absorb" and sum(release.cents):
            new.magazine_cents -= over[0]
            new.postage_cents -= over[1]
            if sum(over):
                world.promised.append(("credit", term, sum(over)))
        again.append(new)
    return again


def _issues(world: World, term: Term, left: int, *, copies: int, how: str) -> int:
    if how == "credit" and copies > term.copies:
        raise Refused("nothing_to_credit")
    if how != "convert" or not sum(term.unserved(term.total - left)):
        return left
    whole = left * term.copies // copies
    if not whole:
        raise Refused("money_does_not_reach")
    return whole


def held(world: World) -> tuple[int, int, int]:
    """To be sent back, held for payers, and paid for gifts that nobody has yet."""
    back, kept = (sum(cents for each, _, cents in world.promised if each == way) for way in ("refund", "credit"))
    return back, kept, sum(GIFT for code in world.codes if code.state == "open")


def deferred(world: World) -> int:
    return sum(term.deferred() for line in world.lines for term in line.terms)


def of_terms(world: World) -> int:
    """Deferred and earned: what terms were sold for, less what they let go of."""
    return deferred(world) + sum(sum(term.earned()) for line in world.lines for term in line.terms)
