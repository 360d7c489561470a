"""Who else gets a magazine at an address: other people, not the same one twice (domain 4.33)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from subscriptions.catalog.models import Issue
from subscriptions.readers import queries as readers
from subscriptions.readers.models import Address, Reader
from subscriptions.readers.rules.address import TypedAddress, label_form
from subscriptions.readers.rules.likeness import same_home
from subscriptions.terms.models import FOREVER, ShipTo, Subscription
from subscriptions.terms.queries.promises import expire

# A house with more doors than this under one number tells nothing about who lives with whom.
MOST = 20


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody whose copies go to the same door; `last_issue` None: without end, or further than the calendar."""

    reader: Reader
    subscription: Subscription
    last_issue: Issue | None


def neighbours_with_magazine(*, address: Address, magazine_id: int) -> list[Neighbour]:
    """Others whose running subscription to this magazine goes to this door, by number.

    An order for this address can be a gift to them, an extension of theirs, or a second copy: a person decides.
    """
    there = _with_magazine(magazine_id).filter(address__door_key=address.door_key)
    return _at_home(there.exclude(subscription__reader__in=_same_person(address.reader_id)), _line(address))


def neighbours_of_typed(*, typed: TypedAddress, magazine_id: int) -> list[Neighbour]:
    """The same for an address that is being typed, before anything is saved: for staff."""
    label = label_form(typed)
    there = _with_magazine(magazine_id).filter(address__in=readers.addresses_at(typed))
    return _at_home(there, f"{label.addr1} {label.addr2}".strip())


def _with_magazine(magazine_id: int) -> QuerySet[ShipTo]:
    return (
        ShipTo.objects.filter(
            until_ordinal=FOREVER,
            subscription__magazine_id=magazine_id,
            subscription__reader__merged_into__isnull=True,
        )
        .select_related("address", "subscription__reader")
        .order_by("subscription__reader_id", "pk")
    )


def _at_home(there: QuerySet[ShipTo], line: str) -> list[Neighbour]:
    at_home = [s.subscription for s in there[:200] if same_home(_line(s.address), line)][:MOST]
    ends = [(subscription, expire(subscription.pk)) for subscription in at_home]
    return [Neighbour(s.reader, s, end.issue) for s, end in ends if end.units_left != 0]


def _same_person(reader_id: int) -> list[int]:
    merged_into = Reader.objects.values_list("merged_into", flat=True).get(pk=reader_id)
    return readers.files_of([merged_into or reader_id])


def _line(address: Address) -> str:
    """With the flat behind it, wherever it stands on the label."""
    return f"{address.label_addr1} {address.label_addr2}".strip()
