"""Digital access, counted in days. Reads only."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from foundation.shares import unserved_cents
from subscriptions.catalog.models import Magazine
from subscriptions.readers.queries import files_of
from subscriptions.terms.models import AccessTerm, Subscription


def access_of(reader_ids: Collection[int], *, magazine: Magazine | None = None) -> QuerySet[AccessTerm]:
    """What these readers have, had or will have of digital access, by day. Merged files count as one."""
    found = AccessTerm.objects.filter(reader__in=files_of(reader_ids)).select_related("magazine", "reader", "payer")
    return (found.filter(magazine=magazine) if magazine else found).order_by("from_on", "pk")


def access_to_come(reader_ids: Collection[int], *, magazine: Magazine, day: dt.date) -> list[AccessTerm]:
    """Of these what is not over, as its readers may know it on that day: without what is announced later."""
    not_over = access_of(reader_ids, magazine=magazine).filter(until_on__gt=day, ended_on__isnull=True)
    return list(not_over.filter(Q(opens_on__isnull=True) | Q(opens_on__lte=day)))


def access_left_of(line_uuid: UUID, *, now: dt.datetime, locked: bool = False) -> AccessTerm | None:
    """What was sold with that line, unless it is over."""
    found = AccessTerm.objects.select_related("magazine").filter(line_uuid=line_uuid, ended_on__isnull=True)
    term = (found.select_for_update(of=("self",)) if locked else found).first()
    return term if term and term.until_on > now.astimezone(term.magazine.zone).date() else None


def access_left_cents(access: AccessTerm, *, day: dt.date) -> int:
    """What ending it on that day would let go of."""
    if access.ended_on is not None or access.until_on <= day:
        return 0
    used = max(0, (day - access.from_on).days)
    return unserved_cents(access.price_cents, (access.until_on - access.from_on).days, used)


def access_goes_on_until(subscription: Subscription, *, day: dt.date) -> dt.date | None:
    """The last day of digital access to the magazine that its reader has beside the issues; None without any.

    It is counted in days and paid for apart: what ends the issues leaves it.
    """
    running = AccessTerm.objects.filter(
        Q(opens_on__isnull=True) | Q(opens_on__lte=day),
        reader_id=subscription.reader_id, magazine_id=subscription.magazine_id, until_on__gt=day, ended_on__isnull=True,
    )  # fmt: skip
    until: dt.date | None = running.aggregate(last=Max("until_on"))["last"]
    return None if until is None else until - dt.timedelta(days=1)
