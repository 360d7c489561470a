"""How a reader wishes to be written to: every yes and no is kept, the latest counts."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, NotFound
from subscriptions.readers import queries
from subscriptions.readers.models import ContactPreference, Reader, ReaderMerge
from subscriptions.readers.rules import preferences as rules
from subscriptions.readers.rules.preferences import Kind


class NoSuchPreference(DomainError):
    code = "no_such_preference"


@transaction.atomic
def set_preferences(
    *, reader_id: int, said: Mapping[Kind, bool], source: str, by: Actor, now: dt.datetime
) -> dict[Kind, bool]:
    """Keep what was said of each channel and purpose, where it is not their word already; answers what holds now.

    :param said: only the kinds that something was said about
    :raises NotFound: for an unknown reader
    :raises NoSuchPreference: for a channel or purpose that there is not
    """
    if unknown := set(said) - set(rules.UNLESS_TOLD):
        raise NoSuchPreference(f"Nobody is written to like this: {', '.join(sorted(map('/'.join, unknown)))}.")
    # Two at once say things one after the other.
    reader = Reader.objects.select_for_update(no_key=True).filter(pk=reader_id).first()
    if reader is None:
        raise NotFound("There is no reader with that number.")
    until_now = queries.preferences_of(reader_id)
    # What a merge made a no is the reader's own no from now on, and outlives the merge.
    of_merges = {(p.channel, p.purpose) for p in queries.latest_preferences(reader_id) if p.merge_id}
    changed = {kind: said[kind] for kind in said if until_now[kind] != said[kind] or kind in of_merges}
    _say(reader_id, changed, source=source, by=by, now=now)
    if changed:
        kinds = {"/".join(kind): allowed for kind, allowed in changed.items()}
        audit.record(by, "reader.preferences_set", reader, source=source, said=kinds)
    return {**until_now, **changed}


def take_the_stricter(merge: ReaderMerge, *, by: Actor, now: dt.datetime) -> None:
    """A no that stands in either file stands in the one that is kept."""
    until_now = queries.preferences_of(merge.kept_id)
    strict = rules.stricter(until_now, queries.preferences_of(merge.merged_id))
    changed = {kind: allowed for kind, allowed in strict.items() if allowed != until_now[kind]}
    _say(merge.kept_id, changed, source="merge", by=by, now=now, merge=merge)


def loosen_again(merge: ReaderMerge, *, by: Actor, now: dt.datetime) -> None:
    """What only this merge had made a no is a yes again, unless the reader has spoken since.

    Where another file that is still merged says no, the no stands, from now on by that merge.
    """
    latest = queries.latest_preferences(merge.kept_id)
    by_merge = {(p.channel, p.purpose) for p in latest if p.merge_id == merge.pk}
    for other in ReaderMerge.objects.filter(kept_id=merge.kept_id, undone_at__isnull=True).order_by("pk"):
        theirs = queries.preferences_of(other.merged_id)
        still = {kind for kind in by_merge if not theirs[kind]}
        _say(merge.kept_id, dict.fromkeys(still, False), source="merge", by=by, now=now, merge=other)
        by_merge -= still
    _say(merge.kept_id, dict.fromkeys(by_merge, True), source="merge", by=by, now=now)


def _say(
    reader_id: int,
    said: Mapping[Kind, bool],
    *,
    source: str,
    by: Actor,
    now: dt.datetime,
    merge: ReaderMerge | None = None,
) -> None:
    ContactPreference.objects.bulk_create(
        ContactPreference(
            reader_id=reader_id,
            channel=channel,
            purpose=purpose,
            allowed=allowed,
            source=source,
            merge=merge,
            at=now,
            by=by.reference,
        )
        for (channel, purpose), allowed in said.items()
    )
