"""Two files of one person made one, and the way back. Upper apps follow: they sweep for the row of the merge."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, NotFound
from foundation.wake import wake
from subscriptions.readers import queries
from subscriptions.readers.actions.copies_of_everything import forget_files
from subscriptions.readers.actions.preferences import loosen_again, take_the_stricter
from subscriptions.readers.actions.privacy import FileIsMerged, ReaderIsErased, refuse_while_erasing
from subscriptions.readers.models import Address, MergeTick, PossibleDuplicate, Reader, ReaderMerge

# So long a clerk may find out that they were two people after all.
CAN_BE_UNDONE_FOR = dt.timedelta(days=90)


class SameFile(DomainError):
    code = "same_file"


class MergeIsOver(DomainError):
    code = "merge_is_over"


@transaction.atomic
def merge_readers(
    *, kept_id: int, merged_id: int, by: Actor, now: dt.datetime, joins_lines: bool = False
) -> ReaderMerge:
    """Make one file an alias of another: its number, mail address and notes go on to lead to the one that is kept.

    Subscriptions follow shortly after. Who paid, and every sum, stay as they are.

    :param joins_lines: two subscriptions to one magazine become one, as far as the terms allow
    :raises NotFound: for an unknown number
    :raises SameFile: for one file twice
    :raises FileIsMerged: when either is an alias already
    :raises ReaderIsErased: when either was erased
    :raises ErasureIsUnderWay: while either is
    """
    kept, merged = _lock_both(kept_id, merged_id)
    refuse_while_erasing(queries.files_of([kept.pk, merged.pk]))
    merge = ReaderMerge.objects.create(
        kept=kept,
        merged=merged,
        joins_lines=joins_lines,
        at=now,
        by=by.reference,
        undo_until=now + CAN_BE_UNDONE_FOR,
    )
    Reader.objects.filter(Q(pk=merged.pk) | Q(merged_into=merged)).update(merged_into=kept)
    take_the_stricter(merge, by=by, now=now)
    _answer_the_question(kept, merged, by=by, now=now)
    audit.record(by, "reader.merged", merged, into=kept.pk, merge=str(merge.uuid), joins_lines=joins_lines)
    wake("readers_merged")
    return merge


@transaction.atomic
def unmerge_readers(*, merge_id: int, by: Actor, now: dt.datetime) -> ReaderMerge:
    """Make them two again: each gets back what came with it. What was ordered or said meanwhile stays with the kept.

    A copy of everything that was made of both is no longer anybody's own, and goes.

    :raises NotFound: when there is no such merge
    :raises MergeIsOver: when it was undone before, or too long ago
    :raises ReaderIsErased: when what is on file was erased
    :raises ErasureIsUnderWay: while it is
    """
    merge = ReaderMerge.objects.select_for_update().filter(pk=merge_id).first()
    if merge is None:
        raise NotFound("There is no such merge.")
    if merge.undone_at is not None:
        raise MergeIsOver("This merge was undone before.")
    if now >= merge.undo_until:
        raise MergeIsOver(f"It could be undone until {merge.undo_until:%-d %B %Y}.")
    files = _lock_all_of(merge)
    if merge.merged.erased_at is not None:
        raise ReaderIsErased("What was on file about both was erased.")
    refuse_while_erasing(files)
    forget_files(files, now=now)
    merge.undone_at, merge.undone_by = now, by.reference
    merge.save(update_fields=["undone_at", "undone_by"])
    _point_again(merge)
    loosen_again(merge, by=by, now=now)
    audit.record(by, "reader.unmerged", merge.merged, out_of=merge.kept_id, merge=str(merge.uuid))
    wake("readers_merged")
    return merge


def tick_merge(*, merge: ReaderMerge, app: str, undoing: bool, now: dt.datetime, **summary: Any) -> MergeTick:
    """An app has followed: called by its own action, in the transaction that did so."""
    return MergeTick.objects.create(merge=merge, app=app, undoing=undoing, done_at=now, summary=summary)


def give_back_addresses(*, merge: ReaderMerge, address_ids: Collection[int], by: Actor) -> int:
    """Addresses that were typed for the merged file while the merge stood, and are on file under the kept; how many.

    Left there, they would be told and erased with the wrong person.
    """
    kept = queries.reader_in_force(merge.kept)
    typed = Address.objects.filter(pk__in=address_ids, reader=kept, entered_at__gte=merge.at)
    for address in typed.order_by("pk"):
        audit.record(by, "address.given_back", address, before=kept.pk, now=merge.merged_id)
    return typed.update(reader_id=merge.merged_id)


def _lock_both(kept_id: int, merged_id: int) -> tuple[Reader, Reader]:
    if kept_id == merged_id:
        raise SameFile("That is one file, not two.")
    wanted = Reader.objects.select_for_update(no_key=True).filter(pk__in=[kept_id, merged_id]).order_by("pk")
    locked = {reader.pk: reader for reader in wanted}
    if len(locked) < 2:
        raise NotFound("There is no reader with that number.")
    for reader in locked.values():
        if reader.erased_at is not None:
            raise ReaderIsErased(f"What was on file about {reader.number} was erased; nobody can be told from it.")
        if reader.merged_into_id is not None:
            raise FileIsMerged(f"{reader.number} was merged into {reader.merged_into_id:07d} already; take that one.")
    return locked[kept_id], locked[merged_id]


def _lock_all_of(merge: ReaderMerge) -> list[int]:
    """The numbers of all files of the person, whose file in force nobody begins to erase or merges meanwhile."""
    in_force = merge.merged.merged_into_id or merge.kept_id
    Reader.objects.select_for_update(no_key=True).get(pk=in_force)
    merge.merged.refresh_from_db()
    return queries.files_of([in_force])


def _point_again(merge: ReaderMerge) -> None:
    """Name the reader in force anew in every file behind this merge: the chain of standing merges says who it is."""
    in_force_now = merge.merged.merged_into_id
    group = Reader.objects.filter(merged_into=in_force_now)
    aliases = {pk: pk for pk in group.values_list("pk", flat=True)}
    standing = dict(
        ReaderMerge.objects.filter(merged__in=aliases, undone_at__isnull=True).values_list("merged", "kept")
    )
    for alias in aliases:
        in_force = alias
        while in_force in standing:
            in_force = standing[in_force]
        Reader.objects.filter(pk=alias).update(merged_into=None if in_force == alias else in_force)


def _answer_the_question(kept: Reader, merged: Reader, *, by: Actor, now: dt.datetime) -> None:
    """Whoever merges has answered."""
    both = Q(new_reader=kept, known_reader=merged) | Q(new_reader=merged, known_reader=kept)
    PossibleDuplicate.objects.filter(both).update(
        answer=PossibleDuplicate.Answer.SAME, answered_at=now, answered_by=by.reference
    )
