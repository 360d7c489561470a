"""Holds as people see them: which issues are held, which is the first to come again, and until when that can change."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from foundation.errors import DomainError
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.actions import CalendarIsOver
from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.models import Pause, Subscription
from subscriptions.terms.queries import promises
from subscriptions.terms.queries.life import Life, as_told, life_of, pauses_of, with_pauses
from subscriptions.terms.rules import Expected, PauseSpan

FOREVER = 2_147_483_647


class HoldRunsBackwards(DomainError):
    code = "hold_runs_backwards"


class NothingToHold(DomainError):
    code = "nothing_to_hold"


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """What a hold does, in issues. `held` is empty while it has no end, and where all that it held was dropped.

    `comes_anyway` are out of reach and still on their way. Until `withdraw_until` the hold can be taken back as if it
    had never been; until `end_until` the issue that comes again can still be another one.
    """

    first_held: Issue
    held: Sequence[Issue]
    comes_again: Issue | None
    comes_anyway: Sequence[Issue]
    last_issue: promises.ExpireAnswer
    withdraw_until: dt.datetime
    end_until: dt.datetime | None

    @property
    def has_end(self) -> bool:
        return self.end_until is not None


@dataclass(frozen=True, slots=True)
class HoldSeen:
    """One hold: a lengthened one is several pause rows, each joined to the end of the one before."""

    pauses: Sequence[Pause]
    has_begun: bool

    @property
    def pk(self) -> int:
        return self.pauses[0].pk

    @property
    def first(self) -> Issue:
        return self.pauses[0].from_issue

    @property
    def until(self) -> Issue | None:
        return self.pauses[-1].until_issue

    @property
    def reason(self) -> str:
        return self.pauses[0].reason

    @property
    def is_readers_own(self) -> bool:
        return self.reason == Pause.Reason.VACATION

    @property
    def words(self) -> str:
        first = self.pauses[0]
        return first.bulk.reason.name if first.bulk else str(first.get_reason_display())

    @property
    def note(self) -> str:
        return self.pauses[0].note


def holds_of(subscription_id: int, now: dt.datetime) -> list[HoldSeen]:
    """The holds that still hold something back or will, the first to begin first. Skips of label runs are no holds."""
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    open_issue = catalog.first_open_issue(magazine_id=magazine_id, now=now)
    pointer = open_issue.ordinal if open_issue else FOREVER
    seen = [HoldSeen(chain, chain[0].from_issue.ordinal < pointer) for chain in _chains(subscription_id)]
    return [hold for hold in seen if _end(hold.pauses[-1]) > pointer]


def chain_of(pause: Pause) -> list[Pause]:
    """The pause rows that are one hold with this one, the first to begin first."""
    found = next((c for c in _chains(pause.subscription_id) if any(each.pk == pause.pk for each in c)), None)
    return found or [pause]


def standing(subscription_id: int, *, first: Issue, until: Issue | None, reason: str, note: str) -> Pause | None:
    """The hold of exactly this stretch and reason, if there is one. What the house imposes has its why in the note."""
    for chain in _chains(subscription_id):
        begins, ends = chain[0], chain[-1]
        same = (begins.from_issue_id, ends.until_issue_id) == (first.pk, until.pk if until else None)
        alike = begins.reason == reason and (reason != Pause.Reason.IMPOSED or begins.note == note)
        if same and alike and begins.bulk_id is None:
            return begins
    return None


def answer_of(pause: Pause, now: dt.datetime, *, told_on: dt.date | None = None) -> HoldAnswer:
    """What this hold does, as the calendar stands."""
    chain = chain_of(pause)
    first, until = chain[0].from_issue, chain[-1].until_issue
    return hold_answer(subscription_id=pause.subscription_id, first=first, until=until, now=now, told_on=told_on)


def hold_answer(
    *, subscription_id: int, first: Issue, until: Issue | None, now: dt.datetime, told_on: dt.date | None = None
) -> HoldAnswer:
    """What a hold from `first` until `until` does, whether it has been entered or not.

    :param told_on: for its reader's eyes: without gifts that are announced later than on that day
    """
    stretch = PauseSpan(first.ordinal, until.ordinal if until else None)
    life = with_pauses(as_told(life_of(subscription_id), told_on), [stretch])
    between = appearing(first.magazine_id).filter(ordinal__gte=first.ordinal, ordinal__lt=_ordinal(until))
    return HoldAnswer(
        first_held=first,
        held=list(between) if until else [],
        comes_again=_comes_again(life, until),
        comes_anyway=on_the_way(life, magazine_id=first.magazine_id, before=first.ordinal, now=now),
        last_issue=promises.expire_of(life),
        withdraw_until=first.pull_at,
        end_until=until.pull_at if until else None,
    )


def on_the_way(life: Life, *, magazine_id: int, before: int, now: dt.datetime) -> list[Issue]:
    """Issues that no change reaches any more, that this subscription gets, and that should not have arrived yet."""
    passed = appearing(magazine_id).select_related("magazine").filter(ordinal__lt=before)
    return [
        issue
        for issue in passed.filter(in_home_until__gt=now.date() - dt.timedelta(days=1))
        if not issue.takes_changes(now=now)
        and issue.in_home_until > now.astimezone(issue.magazine.zone).date()
        and issue.ordinal in life.issues
        and rules.serving(life.calendar, life.pauses, life.spans, issue.ordinal) is not None
    ]


def stretch_for_days(
    *, magazine_id: int, away_from: dt.date, back_on: dt.date | None, now: dt.datetime
) -> tuple[Issue, Issue | None]:
    """The first issue to hold back and the first to come again, for a reader who is away from one day until another.

    Each is the first whose in-home window begins on that day or after it; only what a change still reaches is held.

    :raises HoldRunsBackwards: when the reader is back before leaving
    :raises NothingToHold: when no issue is expected in between
    :raises CalendarIsOver: when a day lies beyond the calendar
    """
    if back_on is not None and back_on <= away_from:
        raise HoldRunsBackwards("The day of coming back has to be after the day of leaving.")
    open_issues = [issue for issue in catalog.planned_issues(magazine_id) if issue.takes_changes(now=now)]
    first = expected_on(open_issues, away_from)
    until = None if back_on is None else expected_on(open_issues, back_on)
    if until is not None and until.ordinal <= first.ordinal:
        raise NothingToHold(
            f"No issue that a change still reaches is expected between these days: {first} comes"
            f" from {day_of(first.in_home_from)} on. There is nothing to hold back."
        )
    return first, until


def first_for_day(*, magazine_id: int, day: dt.date, now: dt.datetime) -> Issue:
    """The first issue that a change still reaches and whose in-home window begins on this day or after it.

    :raises CalendarIsOver: beyond the calendar
    """
    return expected_on([i for i in catalog.planned_issues(magazine_id) if i.takes_changes(now=now)], day)


def expected_on(issues: Sequence[Issue], day: dt.date) -> Issue:
    """:raises CalendarIsOver: when no issue is planned for that day or after it"""
    found = rules.first_expected([expected(issue) for issue in issues], day)
    if found is None:
        raise CalendarIsOver(f"The issue calendar is not laid out as far as {day_of(day)}.")
    return next(issue for issue in issues if issue.ordinal == found.ordinal)


def expected(issue: Issue) -> Expected:
    return Expected(issue.ordinal, issue.in_home_from, issue.cover_year, counts=issue.weight > 0)


def appearing(magazine_id: int) -> QuerySet[Issue]:
    return catalog.calendar(magazine_id).exclude(state=Issue.State.DROPPED)


def day_of(day: dt.date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _chains(subscription_id: int) -> list[list[Pause]]:
    """Pauses that hold something back, those of one reason joined where one begins with the issue the other ends with.

    Should none of a hold be left (it was withdrawn), it is no chain any more.
    """
    chains: list[list[Pause]] = []
    for pause in pauses_of(subscription_id):
        if pause.reason == Pause.Reason.SKIP or _end(pause) <= pause.from_issue.ordinal:
            continue
        joined = next((chain for chain in chains if _joins(chain[-1], pause)), None)
        if joined is None:
            chains.append([pause])
        else:
            joined.append(pause)
    return chains


def _joins(before: Pause, after: Pause) -> bool:
    same = (before.reason, before.bulk_id) == (after.reason, after.bulk_id)
    return same and before.until_issue_id == after.from_issue_id


def _end(pause: Pause) -> int:
    return _ordinal(pause.until_issue)


def _ordinal(until: Issue | None) -> int:
    return until.ordinal if until else FOREVER


def _comes_again(life: Life, until: Issue | None) -> Issue | None:
    """The first issue from there on that this subscription gets; another hold may still be in the way."""
    if until is None:
        return None
    for row in life.calendar:
        if row.ordinal >= until.ordinal and rules.serving(life.calendar, life.pauses, life.spans, row.ordinal):
            return life.row_of(row)
    return None
