"""What members of staff write down about a reader, for each other."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import Invalid, NotFound
from subscriptions.readers.models import Reader, ReaderNote
from subscriptions.readers.rules.card_numbers import holds_card_number

LONGEST_NOTE = 2000


@transaction.atomic
def add_note(*, reader_id: int, text: str, by: Actor, now: dt.datetime, pinned: bool = False) -> ReaderNote:
    """:raises NotFound: for an unknown reader
    :raises Invalid: for an empty note, one that is too long, or one with a card number in it
    """
    if not Reader.objects.filter(pk=reader_id).exists():
        raise NotFound("There is no reader with that number.")
    words = text.strip()
    if problem := _problem_of(words):
        raise Invalid({"text": [problem]})
    note = ReaderNote.objects.create(reader_id=reader_id, text=words, pinned=pinned, at=now, by=by.reference)
    audit.record(by, "note.added", note, reader=reader_id)
    return note


@transaction.atomic
def pin_note(*, note_id: int, pinned: bool, by: Actor) -> ReaderNote:
    """:raises NotFound: when there is no such note"""
    note = _lock(note_id)
    note.pinned = pinned
    note.save(update_fields=["pinned"])
    audit.record(by, "note.pinned" if pinned else "note.unpinned", note, reader=note.reader_id)
    return note


@transaction.atomic
def delete_note(*, note_id: int, by: Actor) -> None:
    """It is gone; that it was there, whose it was, and who deleted it stay in the audit trail.

    :raises NotFound: when there is no such note
    """
    note = _lock(note_id)
    audit.record(by, "note.deleted", note, reader=note.reader_id, written_by=note.by, written_at=note.at.isoformat())
    note.delete()


def _lock(note_id: int) -> ReaderNote:
    note = ReaderNote.objects.select_for_update().filter(pk=note_id).first()
    if note is None:
        raise NotFound("There is no such note.")
    return note


def _problem_of(words: str) -> tuple[str, str] | None:
    if not words:
        return "required", "Please write something."
    if len(words) > LONGEST_NOTE:
        return "too_long", f"The note has more than {LONGEST_NOTE} characters."
    if "\x00" in words:
        return "control_characters", "The note holds an invisible character; please type it again."
    if holds_card_number(words):
        return "looks_like_a_card_number", "The note looks as if it held a card number. Do not write one down."
    return None
