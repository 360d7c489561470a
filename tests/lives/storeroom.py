"""What a storeroom clerk counts: copies on the shelf, copies promised from it, and what becomes of copies claimed."""

import datetime as dt
from dataclasses import dataclass

from tests.lives import stops
from tests.lives.changes import Bonus, World
from tests.lives.model import FOREVER, Claim, Issue, Line, Refused, Term, Wanted

BACK_ISSUES = 2  # so many at most, for whoever orders
SUPPLEMENT, CLAIMS = 2, 3
# The house's own numbers: domain 4.10-4.12.
CLAIMABLE, AT_HOME, ABROAD, EXTENSIONS, MISSES = 6, 1, 0, 2, 3
YEAR = dt.timedelta(days=365)
ARRIVED = {"damaged", "came_late"}
EFFECTS = {"missing": "credit", "damaged": "credit", "returned": "credit", "came_late": "bonus"}
PAID = {"paid", "gift", "agency"}


# -- back issues


def had(world: World, line: Line) -> set[Issue]:
    """What went to this subscription, or is promised to it from the shelf."""
    sent = {issue for issue, copies in world.pulls.items() if line in copies}
    return sent | {each.issue for each in world.wanted if each.line is line and each.purpose == SUPPLEMENT}


def back_issues(world: World, line: Line, term: Term) -> list[Issue]:
    """The newest issues that are out and that the line has not had, as far as the shelf has them; one of the units is
    left to come. Oldest first. Nobody who waits, for an issue or behind another term, begins with an old one."""
    if term.pin is not None or line.left:
        return []
    before, found = had(world, line), []
    for issue in [i for i in reversed(out(world)) if i.weight][:BACK_ISSUES]:
        if issue in before:
            break
        if not line.is_held(issue):
            found.append(issue)
    taken: list[Issue] = []
    for issue in found:
        if world.stock.get(issue, 0) and sum(i.weight for i in (*taken, issue)) < term.units:
            taken.insert(0, issue)
    return [issue for issue in taken if world.stock[issue] >= term.copies]


def order(world: World, line: Line, term: Term, *, pin: Issue | None) -> Issue | None:
    """An order, and the back issue that it begins with, if there is one."""
    issues = world.order(line, term, pin=pin, back_issues=back_issues)
    for issue in issues:
        world.stock[issue] -= term.copies
        term.owed += issue.weight
        world.wanted.append(Wanted(line, issue, term, SUPPLEMENT, term.copies, term.copy_class, issue.weight))
    return issues[0] if issues else None


# -- runs after the main run


def keep(world: World, each: Wanted) -> None:
    """A back issue is not sent after all."""
    if each.state != "waiting":
        raise Refused("owed_copy_is_sent")
    if each.term not in world.reach(each.line)[2]:
        raise Refused("owed_copy_has_no_term")
    world.keep_back_issue(each)


def waiting(world: World, issue: Issue, purpose: int) -> list[Wanted]:
    return [w for w in world.wanted if w.issue is issue and w.purpose == purpose and w.state == "waiting"]


def send(world: World, issue: Issue, purpose: int) -> tuple[list[Wanted], list[Wanted]]:
    """What goes out, to where the next open issue would go, and what cannot and goes on waiting."""
    if issue.state not in ("pulled", "mailed"):
        raise Refused("issue_is_not_pulled")
    wanted = waiting(world, issue, purpose)
    if not wanted:
        raise Refused("nothing_waits")
    following = world.calendar.first_open(world.now)
    stuck = [
        w for w in wanted
        if w.line.in_force.is_held(following) or w.line.in_force.address_of(following) in world.undeliverable
    ]  # fmt: skip
    sent = [w for w in wanted if w not in stuck]
    for each in sent:
        each.state, each.address = "sent", each.line.in_force.address_of(following)
    return sent, stuck


def is_being_sent(world: World, line: Line, issue: Issue) -> bool:
    """A copy from stock that is in a run and not in the mail: nobody can miss it, or have it, yet."""
    return any(w.line is line and w.issue is issue and w.state == "sent" for w in world.wanted)


def mail(world: World, sent: list[Wanted]) -> None:
    for each in sent:
        each.state, each.mailed_on = "mailed", world.now.date()
        each.term.owed -= each.units


def take_run_back(sent: list[Wanted]) -> None:
    for each in sent:
        each.state = "waiting"


# -- claims


@dataclass(frozen=True)
class Known:
    """A copy as its reader holds it, or misses it."""

    term: Term
    copy_class: str
    expected: dt.date


def claim(world: World, line: Line, issue: Issue, reason: str) -> Claim | str:
    """A claim that was answered, or `too_early`."""
    copy = _unclaimed(world, line, issue)
    if reason not in ARRIVED and world.now.date() <= copy.expected:
        return "too_early"
    outcome = _decide(world, line, issue, reason, copy)
    made = Claim(line, issue, reason, world.now)
    if outcome == "replacement":
        promise_another(world, made, copy.term)
    elif outcome == "extension" and not is_given_back(world, made):
        make_good(world, made)
    elif outcome == "undeliverable":
        hold_for_address(world, line, issue)
    world.claims.append(made)
    return made


