"""When a reader must be told of a charge, and when it may be made. Days are counted back from the charge.

The windows satisfy every state and network rule of reference finance 4.2 at once: notice 1 about day 35 (31 to 40),
notice 2 about day 20 (15 to 29). A charge may be late by what the windows leave, never early.
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

FIRST_TARGET, FIRST_WINDOW = 35, (31, 40)
SECOND_TARGET, SECOND_WINDOW = 20, (15, 29)
# A declined charge is tried again for this long under the same notices.
DAYS_TO_RETRY = 15


class Step(Enum):
    WAIT = "wait"
    SEND_FIRST = "send the first notice"
    SEND_SECOND = "send the second notice"
    START_AGAIN = "the notices no longer fit: void them and give notice anew"
    CHARGE = "charge"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that stands: the book date on which the mail server took it, or None while it waits."""

    handed_over_on: dt.date | None


def charge_day(*, pull_on: dt.date, today: dt.date) -> dt.date:
    """The day after the pull that leaves the agreed number of issues, moved out where notice can no longer be given."""
    return max(pull_on + dt.timedelta(days=1), today + dt.timedelta(days=FIRST_WINDOW[0]))


def next_step(*, today: dt.date, charge_on: dt.date, first: Told | None, second: Told | None) -> Step:
    """What a scheduled renewal needs today."""
    days = (charge_on - today).days
    if first is None:
        return _first(days)
    if not _fits(first, day=max(charge_on, today), window=FIRST_WINDOW, today=today):
        return Step.START_AGAIN
    if second is None:
        return _second(days)
    if not _fits(second, day=max(charge_on, today), window=SECOND_WINDOW, today=today):
        return Step.START_AGAIN
    if days > 0:
        return Step.WAIT
    return Step.CHARGE if first.handed_over_on and second.handed_over_on else Step.WAIT


def _first(days: int) -> Step:
    if days > FIRST_TARGET:
        return Step.WAIT
    return Step.SEND_FIRST if days >= FIRST_WINDOW[0] else Step.START_AGAIN


def _second(days: int) -> Step:
    if days > SECOND_TARGET:
        return Step.WAIT
    return Step.SEND_SECOND if days >= SECOND_WINDOW[0] else Step.START_AGAIN


def _fits(told: Told, *, day: dt.date, window: tuple[int, int], today: dt.date) -> bool:
    """Whether a notice lies (or, while it waits, can still come to lie) inside its window before a charge on `day`."""
    reference = told.handed_over_on or today
    return window[0] <= (day - reference).days <= window[1]


def permit_proves(*, charge_on: dt.date, first_on: dt.date, second_on: dt.date) -> bool:
    """What the database demands of a charge permit too (migration 0002)."""
    first, second = (charge_on - first_on).days, (charge_on - second_on).days
    return FIRST_WINDOW[0] <= first <= FIRST_WINDOW[1] and SECOND_WINDOW[0] <= second <= SECOND_WINDOW[1]
