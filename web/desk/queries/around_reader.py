"""What stands around one reader: files merged, the household, notes, wishes, and who else gets the magazine there."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from subscriptions.readers import queries as readers
from subscriptions.readers.models import ContactPreference, PrivacyRequest, Reader, ReaderMerge, ReaderNote
from subscriptions.terms import queries as terms
from subscriptions.terms.models import MovedLine
from subscriptions.terms.queries import Neighbour, SubscriptionOverview


@dataclass(frozen=True, slots=True)
class MergeSeen:
    """`stayed` are the reasons why two lines of one magazine did not become one."""

    merge: ReaderMerge
    is_followed: bool
    can_be_undone: bool
    stayed: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """One row of the table of wishes: a purpose, and yes or no by each channel, in the order of `CHANNELS`."""

    purpose: str
    allowed: Sequence[tuple[str, bool]]


CHANNELS = [str(label) for label in ContactPreference.Channel.labels]


@dataclass(frozen=True, slots=True)
class Around:
    merges: Sequence[MergeSeen]
    household: Sequence[Reader]
    notes: Sequence[ReaderNote]
    wishes: Sequence[Wish]
    privacy: Sequence[PrivacyRequest]

    @property
    def references(self) -> list[str]:
        """Who did something here, for their names."""
        return [*(note.by for note in self.notes), *(seen.merge.by for seen in self.merges)]


def around(reader: Reader, *, now: dt.datetime) -> Around:
    return Around(
        merges=[_seen(merge, now=now) for merge in readers.merges_of(reader.pk)],
        household=list(readers.household_of(reader)),
        notes=list(readers.notes_of(reader.pk)),
        wishes=wishes(reader.pk),
        privacy=list(readers.requests_of(reader.pk)),
    )


def wishes(reader_id: int) -> list[Wish]:
    holds = readers.preferences_of(reader_id)
    return [
        Wish(str(purpose.label), [(str(c.label), holds[c.value, purpose.value]) for c in ContactPreference.Channel])
        for purpose in ContactPreference.Purpose
    ]


def neighbours(overview: SubscriptionOverview) -> list[Neighbour]:
    """Who else gets this magazine where this subscription goes."""
    if overview.address is None:
        return []
    return terms.neighbours_with_magazine(address=overview.address, magazine_id=overview.magazine.pk)


def _seen(merge: ReaderMerge, *, now: dt.datetime) -> MergeSeen:
    stayed = MovedLine.objects.filter(merge=merge).exclude(stayed_because="")
    return MergeSeen(
        merge=merge,
        is_followed=readers.is_followed(merge),
        can_be_undone=merge.undone_at is None and now < merge.undo_until,
        stayed=list(stayed.values_list("stayed_because", flat=True)),
    )
