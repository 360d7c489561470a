"""Who may be somebody on file already: asked when people enter, answered by a clerk."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import NotFound
from subscriptions.readers import queries
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from subscriptions.readers.rules.likeness import SAME_EMAIL, Likeness, alike

# So many look-alikes are shown to a clerk, of which as many may share a mail address (`LOOK_ALIKES`); a house of forty
# flats is not forty duplicates.
MOST_LOOK_ALIKES = 20
# Who has the mail address of a new reader, who lives behind the same door, and who of the same name in the same area:
# one statement, as every order asks it. Each part goes by its index and stops early. How early stands in the text, and
# so does whether it is about one reader: PostgreSQL would otherwise plan it anew for each order.
LOOK_ALIKES = """
    WITH new AS MATERIALIZED (SELECT * FROM readers_address WHERE id {these})
    (SELECT mine.id, known.id, '', '', '', '', '', '', '', ''
       FROM readers_reader mine CROSS JOIN LATERAL (SELECT id FROM readers_reader r
            WHERE lower(r.email) = lower(mine.email) AND r.id <> mine.id ORDER BY r.id LIMIT 20) AS known
      WHERE mine.id {these} AND mine.email <> '')
    UNION ALL
    (SELECT new.reader_id, known.reader_id, new.label_name, new.label_company, new.label_addr1, new.door_key,
            known.label_name, known.label_company, known.label_addr1, known.door_key
       FROM new CROSS JOIN LATERAL (SELECT * FROM readers_address a
            WHERE a.door_key = new.door_key AND a.reader_id <> new.reader_id ORDER BY a.id LIMIT 200) AS known)
    UNION ALL
    (SELECT new.reader_id, known.reader_id, new.label_name, new.label_company, new.label_addr1, new.door_key,
            known.label_name, known.label_company, known.label_addr1, known.door_key
       FROM new CROSS JOIN LATERAL (SELECT * FROM readers_address a
            WHERE a.name_key = new.name_key AND a.reader_id <> new.reader_id ORDER BY a.id LIMIT 50) AS known)
"""
OF_ONE, OF_MANY = LOOK_ALIKES.format(these="= %s"), LOOK_ALIKES.format(these="= ANY(%s)")


def look_for_duplicates(*, reader_id: int, now: dt.datetime) -> list[PossibleDuplicate]:
    """`ask_about_duplicates` for a reader on file; answers the questions that are open about them."""
    addresses = Address.objects.filter(reader_id=reader_id).values_list("pk", flat=True)
    ask_about_duplicates(reader_ids=[reader_id], address_ids=list(addresses), now=now)
    return list(
        PossibleDuplicate.objects.filter(new_reader_id=reader_id, answer=PossibleDuplicate.Answer.OPEN).order_by("pk")
    )


def ask_about_duplicates(*, reader_ids: Sequence[int], address_ids: Sequence[int], now: dt.datetime) -> None:
    """Leave a clerk a question for everyone on file who may be one of these. Asked once per pair, in either order.

    Nothing is merged, and nothing about it is told to the reader. The addresses are all that these readers have.
    """
    reasons: dict[int, dict[int, str]] = defaultdict(dict)  # by new reader: known reader and reason
    for new_id, known_id, reason in _look_alikes(reader_ids, address_ids):
        reasons[new_id].setdefault(known_id, reason)
    if not reasons:
        return
    known_ids = {known_id for found in reasons.values() for known_id in found}
    in_force = {
        known.pk: queries.reader_in_force(known).pk
        for known in Reader.objects.select_related("merged_into").filter(pk__in=known_ids)
    }
    for new_id, found in reasons.items():
        reasons_in_force: dict[int, str] = {}
        for known_id, reason in found.items():
            reasons_in_force.setdefault(in_force[known_id], reason)
        _ask(new_id, reasons_in_force, now=now)


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


def _ask(new_id: int, reasons: dict[int, str], *, now: dt.datetime) -> None:
    asked = _asked_before(new_id)
    pairs = [
        PossibleDuplicate(new_reader_id=new_id, known_reader_id=known_id, reason=reason, created_at=now)
        for known_id, reason in reasons.items()
        if known_id not in asked and known_id != new_id
    ][:MOST_LOOK_ALIKES]
    # Two at once may ask the same: the pair is unique, and the second changes nothing.
    PossibleDuplicate.objects.bulk_create(pairs, ignore_conflicts=True)


def _look_alikes(reader_ids: Sequence[int], address_ids: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    with connection.cursor() as cursor:
        if len(reader_ids) == len(address_ids) == 1:
            cursor.execute(OF_ONE, [address_ids[0], reader_ids[0]])
        else:
            cursor.execute(OF_MANY, [list(address_ids), list(reader_ids)])
        found = cursor.fetchall()
    for new_id, known_id, *seen in found:
        reason = alike(_seen(*seen[:4]), _seen(*seen[4:])) if any(seen) else SAME_EMAIL
        if reason:
            yield new_id, known_id, reason


def _seen(name: str, company: str, line: str, door_key: str) -> Likeness:
    return Likeness(name=name, company=company, line=line, area=door_key.partition("|")[0])


def _asked_before(reader_id: int) -> set[int]:
    pairs = PossibleDuplicate.objects.filter(Q(new_reader_id=reader_id) | Q(known_reader_id=reader_id))
    return {pk for pair in pairs.values_list("new_reader_id", "known_reader_id") for pk in pair} - {reader_id}
