"""What terms know of a person: what they were and are owed, and where it went. Nothing of it names them but addresses.

The expire ledger and the terms are what the books stand on, and stay; of the ledger only what somebody typed goes.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.catalog.models import Magazine
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address, ReaderMerge
from subscriptions.readers.queries import Person
from subscriptions.terms.models import (
    AccessTerm,
    AwayAddress,
    Comp,
    Entry,
    MovedLine,
    OwedCopy,
    Pause,
    ShipTo,
    Subscription,
    Term,
)
from subscriptions.terms.queries.entitlements import untold_lines
from subscriptions.terms.queries.life import as_told, life_of
from subscriptions.terms.queries.overview import ledger
from subscriptions.terms.queries.promises import ExpireAnswer, expire

# What comes with an extension or a correction is typed; the rest of the expire ledger speaks in the house's own words.
_TYPED = (Entry.Kind.BONUS, Entry.Kind.CREDIT, Entry.Kind.CORRECTION)


# As of an order that somebody else has not paid yet: it may be a gift, and is its donor's to tell of.
_UNTOLD = "Something is under way for this reader and has to be over first. Please write to us."


def follow_privacy_requests(*, now: dt.datetime) -> int:
    return readers.follow(readers.Part("terms", objection_to_erasure, _tell, _erase), now=now)


def objection_to_erasure(person: Person, now: dt.datetime) -> str:
    """What is still owed needs an address: it has to be ended first. A sentence for the reader, or empty.

    Of a gift that is announced later it says nothing that anybody could tell it by.
    """
    told = (objection.for_reader for objection in _objections(person, now))
    return next(iter(sorted(told, key=lambda sentence: sentence == _UNTOLD)), "")


def objection_for_staff(person: Person, now: dt.datetime) -> str:
    """The same for a clerk, who knows of every gift."""
    return next((objection.for_staff for objection in _objections(person, now)), "")


@dataclass(frozen=True, slots=True)
class _Objection:
    for_staff: str
    for_reader: str


def _objections(person: Person, now: dt.datetime) -> Iterator[_Objection]:
    paid_for = Term.objects.filter(payer_id__in=person.files, ended_at__isnull=True).values("subscription")
    lines = Subscription.objects.filter(Q(reader_id__in=person.files) | Q(pk__in=paid_for))
    for line in lines.select_related("magazine").order_by("pk"):
        is_theirs = line.reader_id in person.files
        what = line.magazine.name + ("" if is_theirs else " of somebody else, which this reader pays for,")
        if comes := _still_comes(what, expire(line.pk)):
            # What they pay for somebody else is no secret from them.
            told = expire(line.pk, told_on=_today(line.magazine, now) if is_theirs else None)
            yield _Objection(comes, _still_comes(what, told) or _UNTOLD)
    if OwedCopy.objects.filter(subscription__reader_id__in=person.files, state=OwedCopy.State.WAITING).exists():
        sent = "A copy is still to be sent from stock. Please ask again when it has gone out."
        yield _Objection(sent, sent)
    access = AccessTerm.objects.filter(Q(reader_id__in=person.files) | Q(payer_id__in=person.files))
    for term in access.filter(ended_on__isnull=True, until_on__gt=now.date()).select_related("magazine"):
        runs = "Digital access is still running. End it first, and then ask again."
        is_known = term.payer_id in person.files or _is_told(term, now)
        yield _Objection(runs, runs if is_known else _UNTOLD)


def _still_comes(what: str, end: ExpireAnswer) -> str:
    """Empty where nothing is left."""
    if end.units_left == 0:
        return ""
    until = f" until {end.issue}" if end.issue else ""
    return f"{what} still comes{until}. Cancel it first, and then ask again."


def _tell(person: Person, now: dt.datetime) -> list[dict[str, Any]]:
    lines = Subscription.objects.filter(reader_id__in=person.files).select_related("magazine").order_by("pk")
    lines = lines.exclude(pk__in=untold_lines(person.files, now))
    access = AccessTerm.objects.filter(reader_id__in=person.files).select_related("magazine").order_by("pk")
    told = [term for term in access if _is_told(term, now)]
    return [*(_line(line, person, now) for line in lines), *(_access(term, person) for term in told)]


def _is_told(term: AccessTerm, now: dt.datetime) -> bool:
    return term.opens_on is None or term.opens_on <= _today(term.magazine, now)


def _today(magazine: Magazine, now: dt.datetime) -> dt.date:
    return now.astimezone(magazine.zone).date()


def _line(line: Subscription, person: Person, now: dt.datetime) -> dict[str, Any]:
    """As its reader may know it: a gift is a secret until it is announced."""
    today = _today(line.magazine, now)
    end = expire(line.pk, told_on=today)
    terms = as_told(life_of(line.pk), today).terms
    told = {term.pk for term in terms}
    ship_tos = ShipTo.objects.filter(subscription=line).select_related("address").order_by("from_ordinal")
    away = AwayAddress.objects.filter(subscription=line).select_related("address").order_by("pk")
    return {
        "magazine": line.magazine.name,
        "subscription": line.uuid,
        "renewal": line.renewal,
        "issues_to_come": end.units_left,
        "last_issue": str(end.issue) if end.issue else None,
        "terms": [_term(term, person) for term in terms],
        "why_it_ends_there": [
            {"at": entry.at, "what": entry.kind, "issues": entry.units, "about": entry.about}
            for entry in ledger(line.pk)
            if entry.term_id is None or entry.term_id in told
        ],
        "holds": list(Pause.objects.filter(subscription=line).order_by("pk").values("reason", "note", "entered_at")),
        "went_to": [{"from": row.entered_at, "address": _one_line(row.address)} for row in ship_tos],
        "away_at": [{"kind": row.kind, "address": _one_line(row.address)} for row in away],
    }


def _term(term: Term, person: Person) -> dict[str, Any]:
    """The price only to whoever paid it: of a gift, its recipient learns none."""
    said = {"units": term.units, "copies": term.copies, "copy_class": term.copy_class, "sold_on": term.sold_on}
    if term.payer_id in person.files:
        said |= {
            "magazine_cents": term.magazine_cents,
            "postage_cents": term.postage_cents,
            "currency": term.currency,
        }
    return said | {"ended_on": term.ended_on}


def _access(term: AccessTerm, person: Person) -> dict[str, Any]:
    said: dict[str, Any] = {
        "magazine": term.magazine.name,
        "digital_access_from": term.from_on,
        "until": term.ended_on or term.until_on,
    }
    return said | ({"price_cents": term.price_cents} if term.payer_id in person.files else {})


def _one_line(address: Address) -> str:
    parts = (address.name, address.company, address.line1, address.line2, address.city, address.region)
    return ", ".join(filter(None, (*parts, address.postcode, address.country)))


def _erase(person: Person, by: Actor, now: dt.datetime) -> Mapping[str, int]:
    """Only what people typed may name somebody, and why two lines stayed two."""
    lines = list(Subscription.objects.filter(reader_id__in=person.files).values_list("pk", flat=True))
    entries = Entry.objects.filter(term__subscription__in=lines, kind__in=_TYPED).exclude(about="")
    holds = Pause.objects.filter(subscription__reader_id__in=person.files).exclude(note="")
    comps = Comp.objects.filter(term__subscription__reader_id__in=person.files).exclude(why="")
    # On either side: after it was undone the other file is no longer one of this person's, and the word stays.
    merges = ReaderMerge.objects.filter(Q(kept__in=person.files) | Q(merged__in=person.files))
    moves = MovedLine.objects.filter(merge__in=merges)
    return {
        "notes_of_holds": holds.update(note=""),
        "reasons_of_free_copies": comps.update(why=""),
        "words_in_the_ledger": entries.update(about=""),
        "reasons_of_long_holds": audit.forget_words(Subscription, lines),
        "lines_that_stayed": moves.exclude(stayed_because="").update(stayed_because=""),
    }
