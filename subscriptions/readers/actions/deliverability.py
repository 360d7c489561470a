"""An address that mail came back from, and that is good after all."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.readers.models import Address
from subscriptions.readers.queries import people


@transaction.atomic
def mark_undeliverable(*, address_id: int, by: Actor, on: dt.date) -> None:
    """Nothing more goes to this reader at that door, of whatever title, however often it was typed.

    What is not sent is not used up. What is marked already keeps its day; another address ends it.
    """
    for address in _at_the_same_door(address_id).filter(undeliverable_since__isnull=True):
        address.undeliverable_since = on
        address.save(update_fields=["undeliverable_since"])
        audit.record(by, "address.undeliverable", address, reader=address.reader_id)


@transaction.atomic
def mark_deliverable(*, address_id: int, by: Actor) -> None:
    """The address is good after all: copies go there again. A hold that was entered for it is ended by itself."""
    for address in _at_the_same_door(address_id).filter(undeliverable_since__isnull=False):
        address.undeliverable_since = None
        address.save(update_fields=["undeliverable_since"])
        audit.record(by, "address.deliverable", address, reader=address.reader_id)


def _at_the_same_door(address_id: int) -> QuerySet[Address]:
    address = Address.objects.select_related("reader__merged_into").get(pk=address_id)
    files = people.files_of([people.reader_in_force(address.reader).pk])
    same = Address.objects.select_for_update().filter(reader__in=files, door_key=address.door_key)
    return same.order_by("pk")
