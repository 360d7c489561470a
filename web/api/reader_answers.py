"""Puts together what the API answers about a reader. Reads only."""

from collections.abc import Sequence
from typing import Any

from subscriptions.readers import queries
from subscriptions.readers.models import PossibleDuplicate, Reader, ReaderMerge
from subscriptions.terms.models import Subscription
from subscriptions.terms.queries import access_of
from web.search import hits


def reader_answer(reader: Reader) -> dict[str, Any]:
    """The fields of `ReaderOut`."""
    lines = Subscription.objects.filter(reader=reader, merged_into__isnull=True).order_by("pk")
    return {
        "number": reader.number,
        "name": reader.name,
        "company": reader.company,
        "email": reader.email,
        "phone": reader.phone,
        "created_at": reader.created_at,
        "erased_at": reader.erased_at,
        "aliases": [f"{pk:07d}" for pk in queries.files_of([reader.pk]) if pk != reader.pk],
        "household": [other.number for other in queries.household_of(reader)],
        "address": queries.newest_address(reader.pk),
        "subscriptions": list(lines.values_list("uuid", flat=True)),
        "access": access_of([reader.pk]),
        "preferences": [
            {"channel": channel, "purpose": purpose, "allowed": allowed}
            for (channel, purpose), allowed in queries.preferences_of(reader.pk).items()
        ],
        "notes": queries.notes_of(reader.pk),
    }


def merge_answer(merge: ReaderMerge) -> ReaderMerge:
    """With `followed`, which is read from the ticks."""
    merge.followed = queries.is_followed(merge)  # type: ignore[attr-defined]  # for `MergeOut`
    return merge


def duplicate_answers(pairs: Sequence[PossibleDuplicate]) -> list[dict[str, Any]]:
    """The fields of `DuplicateOut`, with both readers as a list shows them."""
    lines = {hit.reader.pk: hit for hit in hits([r for pair in pairs for r in (pair.new_reader, pair.known_reader)])}
    return [
        {
            "id": pair.pk,
            "reason": pair.reason,
            "created_at": pair.created_at,
            "answer": pair.answer,
            "new_reader": lines[pair.new_reader_id],
            "known_reader": lines[pair.known_reader_id],
        }
        for pair in pairs
    ]