def _decide(world: World, line: Line, issue: Issue, reason: str, copy: Known) -> str:
    if reason not in ARRIVED and 1 + _missed_before(world, line, issue) >= MISSES:
        return "undeliverable"
    if sum(1 for later in out(world) if later.place > issue.place and later.weight) >= CLAIMABLE:
        return "person"
    recent = [c for c in world.claims if c.line is line and c.at > world.now - YEAR]
    most = ABROAD if line.in_force.ships[-1].address in world.abroad else AT_HOME
    if (
        reason != "came_late"
        and world.stock.get(issue, 0)
        and sum(c.state in ("replacing", "sent") for c in recent) < most
    ):
        return "replacement"
    given = sum(c.state == "extended" and c.reason != "returned" for c in recent)
    if copy.term.copies == 1 and _used_something_up(line, issue, copy) and given < EXTENSIONS:
        return "extension"
    return "person"


def returned(world: World, line: Line, issue: Issue) -> Claim:
    """The post brings a copy back: it is given back, if it used up anything, and nothing more goes there."""
    copy = _unclaimed(world, line, issue)
    made = Claim(line, issue, "returned", world.now)
    hold_for_address(world, line, issue)
    if copy.term.copies == 1 and _used_something_up(line, issue, copy):
        if is_given_back(world, made):
            made.state = "refused"
        else:
            make_good(world, made)
    world.undeliverable.add(went_to(world, line, issue))
    world.claims.append(made)
    return made


def answer(world: World, made: Claim, kind: str) -> None:
    if made.state != "open":
        raise Refused("claim_in_other_state")
    if kind == "refusal":
        made.state = "refused"
    elif kind == "replacement":
        if not world.stock.get(made.issue, 0):
            raise Refused("no_stock")
        promise_another(world, made, _copy(world, made.line, made.issue).term)
    else:
        make_good(world, made)


def withdraw(world: World, made: Claim) -> None:
    if state_of(made) not in ("open", "replacing", "extended"):
        raise Refused("claim_in_other_state")
    if made.bonus is not None:
        world.take_back(made.bonus)
    if made.wanted is not None:
        world.stock[made.issue] += 1
        world.wanted.remove(made.wanted)
    made.state, made.bonus, made.wanted = "withdrawn", None, None


def state_of(made: Claim) -> str:
    """As its clerk sees it."""
    return "sent" if made.wanted is not None and made.wanted.state != "waiting" else made.state


def promise_another(world: World, made: Claim, term: Term) -> None:
    world.stock[made.issue] -= 1
    made.state, made.wanted = "replacing", Wanted(made.line, made.issue, term, CLAIMS, 1, "claim", 0, claim=made)
    world.wanted.append(made.wanted)


def make_good(world: World, made: Claim) -> None:
    main = world.pulls.get(made.issue, {}).get(made.line)
    units = made.issue.weight if main is None else main.units
    bonus, _ = world.extend(
        made.line.in_force, max(1, units), effect=EFFECTS[made.reason], copy_issue=made.issue
    )  # fmt: skip
    assert isinstance(bonus, Bonus)
    made.state, made.bonus = "extended", bonus


def is_given_back(world: World, made: Claim) -> bool:
    """It was before: for want of that copy, or of that of a line made one with this."""
    return EFFECTS[made.reason] == "credit" and made.issue in world.credited(made.line.in_force)


def hold_for_address(world: World, line: Line, issue: Issue) -> None:
    """Unless the next issues go elsewhere anyhow."""
    first, there, line = world.calendar.first_open(world.now), went_to(world, line, issue), line.in_force
    if there not in (line.address_of(first), line.ships[-1].address) or any(
        hold.reason == "bad_address" and hold.until is None for hold in line.holds
    ):
        return
    stops.hold(world, line, begins=first, until=None, reason="bad_address")


def went_to(world: World, line: Line, issue: Issue) -> int:
    """The street of the copy: a back issue went where the next one went on that day."""
    if line in world.pulls.get(issue, {}):
        return line.address_of(issue)
    return next(
        w.address for w in world.wanted
        if w.line is line and w.issue is issue and w.purpose == SUPPLEMENT and w.state != "waiting"
    )  # fmt: skip


def _unclaimed(world: World, line: Line, issue: Issue) -> Known:
    copy = _copy(world, line, issue)
    if any(c.line is line and c.issue is issue and c.state != "withdrawn" for c in world.claims):
        raise Refused("copy_is_claimed")
    return copy


def _copy(world: World, line: Line, issue: Issue) -> Known:
    """What was sent of this issue, by the main run or from stock, and the last day on which it may still come."""
    takes = issue.in_home_until - issue.mail_on
    main = world.pulls.get(issue, {}).get(line)
    if main is not None:
        on = issue.mailed_on or issue.mail_on
        return Known(main.term, main.copy_class, max(issue.in_home_until, on + takes))
    for each in world.wanted:
        if each.line is line and each.issue is issue and each.purpose == SUPPLEMENT and each.state != "waiting":
            assert each.mailed_on is not None
            return Known(each.term, each.copy_class, each.mailed_on + takes)
    raise Refused("copy_never_sent")


def _missed_before(world: World, line: Line, issue: Issue) -> int:
    """Copies of main runs, one after the other up to the one before this, that did not come either."""
    missed = {
        c.issue
        for c in world.claims
        if c.line is line and c.reason not in ARRIVED and c.state not in ("withdrawn", "refused")
    }
    count = 0
    for before in sorted(world.pulls, key=lambda i: -i.place):
        if before.place < issue.place and line in world.pulls[before]:
            if before not in missed:
                break
            count += 1
    return count


def _used_something_up(line: Line, issue: Issue, copy: Known) -> bool:
    now = line.in_force
    return issue.weight > 0 and copy.copy_class in PAID and bool(now.terms) and now.left != FOREVER


def out(world: World) -> list[Issue]:
    return [issue for issue in world.calendar.issues if issue.state in ("pulled", "mailed")]
