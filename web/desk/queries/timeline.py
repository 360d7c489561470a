"""What has happened to one reader, in one list, the latest first: made of what the one-reader screen has read."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from subscriptions.terms.queries import LedgerLine
from web.desk.queries.one_reader import ReaderFile, Service
from web.desk.queries.trail import changes
from web.desk.words import ENTRIES

A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Event:
    """`day` is when it happened (a copy is mailed on a day, not at a time); `by` who did it, as rows keep it."""

    day: dt.date
    at: dt.datetime | None
    kind: str
    what: str
    by: str = ""


def timeline(file: ReaderFile, *, after: int = 0) -> tuple[list[Event], int | None]:
    """A page of it, and after how many events the next page begins; None: that was all."""
    found = [*_money(file), *_people(file), *_changes(file)]
    for service in file.services:
        found += _service(service)
    # On one day what has a time stands in its order, and what has none behind it.
    found.sort(key=lambda event: (event.day, event.at.timestamp() if event.at else float("inf")), reverse=True)
    ends = after + A_PAGE
    return found[after:ends], ends if ends < len(found) else None


def _service(service: Service) -> Iterator[Event]:
    magazine = service.overview.magazine
    for line in service.overview.ledger:
        yield _event(line.at, "term", f"{magazine}: {_words(line)}", line.by)
    for copy in service.copies:
        if copy.mailed_on is not None:
            yield Event(
                copy.mailed_on, None, "copy", f"{magazine}: {copy.issue} mailed to {', '.join(copy.address[:2])}"
            )
    for claim in service.claims:
        yield _event(claim.reported_at, "claim", f"{magazine}: {claim.issue}, {claim.reason}", claim.reported_by)
        if claim.answered_at is not None:
            answer = claim.answer or claim.get_state_display()
            yield _event(claim.answered_at, "claim", f"{magazine}: {claim.issue}: {answer}", claim.answered_by)


def _money(file: ReaderFile) -> Iterator[Event]:
    for seen in file.orders:
        order = seen.order
        yield _event(order.placed_at, "order", f"Order {order.number} placed", order.placed_by)
        if order.paid_at is not None:
            yield _event(order.paid_at, "order", f"Order {order.number} paid")
    for consent in file.consents:
        yield _event(consent.given_at, "consent", "Automatic renewal agreed to")
        if consent.withdrawn_at is not None:
            yield _event(consent.withdrawn_at, "consent", "Automatic renewal ended", consent.withdrawn_by)


def _people(file: ReaderFile) -> Iterator[Event]:
    for address in file.addresses:
        where = ", ".join(part for part in (address.line1, address.city) if part)
        yield _event(address.entered_at, "address", f"Address on file: {where}", address.entered_by)
    for mail in file.mails:
        yield _event(mail.created_at, "mail", f"Mail: {mail.subject}")


def _changes(file: ReaderFile) -> Iterator[Event]:
    for change in changes(file.files, [service.overview.subscription for service in file.services]):
        yield _event(change.at, "change", change.what, change.by)


def _words(line: LedgerLine) -> str:
    number = f" {line.units:+d}".replace("-", "−") if line.units else ""
    kind = ENTRIES.get(line.kind, line.kind)
    return f"{kind}{number}{f' ({line.about})' if line.about else ''}"


def _event(at: dt.datetime, kind: str, what: str, by: str = "") -> Event:
    return Event(at.date(), at, kind, what, by)
