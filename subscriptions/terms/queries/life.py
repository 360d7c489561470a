"""One subscription's life as the rules take it: the calendar, its pauses, its terms."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from typing import Any

from django.db.models import Q

from foundation.rows import made_of
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.models import Pause, Subscription, Term
from subscriptions.terms.rules import IssueRow, PauseSpan, Queued, TermSpan

PAID_CLASSES = frozenset({Term.Class.PAID, Term.Class.GIFT, Term.Class.AGENCY, Term.Class.BULK})
# What is read of an issue.
ISSUE_COLUMNS = [field.attname for field in Issue._meta.concrete_fields]


class Issues(Mapping[int, Issue]):
    """Issues by ordinal. An answer shows one or two of a calendar of forty, so only those are made into models."""

    def __init__(self, found: Iterable[Sequence[Any]]) -> None:
        """:param found: the values of `ISSUE_COLUMNS`, in the order of the calendar"""
        ordinal, pk = ISSUE_COLUMNS.index("ordinal"), ISSUE_COLUMNS.index("id")
        self._values = {values[ordinal]: values for values in found}
        self.ordinals = {values[pk]: values[ordinal] for values in self._values.values()}
        self._made: dict[int, Issue] = {}

    def __getitem__(self, ordinal: int) -> Issue:
        if ordinal not in self._made:
            self._made[ordinal] = made_of(Issue, self._values[ordinal])
        return self._made[ordinal]

    def __iter__(self) -> Iterator[int]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def rows(self) -> list[IssueRow]:
        """The calendar as the rules take it."""
        return [_issue_row(dict(zip(ISSUE_COLUMNS, values, strict=True))) for values in self._values.values()]


def _issue_row(issue: Mapping[str, Any]) -> IssueRow:
    return IssueRow(
        number=issue["number"],
        ordinal=issue["ordinal"],
        weight=issue["weight"],
        unit=issue["unit"],
        is_pulled=issue["state"] in Issue.GONE_OUT,
        is_dropped=issue["state"] == Issue.State.DROPPED,
        cover_label=issue["cover_label"],
    )


@dataclass(frozen=True)
class Life:
    """`spans` and `terms` are the same terms in the same order, as ranges for the rules and as rows for people."""

    issues: Mapping[int, Issue]  # by ordinal
    calendar: Sequence[IssueRow]
    pauses: Sequence[PauseSpan]
    terms: Sequence[Term]
    spans: Sequence[TermSpan]

    @cached_property
    def clock(self) -> int:
        """The clock at the next issue to be pulled."""
        return rules.clock_now(self.calendar, self.pauses)

    def gets(self, issue: Issue) -> bool:
        """Whether a copy of this issue comes or came, in grace too: not of one that is held back or not owed."""
        return rules.serving(self.calendar, self.pauses, self.spans, issue.ordinal) is not None

    def row_of(self, issue: IssueRow | None) -> Issue | None:
        return self.issues[issue.ordinal] if issue else None

    def first_issue_of(self, span: TermSpan) -> Issue | None:
        return self.row_of(rules.first_issue_of(self.calendar, self.pauses, span))

    def begins_with(self, place: int) -> Issue | None:
        """The issue that a term was started with, unless it lies elsewhere here than in its row (`as_told`)."""
        term, span = self.terms[place], self.spans[place]
        started = term.start_issue if term.c_from == span.c_from else None
        return started or self.first_issue_of(span)

    def start_behind_all(self, *, start: Issue) -> int:
        """Where a new term begins on the clock, if orders of this moment start with `start`.

        :raises ValueError: behind a perpetual term
        """
        return rules.queue_start(self.calendar, self.pauses, self.spans, start.ordinal)


def life_of(subscription_id: int) -> Life:
    return life_of_line(Subscription.objects.get(pk=subscription_id))


def life_of_line(subscription: Subscription) -> Life:
    """The same for a subscription at hand. Every change of one asks for it, some thrice: nothing is read twice here."""
    terms = list(Term.objects.filter(subscription_id=subscription.pk).order_by("c_from", "pk"))
    pauses = Pause.objects.filter(subscription_id=subscription.pk).order_by("from_issue__ordinal", "pk")
    spans = [PauseSpan(*ordinals) for ordinals in pauses.values_list("from_issue__ordinal", "until_issue__ordinal")]
    life = _life(subscription.magazine_id, terms=terms, pauses=spans)
    for term in terms:
        term.subscription = subscription
    return life


def lives_of(subscriptions: Collection[Subscription]) -> dict[int, Life]:
    """The lives of many at once, by subscription: what is read does not grow with how many they are."""
    terms: dict[int, list[Term]] = {one.pk: [] for one in subscriptions}
    for term in Term.objects.filter(subscription__in=terms).order_by("c_from", "pk"):
        terms[term.subscription_id].append(term)
    pauses: dict[int, list[PauseSpan]] = {pk: [] for pk in terms}
    held = Pause.objects.filter(subscription__in=terms).order_by("from_issue__ordinal", "pk")
    for pk, *ordinals in held.values_list("subscription", "from_issue__ordinal", "until_issue__ordinal"):
        pauses[pk].append(PauseSpan(*ordinals))
    lives = {}
    for magazine_id in {one.magazine_id for one in subscriptions}:
        mine = [one.pk for one in subscriptions if one.magazine_id == magazine_id]
        begins = [term.c_from for pk in mine for term in terms[pk]]
        issues = issues_for(magazine_id, begins, [pause for pk in mine for pause in pauses[pk]])
        calendar = issues.rows()
        for pk in mine:
            _join(terms[pk], issues)
            lives[pk] = Life(issues, calendar, pauses[pk], terms[pk], [span_of(term) for term in terms[pk]])
    return lives


def with_pauses(life: Life, more: Sequence[PauseSpan]) -> Life:
    """The same life if these pauses were entered, too."""
    return replace(life, pauses=[*life.pauses, *more])


def as_told(life: Life, on: dt.date | None) -> Life:
    """The same life as its reader may know it on a day: without the gifts that are announced later. None: all of it.

    What waits behind such a gift moves up: a gap where it lies would tell of it, and of how many issues it has.
    """
    if on is None:
        return life
    kept = [is_told(term, on) for term in life.terms]
    return life if all(kept) else _moved_up(_only(life, kept))


def is_told(term: Term, on: dt.date) -> bool:
    """Whether the reader may know of it on that day."""
    return term.opens_on is None or term.opens_on <= on


def _moved_up(life: Life) -> Life:
    if not life.calendar:
        return life
    queue = [_in_queue(term, span) for term, span in zip(life.terms, life.spans, strict=True)]
    begins = rules.lay_again(life.calendar, life.pauses, queue)
    return replace(life, spans=[replace(span, c_from=at) for span, at in zip(life.spans, begins, strict=True)])


def _in_queue(term: Term, span: TermSpan) -> Queued:
    reachable, start = term.reachable_issue, term.start_issue
    return Queued(
        span=span,
        is_ended=term.ended_at is not None,
        reachable=reachable.ordinal if reachable else None,
        start=start.ordinal if start else None,
    )


def as_paid(life: Life, payers: Collection[int] | None) -> Life:
    """Of the same life what these payers have paid for: what a donor may know of it. None: all of it."""
    if payers is None:
        return life
    return _only(life, [term.payer_id in payers for term in life.terms])


def _only(life: Life, kept: Sequence[bool]) -> Life:
    if all(kept):
        return life
    return replace(life, terms=list(compress(life.terms, kept)), spans=list(compress(life.spans, kept)))


def life_of_nobody(magazine_id: int, *, at_most: int | None = None) -> Life:
    """The calendar alone, for someone who has no subscription yet; the first issues of it where these are enough."""
    if at_most is None:
        return _life(magazine_id, terms=[], pauses=[])
    issues = Issues(catalog.planned_values(magazine_id, at_most=at_most))
    return Life(issues=issues, calendar=issues.rows(), pauses=[], terms=[], spans=[])


def pauses_of(subscription_id: int) -> list[Pause]:
    return list(
        Pause.objects.filter(subscription_id=subscription_id)
        .select_related("from_issue", "until_issue", "bulk__reason")
        .order_by("from_issue__ordinal", "pk")
    )


def span_of(term: Term) -> TermSpan:
    return TermSpan(
        c_from=term.c_from,
        units=term.units,
        carried=term.carried,
        bonus=term.bonus,
        credit=term.credit,
        cut=term.cut,
        grace=term.grace,
        is_paid=term.copy_class in PAID_CLASSES,
        pin_ordinal=term.pin_issue.ordinal if term.pin_issue else None,
    )


def issues_for(magazine_id: int, begins: Sequence[int], pauses: Sequence[PauseSpan]) -> Issues:
    """The calendar as the rules need it: from the first term or pause on, and never from later than the next issue.

    :param begins: where terms begin on their clocks
    """
    tail = Q(state=Issue.State.PLANNED)
    if begins:
        tail |= Q(unit__gte=min(begins) - 2)
    if pauses:
        tail |= Q(ordinal__gte=min(pause.from_ordinal for pause in pauses))
    return Issues(catalog.calendar(magazine_id).filter(tail).values_list(*ISSUE_COLUMNS))


def _life(magazine_id: int, *, terms: list[Term], pauses: list[PauseSpan]) -> Life:
    issues = issues_for(magazine_id, [term.c_from for term in terms], pauses)
    _join(terms, issues)
    return Life(
        issues=issues,
        calendar=issues.rows(),
        pauses=pauses,
        terms=terms,
        spans=[span_of(term) for term in terms],
    )


def _join(terms: Sequence[Term], issues: Issues) -> None:
    """The issues that the terms name, out of those that were read. An older one is read when somebody asks for it."""
    for term in terms:
        for name in ("pin_issue", "start_issue", "reachable_issue"):
            ordinal = issues.ordinals.get(getattr(term, f"{name}_id"))
            if ordinal is not None:
                setattr(term, name, issues[ordinal])
