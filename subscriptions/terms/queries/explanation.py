"""Why a subscription ends with the issue it does, told to its reader: what was bought, what happened, the last issue.

The sentences add up: whoever knows the calendar comes to the same issue. Desk, reader's page and API say the same.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.audit.models import AuditEntry
from subscriptions.catalog.models import Issue
from subscriptions.terms.models import Entry, Pause
from subscriptions.terms.queries import wording
from subscriptions.terms.queries.life import Life, as_told, life_of, pauses_of
from subscriptions.terms.queries.promises import ExpireAnswer, expire_of


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `units` is what it adds or takes away; a hold moves the end and takes nothing."""

    kind: str
    sentence: str
    units: int
    at: dt.datetime | None
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    steps: Sequence[Step]
    conclusion: str

    @property
    def text(self) -> str:
        return " ".join([*(step.sentence for step in self.steps), self.conclusion])


def explanation(subscription_id: int, *, told_on: dt.date | None = None) -> str:
    """Why it ends when it does, in a few sentences with cover labels. `told_on` as for `overview`."""
    return explain(subscription_id, told_on=told_on).text


def explain(subscription_id: int, *, told_on: dt.date | None = None) -> Explanation:
    life = as_told(life_of(subscription_id), told_on)
    end = expire_of(life)
    if not life.terms:
        return Explanation((), _("Nothing was bought yet."))
    known = {term.pk for term in life.terms}
    standing = [entry for entry in _standing(subscription_id) if entry.term_id in known]
    happened = [*_of_entries(life, standing), *_of_pauses(life, pauses_of(subscription_id), end)]
    happened.sort(key=lambda step: step.at or dt.datetime.min.replace(tzinfo=dt.UTC))
    return Explanation((*happened, *_of_calendar(life, end)), _conclusion(end))


def _standing(subscription_id: int) -> list[Entry]:
    """The entries but for those that were taken back, and what took them back."""
    entries = Entry.objects.filter(term__subscription_id=subscription_id).select_related(
        "reason", "copy_issue", "term__split_from"
    )
    found = list(entries.order_by("at", "pk"))
    taken_back = {entry.reverses_id for entry in found if entry.reverses_id}
    return [entry for entry in found if not entry.reverses_id and entry.pk not in taken_back]


def _of_entries(life: Life, entries: Sequence[Entry]) -> Iterator[Step]:
    """One step for each, but copies that a term answers for are told together."""
    for _key, alike in groupby(entries, key=lambda e: (e.term_id, e.kind) if e.copy_issue_id and e.units < 0 else e.pk):
        group = list(alike)
        sentence = _SAID[group[0].kind](life, group)
        if sentence:
            labels = tuple(entry.copy_issue.cover_label for entry in group if entry.copy_issue)
            yield Step(group[0].kind, sentence, sum(entry.units for entry in group), group[0].at, labels)


def _bought(life: Life, group: list[Entry]) -> str:
    place = next(n for n, term in enumerate(life.terms) if term.pk == group[0].term_id)
    term, span = life.terms[place], life.spans[place]
    joins = place > 0 and life.spans[place - 1].c_to == span.c_from
    first = life.begins_with(place)
    label = "" if joins or first is None else first.cover_label
    return wording.bought(group[0].units, term.copy_class, is_first=place == 0, first=label)


def _added(life: Life, group: list[Entry]) -> str:
    entry = group[0]
    copy = entry.copy_issue.cover_label if entry.copy_issue else ""
    return wording.added(entry.units, reason=entry.reason.code if entry.reason else "", copy=copy)


def _recouped(life: Life, group: list[Entry]) -> str:
    return wording.recouped(-sum(entry.units for entry in group), _copies(group))


def _back_started(life: Life, group: list[Entry]) -> str:
    return wording.back_started(-sum(entry.units for entry in group), _copies(group))


def _split_in(life: Life, group: list[Entry]) -> str:
    """What goes on in another term of the same line is told only where its number changes."""
    entry, old = group[0], group[0].term.split_from
    if old is None or old.subscription_id != entry.term.subscription_id:
        return wording.came_over(entry.units)
    before = sum(e.units for e in old.entries.all() if e.kind == Entry.Kind.SPLIT_OUT)
    if not before:
        return wording.taken_up_again(entry.units)
    return wording.changed_number(-before, entry.units)


def _split_out(life: Life, group: list[Entry]) -> str:
    entry = group[0]
    goes_on_here = any(term.split_from_id == entry.term_id for term in life.terms)
    return "" if goes_on_here else wording.went_over(-entry.units)


def _corrected(life: Life, group: list[Entry]) -> str:
    return wording.corrected(sum(entry.units for entry in group))


def _ended(life: Life, group: list[Entry]) -> str:
    return wording.ended_after(group[0].units)


def _cut(life: Life, group: list[Entry]) -> str:
    entry = group[0]
    return wording.cancelled(-entry.units) if entry.units else wording.cancelled_at_end()


