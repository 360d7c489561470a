"""What people changed of one reader's subscriptions: from the rows that keep it, and else from the audit trail."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from foundation.audit.models import AuditEntry
from orders.checkout.models import GiftMove
from subscriptions.catalog.models import Issue
from subscriptions.readers.models import Address, Reader, ReaderMerge
from subscriptions.terms.models import AwayAddress, ServiceReason, Subscription

CHANGES = {
    "subscription.address_changed": "from {issue} on to {place}",
    "subscription.resumed": "hold ends, {issue} comes again",
    "subscription.hold_lengthened": "hold lengthened until {issue}",
    "subscription.cancelled_at_end": "cancelled with the last issue that is paid for ({reason})",
    "subscription.reinstated": "goes on after it was cancelled",
}


@dataclass(frozen=True, slots=True)
class Change:
    at: dt.datetime
    what: str
    by: str


def changes(files: Sequence[Reader], subscriptions: Sequence[Subscription]) -> Iterator[Change]:
    """Addresses by issue, stays, ends of holds, cancellations at the end, gifts that went on, and merged files.

    :param files: the reader's, with those that were merged into it
    :param subscriptions: with their magazines
    """
    yield from _told(subscriptions)
    yield from _stays(subscriptions)
    yield from _gifts(files, subscriptions)
    yield from _merges(files)


def _told(subscriptions: Sequence[Subscription]) -> Iterator[Change]:
    lines = {str(line.pk): line for line in subscriptions}
    entries = list(AuditEntry.objects.filter(object_kind="terms.subscription", object_id__in=lines, action__in=CHANGES))
    places = Address.objects.in_bulk({entry.detail["address"] for entry in entries if "address" in entry.detail})
    numbers = {number for entry in entries if (number := _number(entry)) is not None}
    labels = {
        (issue.magazine_id, issue.number): str(issue)
        for issue in Issue.objects.filter(magazine__in={s.magazine_id for s in subscriptions}, number__in=numbers)
    }
    reasons = dict(ServiceReason.objects.values_list("code", "name"))
    for entry in entries:
        line, code = lines[entry.object_id], entry.detail.get("reason", "")
        words = {
            "issue": labels.get((line.magazine_id, _number(entry) or 0), "further notice"),
            "place": _place(places.get(entry.detail.get("address"))),
            "reason": reasons.get(code, code),
        }
        yield Change(entry.at, f"{line.magazine}: {CHANGES[entry.action].format(**words)}", entry.actor)


def _number(entry: AuditEntry) -> int | None:
    number: int | None = entry.detail.get("first_issue") or entry.detail.get("until")
    return number


def _stays(subscriptions: Sequence[Subscription]) -> Iterator[Change]:
    stays = AwayAddress.objects.filter(subscription__in=subscriptions)
    for stay in stays.select_related("address", "subscription__magazine"):
        about = f"{stay.subscription.magazine}: address away ({stay.get_kind_display()}), {_place(stay.address)}"
        yield Change(stay.entered_at, about, stay.entered_by)
        if stay.ended_at is not None:
            yield Change(stay.ended_at, f"{about}: ended", stay.ended_by)


def _gifts(files: Sequence[Reader], subscriptions: Sequence[Subscription]) -> Iterator[Change]:
    theirs = Q(to_subscription__in=subscriptions) | Q(from_term__subscription__in=subscriptions)
    moves = GiftMove.objects.filter(theirs | Q(gift__line__order__payer__in=files)).select_related(
        "gift__line__order__magazine", "from_term__subscription__reader", "to_subscription__reader"
    )
    for move in moves.distinct():
        order, of, to = move.gift.line.order, move.from_term.subscription.reader, move.to_subscription.reader
        went = f"{order.magazine}: gift of order {order.number} goes on from {of.shown_name} to {to.shown_name}"
        yield Change(move.moved_at, went, move.moved_by)


def _merges(files: Sequence[Reader]) -> Iterator[Change]:
    merges = ReaderMerge.objects.filter(Q(kept__in=files) | Q(merged__in=files)).select_related("kept", "merged")
    for merge in merges:
        about = f"File {merge.merged.number} merged into {merge.kept.number}"
        yield Change(merge.at, about, merge.by)
        if merge.undone_at is not None:
            yield Change(merge.undone_at, f"{about}: undone", merge.undone_by)


def _place(address: Address | None) -> str:
    parts = (address.line1, address.city) if address else ()
    return ", ".join(part for part in parts if part) or "an address that is gone"
