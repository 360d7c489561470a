"""Puts together what the API answers about a reader. Reads only."""

from typing import Any

from subscriptions.readers import queries
from subscriptions.readers.models import Reader, ReaderMerge
from subscriptions.terms.models import Subscription


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
