"""One subscription as a reader or a clerk sees it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Address, Reader
from subscriptions.terms import rules
from subscriptions.terms.models import Entry, Pause, ShipTo, Subscription, Term
from subscriptions.terms.queries import promises
from subscriptions.terms.queries.destinations import addresses_of, home_at
from subscriptions.terms.queries.life import Life, as_told, life_of, pauses_of
from subscriptions.terms.rules import TermSpan

ServiceState = Literal["not_started", "active", "held", "grace", "ended"]
SHOWN_COPIES = 3


@dataclass(frozen=True, slots=True)
class QueuedTerm:
    """One term in the order in which they are served. `units_left` None: without end."""

    term: Term
    first_issue: Issue | None
    last_issue: Issue | None
    units_left: int | None
    state: Literal["over", "running", "waiting"]


@dataclass(frozen=True, slots=True)
class NextCopy:
    """A copy that is planned: which issue, where it goes, and whether it comes in the hope of renewal."""

    issue: Issue
    address: Address | None
    is_grace: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A plus or minus in units, or a hold (0 units: it moves the end, not the number). `link` is what it came of."""

    at: dt.datetime
    kind: str
    units: int
    about: str
    by: str
    term_id: int | None
    entry_id: int | None = None
    reason: str = ""
    link: str = ""
    can_be_taken_back: bool = False

    @property
    def order_number(self) -> str:
        return self.link.removeprefix("order:") if self.link.startswith("order:") else ""


@dataclass(frozen=True, slots=True)
class SubscriptionOverview:
    """`units_left` None: without end. `paid_through_label` is what a label may print, or empty."""

    subscription: Subscription
    magazine: Magazine
    reader: Reader
    state: ServiceState
    auto_renews: bool
    units_left: int | None
    first_issue: Issue | None
    expire: promises.ExpireAnswer
    paid_through_label: str
    address: Address | None
    address_from: Issue | None
    next_copies: Sequence[NextCopy]
    terms: Sequence[QueuedTerm]
    ledger: Sequence[LedgerLine]

    @property
    def uuid(self) -> uuid.UUID:
        return self.subscription.uuid


def overview(subscription_id: int, now: dt.datetime, *, told_on: dt.date | None = None) -> SubscriptionOverview:
    """`address` is home, for the first issue that a change of this moment would reach; that issue is `address_from`.

    :param told_on: as its reader may know it on that day, without gifts that are announced later; None: all, for staff
    """
    subscription = Subscription.objects.select_related("magazine", "reader").get(pk=subscription_id)
    life = as_told(life_of(subscription_id), told_on)
    expires = promises.expire_of(life)
    paid = promises.paid_through(life).issue
    open_issue = catalog.first_open_issue(magazine_id=subscription.magazine_id, now=now)
    addresses = list(ShipTo.objects.filter(subscription_id=subscription_id).select_related("address"))
    copies = _next_copies(life, subscription_id)
    return SubscriptionOverview(
        subscription=subscription,
        magazine=subscription.magazine,
        reader=subscription.reader,
        state=_state(life, copies),
        auto_renews=subscription.renewal == Subscription.Renewal.AUTO_CHARGE,
        units_left=expires.units_left,
        first_issue=life.first_issue_of(life.spans[0]) if life.spans else None,
        expire=expires,
        paid_through_label=paid.cover_label if paid else "",
        address=home_at(addresses, open_issue),
        address_from=open_issue,
        next_copies=copies,
        terms=[queued(life, term) for term in life.terms],
        ledger=_known(ledger(subscription_id), life),
    )


def ledger(subscription_id: int) -> list[LedgerLine]:
    """The expire ledger with the holds among it, oldest first."""
    entries = list(
        Entry.objects.filter(term__subscription_id=subscription_id).select_related("reason").order_by("at", "pk")
    )
    reversed_ids = {entry.reverses_id for entry in entries}
    lines = [_line(entry, is_reversed=entry.pk in reversed_ids) for entry in entries]
    holds = [LedgerLine(p.entered_at, "hold", 0, _stretch(p), p.entered_by, None) for p in pauses_of(subscription_id)]
    return sorted([*lines, *holds], key=lambda line: line.at)


def _known(lines: Sequence[LedgerLine], life: Life) -> list[LedgerLine]:
    terms = {term.pk for term in life.terms}
    return [line for line in lines if line.term_id is None or line.term_id in terms]


def _line(entry: Entry, *, is_reversed: bool) -> LedgerLine:
    is_extension = entry.kind in (Entry.Kind.BONUS, Entry.Kind.CREDIT) and entry.units > 0
    return LedgerLine(
        entry.at,
        entry.kind,
        entry.units,
        entry.about,
        entry.by,
        entry.term_id,
        entry_id=entry.pk,
        reason=entry.reason.code if entry.reason else "",
        link=entry.link,
        can_be_taken_back=is_extension and not is_reversed,
    )


def _stretch(pause: Pause) -> str:
    until = f"until {pause.until_issue}" if pause.until_issue else "until further notice"
    if pause.until_issue_id == pause.from_issue_id:
        until = "on, taken back before it began"
    return f"{pause.get_reason_display()}: from {pause.from_issue} {until}"


def queued(life: Life, term: Term) -> QueuedTerm:
    """One term of a life in its place."""
    span = life.spans[life.terms.index(term)]
    left = rules.units_left([span], life.clock)
    return QueuedTerm(
        term=term,
        first_issue=life.first_issue_of(span),
        last_issue=promises.answer(life, rules.expire_issue(life.calendar, life.pauses, [span])).issue,
        units_left=left,
        state=_place(span, left=left, clock=life.clock),
    )


def _place(span: TermSpan, *, left: int | None, clock: int) -> Literal["over", "running", "waiting"]:
    if left == 0:
        return "over"
    return "running" if span.c_from <= clock else "waiting"


def _next_copies(life: Life, subscription_id: int) -> list[NextCopy]:
    planned = [row for row in life.calendar if not row.is_pulled and not row.is_dropped]
    served = ((row, rules.serving(life.calendar, life.pauses, life.spans, row.ordinal)) for row in planned)
    coming = list(islice(((life.issues[row.ordinal], copy) for row, copy in served if copy), SHOWN_COPIES))
    found = addresses_of(subscription_id, [issue for issue, _ in coming])
    return [NextCopy(issue, found[issue.pk][0], copy.is_grace) for issue, copy in coming]


def _state(life: Life, copies: Sequence[NextCopy]) -> ServiceState:
    pointer = next((row for row in life.calendar if not row.is_pulled and not row.is_dropped), None)
    left = rules.units_left(life.spans, life.clock) if life.calendar else 0
    if left == 0:
        return "grace" if copies else "ended"
    if pointer is not None and rules.is_paused(life.pauses, pointer.ordinal):
        return "held"
    return "active" if any(span.c_from <= life.clock for span in life.spans) else "not_started"
