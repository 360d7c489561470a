"""Digital access counted in days: for the few offers that sell it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from subscriptions.terms import queries
from subscriptions.terms.models import AccessTerm


class AccessIsOver(DomainError):
    code = "access_is_over"


@transaction.atomic
def start_access(
    *,
    magazine_id: int,
    reader_id: int,
    payer_id: int,
    days: int,
    price_cents: int,
    currency: str,
    sold_on: dt.date,
    by: Actor,
    now: dt.datetime,
    line_uuid: uuid.UUID | None = None,
    opens_on: dt.date | None = None,
) -> AccessTerm:
    """So many days, from today or behind the access that the reader has then. The same line again gives the same term.

    Of a gift that is announced on `opens_on` no day is used up, and its reader is not let in, before that. Access that
    waits for a later day, as a gift does, is not waited for: it moves behind the new days, as far as they reach it.
    """
    Reader.objects.select_for_update(no_key=True).get(pk=reader_id)
    if line_uuid is not None and (known := AccessTerm.objects.filter(line_uuid=line_uuid).first()):
        return known
    today = now.astimezone(Magazine.objects.get(pk=magazine_id).zone).date()
    begins = max(today, opens_on or today)
    later: list[AccessTerm] = []
    mine = AccessTerm.objects.filter(magazine_id=magazine_id, reader_id=reader_id, ended_on__isnull=True)
    for other in mine.filter(until_on__gt=begins).order_by("from_on", "pk"):
        if other.from_on <= begins:
            begins = max(begins, other.until_on)
        else:
            later.append(other)
    term = AccessTerm.objects.create(
        magazine_id=magazine_id,
        reader_id=reader_id,
        payer_id=payer_id,
        line_uuid=line_uuid,
        from_on=begins,
        until_on=begins + dt.timedelta(days=days),
        price_cents=price_cents,
        currency=currency,
        sold_on=sold_on,
        opens_on=opens_on,
    )
    audit.record(by, "access.started", term, days=days)
    _move_behind(term, later, by=by)
    return term


def _move_behind(term: AccessTerm, later: Iterable[AccessTerm], *, by: Actor) -> None:
    """Whatever has not begun, so that nothing of it is earned, and would begin before the new days are over."""
    until = term.until_on
    for other in later:
        if other.from_on >= until:
            return
        before, days = other.from_on, other.until_on - other.from_on
        other.from_on, other.until_on = until, until + days
        other.save(update_fields=["from_on", "until_on"])
        audit.record(by, "access.moved", other, before=before.isoformat(), now=other.from_on.isoformat())
        until = other.until_on


@transaction.atomic
def give_access_to(reader_id: int, *, line_uuid: uuid.UUID, by: Actor, now: dt.datetime) -> AccessTerm | None:
    """The access of that line goes on with another reader, on the same days. None when nothing of it is left."""
    Reader.objects.select_for_update(no_key=True).get(pk=reader_id)
    term = queries.access_left_of(line_uuid, now=now, locked=True)
    if term is None or term.reader_id == reader_id:
        return term
    before, term.reader_id = term.reader_id, reader_id
    term.save(update_fields=["reader"])
    audit.record(by, "access.reader_changed", term, before=before, now=reader_id)
    return term


@transaction.atomic
def end_access(*, access_id: int, because: str, by: Actor, now: dt.datetime) -> AccessTerm:
    """End it today; the days from today on are released, `P - P * d // D`. The money is the caller's matter.

    :raises AccessIsOver: when it has ended
    """
    term = AccessTerm.objects.select_for_update(of=("self",)).select_related("magazine").get(pk=access_id)
    today = now.astimezone(term.magazine.zone).date()
    if term.ended_on is not None or term.until_on <= today:
        raise AccessIsOver(f"This access ended on {term.ended_on or term.until_on}.")
    term.released_cents = queries.access_left_cents(term, day=today)
    term.ended_on, term.ended_because = today, because[:30]
    term.save(update_fields=["ended_on", "ended_because", "released_cents"])
    audit.record(by, "access.ended", term, because=because)
    return term
