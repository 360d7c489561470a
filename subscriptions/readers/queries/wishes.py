"""Notes, and what a reader may be written about by which way."""

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from subscriptions.readers.models import ContactPreference, Reader, ReaderNote
from subscriptions.readers.queries.people import files_of
from subscriptions.readers.rules import preferences as rules
from subscriptions.readers.rules.preferences import Kind


def notes_of(reader_id: int) -> QuerySet[ReaderNote]:
    """Pinned ones first, then the newest; those of merged files among them."""
    return ReaderNote.objects.filter(reader_id__in=files_of([reader_id])).order_by("-pinned", "-at", "-pk")


def latest_preferences(reader_id: int) -> list[ContactPreference]:
    """The last word on each kind that this reader has said anything about."""
    said = ContactPreference.objects.filter(reader_id=reader_id)
    return list(said.order_by("channel", "purpose", "-pk").distinct("channel", "purpose"))


def preferences_of(reader_id: int) -> dict[Kind, bool]:
    """Yes or no for each channel and purpose, as it holds now."""
    return rules.as_told({(p.channel, p.purpose): p.allowed for p in latest_preferences(reader_id)})


def may_contact(reader_id: int, *, channel: str, purpose: str) -> bool:
    """Whether a reader may be written about this, this way. Notices that a law demands do not ask."""
    in_force = Reader.objects.values_list(Coalesce("merged_into", "pk"), flat=True).get(pk=reader_id)
    return preferences_of(in_force)[channel, purpose]


def wishes_it(*, channel: str, purpose: str, reader: str) -> Coalesce:
    """The same for many: annotate with it, and filter for True. `reader` is the path of the reader in the outer row."""
    said = ContactPreference.objects.filter(
        channel=channel,
        purpose=purpose,
        reader=Coalesce(OuterRef(f"{reader}__merged_into"), OuterRef(reader)),
    )
    unless_told = Value(rules.UNLESS_TOLD[channel, purpose])
    return Coalesce(Subquery(said.order_by("-pk").values("allowed")[:1]), unless_told)
