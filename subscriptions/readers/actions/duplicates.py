"""Who may be somebody on file already: asked when people enter, answered by a clerk."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import NotFound
from subscriptions.readers import queries
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from subscriptions.readers.rules.likeness import SAME_EMAIL, Likeness, alike

# So many look-alikes are shown to a clerk; a house of forty flats is not forty duplicates.
MOST_LOOK_ALIKES = 20
# So many are looked at behind one door and under one name.
_MOST_AT_THE_DOOR, _MOST_OF_THE_NAME = 200, 50


def look_for_duplicates(*, reader_id: int, now: dt.datetime) -> list[PossibleDuplicate]:
    """Leave a clerk a question for everyone on file who may be this reader. Asked once per pair, in either order.

    Answers the questions that are open between them. Nothing is merged, and nothing about it is told to the reader.
    """
    reader = Reader.objects.get(pk=reader_id)
    reasons: dict[int, str] = {}
    for known, reason in _look_alikes(reader):
        in_force = queries.reader_in_force(known)
        if in_force.pk != reader_id:
            reasons.setdefault(in_force.pk, reason)
    if not reasons:
        return []
    asked = _asked_before(reader_id)
    pairs = [
        PossibleDuplicate(new_reader=reader, known_reader_id=known_id, reason=reason, created_at=now)
        for known_id, reason in reasons.items()
        if known_id not in asked
    ][:MOST_LOOK_ALIKES]
    # Two at once may ask the same: the pair is unique, and the second changes nothing.
    PossibleDuplicate.objects.bulk_create(pairs, ignore_conflicts=True)
    return list(
        PossibleDuplicate.objects.filter(new_reader=reader, answer=PossibleDuplicate.Answer.OPEN).order_by("pk")
    )


@transaction.atomic
def answer_duplicate(*, pair_id: int, answer: str, by: Actor, now: dt.datetime) -> PossibleDuplicate:
    """A clerk's answer: `same` or `different`. It can be changed later; nothing is merged by it.

    :raises NotFound: when there is no such question
    """
    pair = PossibleDuplicate.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None:
        raise NotFound("There is no such question.")
    pair.answer, pair.answered_at, pair.answered_by = PossibleDuplicate.Answer(answer), now, by.reference
    pair.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record(by, "duplicate.answered", pair, answer=pair.answer)
    return pair


def _look_alikes(reader: Reader) -> Iterator[tuple[Reader, str]]:
    """One statement by mail address, and one by all doors and names; each through its own index."""
    if reader.email:
        # Spelled as the index is: Lower() on both sides.
        others = Reader.objects.exclude(pk=reader.pk).select_related("merged_into")
        same_mail = others.alias(mail=Lower("email")).filter(mail=Lower(Value(reader.email)))
        for known in same_mail.order_by("pk")[:MOST_LOOK_ALIKES]:
            yield known, SAME_EMAIL
    mine = list(Address.objects.filter(reader=reader))
    for other in close_by(mine).select_related("reader__merged_into") if mine else ():
        if reason := next(filter(None, (alike(_seen(own), _seen(other)) for own in mine)), ""):
            yield other.reader, reason


def close_by(addresses: list[Address]) -> QuerySet[Address]:
    """Addresses of others behind the same doors, and those of the same names in the same area."""
    others = Address.objects.exclude(reader_id=addresses[0].reader_id).order_by("pk")
    doors = others.filter(door_key__in={address.door_key for address in addresses})
    names = others.filter(name_key__in={address.name_key for address in addresses if address.name_key})
    by_door, by_name = doors.values("pk")[:_MOST_AT_THE_DOOR], names.values("pk")[:_MOST_OF_THE_NAME]
    # A union, since no index answers "in these or in those": that would read every address on file.
    return Address.objects.filter(pk__in=by_door.union(by_name)).order_by("pk")


def _seen(address: Address) -> Likeness:
    area = address.door_key.partition("|")[0]
    return Likeness(name=address.label_name, company=address.label_company, line=address.label_addr1, area=area)


def _asked_before(reader_id: int) -> set[int]:
    pairs = PossibleDuplicate.objects.filter(Q(new_reader_id=reader_id) | Q(known_reader_id=reader_id))
    return {pk for pair in pairs.values_list("new_reader_id", "known_reader_id") for pk in pair} - {reader_id}