def _nothing(life: Life, group: list[Entry]) -> str:
    return ""


_SAID = {
    "bought": _bought,
    "bonus": _added,
    "credit": _added,
    "recoup": _recouped,
    "back_start": _back_started,
    "cut": _cut,
    "split_out": _split_out,
    "split_in": _split_in,
    "write_off": _nothing,
    "correction": _corrected,
    "taken_over": _recouped,
    "ended": _ended,
}


def _copies(group: Sequence[Entry]) -> str:
    return wording.listed([entry.copy_issue.cover_label for entry in group if entry.copy_issue])


def _of_pauses(life: Life, pauses: Sequence[Pause], end: ExpireAnswer) -> Iterator[Step]:
    """Each issue is told with the first hold that covers it; holds that touch nothing are left out."""
    told: set[int] = set()
    for pause in sorted(pauses, key=lambda pause: (pause.entered_at, pause.pk)):
        held = [issue for issue in _covered(life, end) if _is_in(pause, issue) and issue.pk not in told]
        told |= {issue.pk for issue in held}
        if pause.until_issue is None and not end.issue:
            sentence = wording.held_on(pause.reason, pause.from_issue.cover_label)
            yield Step("hold", sentence, 0, pause.entered_at, (pause.from_issue.cover_label,))
        elif held:
            labels = tuple(issue.cover_label for issue in held)
            sentence = wording.held(pause.reason, labels, is_over=held[-1].is_pulled)
            yield Step("hold", sentence, 0, pause.entered_at, labels)


def _of_calendar(life: Life, end: ExpireAnswer) -> Iterator[Step]:
    """Issues that count as more than one, those that do not appear, and those that came into the calendar later."""
    held = [issue for issue in _covered(life, end) if not any(p.covers(issue.ordinal) for p in life.pauses)]
    doubles = [issue.cover_label for issue in held if issue.weight > 1]
    if doubles:
        sentence = ngettext(
            "%(issues)s is a double issue and counts as two.",
            "%(issues)s are double issues and count as two each.",
            len(doubles),
        )
        yield Step("double", sentence % {"issues": wording.listed(doubles)}, 0, None, tuple(doubles))
    dropped = [issue.cover_label for issue in _between(life, end) if issue.state == Issue.State.DROPPED]
    if dropped:
        sentence = ngettext("%(issues)s does not appear.", "%(issues)s do not appear.", len(dropped))
        yield Step("dropped", sentence % {"issues": wording.listed(dropped)}, 0, None, tuple(dropped))
    yield from _of_added(life, end)


def _of_added(life: Life, end: ExpireAnswer) -> Iterator[Step]:
    """Issues that came into the calendar after it was laid out: whoever counted before comes to another last issue."""
    sent = [issue for issue in _between(life, end) if issue.state != Issue.State.DROPPED]
    found = AuditEntry.objects.filter(
        object_kind="catalog.issue", object_id__in=[str(issue.pk) for issue in sent], action="calendar.issue_added"
    )
    ids = set(found.values_list("object_id", flat=True))
    came = [i for i in sent if str(i.pk) in ids and not any(p.covers(i.ordinal) for p in life.pauses)]
    if added := [issue.cover_label for issue in came if issue.weight]:
        yield Step("added", wording.added_to_calendar(added), 0, None, tuple(added))
    if specials := [issue.cover_label for issue in came if not issue.weight]:
        yield Step("special", wording.special(specials), 0, None, tuple(specials))


def _covered(life: Life, end: ExpireAnswer) -> list[Issue]:
    """The issues that count, from the first term's beginning to the last issue."""
    return [issue for issue in _between(life, end) if issue.weight and issue.state != Issue.State.DROPPED]


def _between(life: Life, end: ExpireAnswer) -> list[Issue]:
    last = end.issue.ordinal if end.issue else max(life.issues, default=0)
    begins = life.spans[0].c_from
    return [issue for ordinal, issue in sorted(life.issues.items()) if issue.unit >= begins and ordinal <= last]


def _is_in(pause: Pause, issue: Issue) -> bool:
    until = pause.until_issue.ordinal if pause.until_issue else None
    return pause.from_issue.ordinal <= issue.ordinal and (until is None or issue.ordinal < until)


def _conclusion(end: ExpireAnswer) -> str:
    label = end.issue.cover_label if end.issue else ""
    left = end.units_left or 0
    if end.reason == "perpetual":
        return _("It has no end.")
    if end.reason == "dated":
        return _("So the last issue is %(label)s.") % {"label": label}
    if end.reason == "ended":
        return _("So the last issue was %(label)s.") % {"label": label} if label else _("So nothing is left.")
    if end.reason == "open_hold":
        return ngettext("One issue waits.", "%(n)s issues wait.", left) % {"n": left}
    sentence = ngettext(
        "One issue is still to come, beyond the calendar as it is planned today.",
        "%(n)s issues are still to come, beyond the calendar as it is planned today.",
        left,
    )
    return sentence % {"n": left}
