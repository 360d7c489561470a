"""Where the copies of a line go, as a clerk would note it beside each issue that a change can still reach."""

import datetime as dt

from tests.lives.changes import World
from tests.lives.model import Issue, Line, Refused, ShipTo, Stay
from tests.lives.stops import shorten

MARGIN = 7  # an issue expected so many days before the end of a stay, or fewer, goes home


def move(world: World, line: Line, *, address: int, begins: Issue | None = None) -> Issue:
    """Everything from the issue named, or from the first that a change reaches. It takes the place of changes that no
    issue has seen; what was held as mail came back goes on there."""
    reach = world.calendar.first_open(world.now)
    first = begins or reach
    if all(ship.address == address for ship in _from_there(line, first)):
        return first
    line.ships = [s for s in line.ships if s.begins is None or s.begins.place < first.place]
    if line.ships[-1].address != address:
        line.ships.append(ShipTo(first, address, world.now, is_named=first is not reach))
    for part in line.holds:
        if part.reason == "bad_address" and (part.until is None or part.until.place > first.place):
            shorten([part], first)
    return first


def _from_there(line: Line, first: Issue) -> list[ShipTo]:
    """Each holds until the next one begins."""
    nexts = [*line.ships[1:], None]
    return [
        ship
        for ship, following in zip(line.ships, nexts, strict=True)
        if following is None or (following.begins is not None and following.begins.place > first.place)
    ]


def stay(world: World, line: Line, there: Stay) -> list[Issue]:
    """The issues that go there."""
    goes = [issue for issue in world.calendar.open(world.now) if _where(line, issue, [*line.stays, there]) is there]
    last = [issue for issue in world.calendar.issues if issue.state != "dropped"][-1]
    if there.until is not None and not goes and there.until <= last.in_home_from:
        raise Refused("nothing_goes_there")
    # Entered again, it is the one that stands.
    alike = [each for each in line.stays if not each.is_ended and (each.until is None) == (there.until is None)]
    if not alike or _said(alike[-1]) != _said(there):
        line.stays.append(there)
    note(world, line)
    return goes


def _said(each: Stay) -> tuple[object, ...]:
    return each.address, each.begins, each.until, each.season


def end_stay(world: World, line: Line, there: Stay) -> None:
    if there.is_ended:
        raise Refused("stay_is_over")
    there.is_ended = True
    note(world, line)


def note(world: World, line: Line) -> None:
    """Beside each issue that a change still reaches; the others keep what stands there."""
    for issue in world.calendar.open(world.now):
        where = _where(line, issue, line.stays)
        if where is None:
            line.away.pop(issue, None)
        else:
            line.away[issue] = where.address


def _where(line: Line, issue: Issue, stays: list[Stay]) -> Stay | None:
    """Who is there on the day on which it is expected, and for a week more. Once goes before every year."""
    week = [issue.in_home_from + dt.timedelta(days=n) for n in range(MARGIN + 1)]
    there = [each for each in stays if not each.is_ended and all(_is_there(each, day) for day in week)]
    once = [each for each in there if each.until is not None]
    return next(reversed(once or there), None)


def _is_there(each: Stay, day: dt.date) -> bool:
    if each.begins is not None and each.until is not None:
        return each.begins <= day < each.until
    first, last = each.season
    today = (day.month, day.day)
    return first <= today <= last if first <= last else today >= first or today <= last
