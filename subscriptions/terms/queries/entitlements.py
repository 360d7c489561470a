"""Whether somebody may read online, and why: what the magazine's website asks (rule 4.34 of the rule book)."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.queries import files_of
from subscriptions.terms import rules
from subscriptions.terms.models import AccessTerm, Pause, Subscription, Term
from subscriptions.terms.queries.life import Life, as_told, life_of, pauses_of
from subscriptions.terms.queries.promises import expire_of

Code = Literal[
    "active", "starts_later", "gift_announced", "grace", "vacation_hold", "imposed_hold", "bad_address_hold",
    "access_term", "ended_until_in_home", "non_pay", "disputed", "refunded", "cancelled", "ended", "none",
]  # fmt: skip
# Whoever has several lines or terms is let in by the first of these; and if by none, told the first of the others.
LET_IN: tuple[Code, ...] = (
    "active", "vacation_hold", "imposed_hold", "bad_address_hold", "access_term", "grace", "starts_later",
    "gift_announced", "ended_until_in_home",
)  # fmt: skip
KEPT_OUT: tuple[Code, ...] = ("disputed", "non_pay", "refunded", "cancelled", "ended", "none")

# What a pause over the next issue means, the gravest first. What a run could not send is no hold.
_HOLDS: tuple[tuple[str, Code], ...] = (
    (Pause.Reason.DISPUTE, "disputed"),
    (Pause.Reason.NON_PAY, "non_pay"),
    (Pause.Reason.BAD_ADDRESS, "bad_address_hold"),
    (Pause.Reason.IMPOSED, "imposed_hold"),
    (Pause.Reason.VACATION, "vacation_hold"),
)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """`until`: how long the answer holds by what is known today; None without end, and where nobody is let in."""

    magazine: Magazine | None
    code: Code
    until: dt.datetime | None = None
    first_issue: Issue | None = None
    last_issue: Issue | None = None

    @property
    def is_entitled(self) -> bool:
        return self.code in LET_IN


def entitlements_of(reader_ids: Collection[int], now: dt.datetime) -> list[Entitlement]:
    """One for each magazine that these readers get or got: as recipients, whoever pays. Merged files count as one.

    A gift that is announced later is not there: whoever asks would be told of it.
    """
    files = files_of(reader_ids)
    found: dict[int, list[Entitlement]] = {}
    lines = Subscription.objects.filter(reader__in=files).exclude(pk__in=untold_lines(files, now))
    for line in lines.select_related("magazine").order_by("pk"):
        found.setdefault(line.magazine_id, []).append(_of_line(line, now))
    for access in AccessTerm.objects.filter(reader__in=files).select_related("magazine").order_by("pk"):
        if access.opens_on is not None and access.opens_on > _today(access.magazine, now):
            continue
        found.setdefault(access.magazine_id, []).append(_of_access(access, now))
    return [best_of(each) for _magazine, each in sorted(found.items())]


def entitlement_of(subscription_id: int, now: dt.datetime) -> Entitlement:
    return _of_line(Subscription.objects.select_related("magazine").get(pk=subscription_id), now)


def best_of(found: Iterable[Entitlement]) -> Entitlement:
    """The one that lets in, and of those alike the one that lasts longest; of none, that nothing is known."""
    order = {code: place for place, code in enumerate((*LET_IN, *KEPT_OUT))}
    endless = dt.datetime.max.replace(tzinfo=dt.UTC)
    ranked = sorted(found, key=lambda each: (order[each.code], -(each.until or endless).timestamp()))
    return ranked[0] if ranked else Entitlement(None, "none")


def untold_lines(readers: Collection[int], now: dt.datetime) -> list[int]:
    """The lines of these readers that are nothing but gifts which are announced later: nobody shows them yet."""
    dated = Term.objects.filter(subscription__reader__in=readers, opens_on__isnull=False)
    lines = Subscription.objects.filter(pk__in=dated.values("subscription")).select_related("magazine")
    return [line.pk for line in lines if not as_told(life_of(line.pk), _today(line.magazine, now)).terms]


def _today(magazine: Magazine, now: dt.datetime) -> dt.date:
    return now.astimezone(magazine.zone).date()


def _of_line(line: Subscription, now: dt.datetime) -> Entitlement:
    life = as_told(life_of(line.pk), _today(line.magazine, now))
    if not life.terms or not life.calendar:
        return Entitlement(line.magazine, "none")
    end = expire_of(life)
    first = life.begins_with(0)
    if end.units_left == 0:
        return _over(line.magazine, life, first, now)
    code = _hold(life, pauses_of(line.pk)) or _begun(life)
    until = _in_home(line.magazine, end.issue) if code in LET_IN else None
    return Entitlement(line.magazine, code, until, first, end.issue)


def _hold(life: Life, pauses: Sequence[Pause]) -> Code | None:
    pointer = rules.first_reachable(life.calendar)
    if pointer is None:
        return None
    standing = {pause.reason for pause in pauses if _covers(pause, pointer.ordinal)}
    return next((code for reason, code in _HOLDS if reason in standing), None)


def _begun(life: Life) -> Code:
    running = [term for term, span in zip(life.terms, life.spans, strict=True) if span.c_from <= life.clock]
    if running:
        return "active"
    return "gift_announced" if life.terms[0].copy_class == Term.Class.GIFT else "starts_later"


def _over(magazine: Magazine, life: Life, first: Issue | None, now: dt.datetime) -> Entitlement:
    """Nothing is left: grace goes on, the last copy is on its way, or it was cancelled."""
    cancelled = _cancelled(life)
    if cancelled is not None:
        return Entitlement(magazine, "refunded" if cancelled.released_cents else "cancelled", None, first, None)
    copies = [(issue, copy) for issue, copy in _copies(life) if copy is not None]
    if not copies:
        return Entitlement(magazine, "ended", None, first, None)
    last, copy = copies[-1]
    until = _in_home(magazine, last)
    if until is None or until <= now:
        return Entitlement(magazine, "ended", None, first, last)
    return Entitlement(magazine, "grace" if copy.is_grace else "ended_until_in_home", until, first, last)


def _cancelled(life: Life) -> Term | None:
    """The term that was served last, if it was cut off and does not go on anywhere. What was cancelled before it, or
    while it waited, does not count, unless nothing was ever served."""
    pairs = list(zip(life.spans, life.terms, strict=True))
    served = [(span.c_to or 0, term.pk, term) for span, term in pairs if span.c_to != span.c_from]
    last = max(served)[2] if served else max(life.terms, key=lambda term: (term.ended_at or term.settled_at, term.pk))
    while after := next((term for term in life.terms if term.split_from_id == last.pk), None):
        last = after  # What was split and then cancelled before the next issue was not served under its new name.
    goes_on = Term.objects.filter(split_from=last).exists()
    return last if last.ended_at is not None and not goes_on else None


def _copies(life: Life) -> list[tuple[Issue, rules.Serving | None]]:
    """Every issue that is or was sent, grace too, in order."""
    return [
        (life.issues[row.ordinal], rules.serving(life.calendar, life.pauses, life.spans, row.ordinal))
        for row in life.calendar
        if not row.is_dropped
    ]


def _of_access(access: AccessTerm, now: dt.datetime) -> Entitlement:
    today = _today(access.magazine, now)
    if access.ended_on is not None:
        return Entitlement(access.magazine, "refunded" if access.released_cents else "cancelled")
    if access.until_on <= today:
        return Entitlement(access.magazine, "ended")
    code: Code = "access_term" if access.from_on <= today else "starts_later"
    return Entitlement(access.magazine, code, _midnight(access.magazine, access.until_on))


def _in_home(magazine: Magazine, issue: Issue | None) -> dt.datetime | None:
    """When the last day on which an issue is expected is over, in the magazine's time zone."""
    return _midnight(magazine, issue.in_home_until + dt.timedelta(days=1)) if issue else None


def _midnight(magazine: Magazine, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), magazine.zone)


def _covers(pause: Pause, ordinal: int) -> bool:
    until = pause.until_issue.ordinal if pause.until_issue else None
    return pause.from_issue.ordinal <= ordinal and (until is None or ordinal < until)
