"""Notes, households, and how a reader wishes to be written to."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.errors import Invalid, NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import ContactPreference, Household, Reader, ReaderNote
from subscriptions.readers.rules.preferences import UNLESS_TOLD, as_told, stricter
from tests.house import House, at

CLERK = Actor("staff", "1")
NOW = at("2026-02-20")
KINDS = st.dictionaries(st.sampled_from(sorted(UNLESS_TOLD)), st.booleans())


def note(reader: Reader, text: str, **fields: Any) -> ReaderNote:
    return actions.add_note(reader_id=reader.pk, text=text, by=CLERK, now=fields.pop("now", NOW), **fields)


def test_pinned_notes_come_first_and_then_the_newest(house: House) -> None:
    ana = house.reader()
    old = note(ana, "hard of hearing", now=at("2026-01-01"))
    note(ana, "called", now=at("2026-01-02"))
    actions.pin_note(note_id=old.pk, pinned=True, by=CLERK)

    assert [n.text for n in queries.notes_of(ana.pk)] == ["hard of hearing", "called"]

    actions.pin_note(note_id=old.pk, pinned=False, by=CLERK)
    assert [n.text for n in queries.notes_of(ana.pk)] == ["called", "hard of hearing"]


def test_notes_of_a_merged_file_are_seen_in_the_kept_one(house: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F")
    note(merged, "speaks Spanish")

    actions.merge_readers(kept_id=kept.pk, merged_id=merged.pk, by=CLERK, now=NOW)

    assert [n.text for n in queries.notes_of(kept.pk)] == ["speaks Spanish"]


def test_a_deleted_note_leaves_who_deleted_it_and_no_word_of_it(house: House) -> None:
    written = note(house.reader(), "owes us a cake")

    actions.delete_note(note_id=written.pk, by=Actor("staff", "2"))

    entry = AuditEntry.objects.get(action="note.deleted")
    assert not ReaderNote.objects.exists()
    assert (entry.actor, entry.detail["written_by"]) == ("staff:2", "staff:1")
    assert "cake" not in str(entry.detail)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ", "required"),
        ("x" * 2001, "too_long"),
        ("a\x00b", "control_characters"),
        ("card 4242 4242 4242 4242", "looks_like_a_card_number"),
    ],
)
def test_refuses_what_is_no_note(house: House, text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        note(house.reader(), text)

    assert [problem for problem, _ in refusal.value.fields["text"]] == [code]


def test_refuses_notes_and_wishes_of_nobody(house: House) -> None:
    with pytest.raises(NotFound):
        actions.add_note(reader_id=999_999, text="who?", by=CLERK, now=NOW)
    with pytest.raises(NotFound):
        actions.pin_note(note_id=999_999, pinned=True, by=CLERK)
    with pytest.raises(NotFound):
        actions.set_preferences(reader_id=999_999, said={}, source="clerk", by=CLERK, now=NOW)


def test_nobody_is_called_or_sold_on_who_has_not_said_so(house: House) -> None:
    ana = house.reader()

    allowed = {kind for kind, yes in queries.preferences_of(ana.pk).items() if yes}

    assert allowed == {("email", "renewal"), ("email", "offers"), ("post", "renewal"), ("post", "offers")}


def test_the_latest_word_counts_and_every_word_is_kept(house: House) -> None:
    ana = house.reader()
    for yes in (False, False, True, False):
        actions.set_preferences(
            reader_id=ana.pk, said={("post", "offers"): yes}, source="reader", by=Actor("reader", str(ana.pk)), now=NOW
        )

    assert queries.may_contact(ana.pk, channel="post", purpose="offers") is False
    assert [p.allowed for p in ContactPreference.objects.order_by("pk")] == [False, True, False]


def test_refuses_a_way_of_writing_that_there_is_not(house: House) -> None:
    with pytest.raises(actions.NoSuchPreference, match="pigeon/offers"):
        actions.set_preferences(
            reader_id=house.reader().pk, said={("pigeon", "offers"): True}, source="api", by=CLERK, now=NOW
        )


def test_what_was_said_is_never_changed(house: House) -> None:
    ana = house.reader()
    actions.set_preferences(reader_id=ana.pk, said={("post", "offers"): False}, source="reader", by=CLERK, now=NOW)

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ContactPreference.objects.update(allowed=True)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ContactPreference.objects.all().delete()


@given(KINDS, KINDS)
def test_the_stricter_of_two_allows_what_both_allow(
    one: dict[tuple[str, str], bool], other: dict[tuple[str, str], bool]
) -> None:
    strict = stricter(one, other)

    assert strict == stricter(other, one)
    assert all(strict[kind] == (as_told(one)[kind] and as_told(other)[kind]) for kind in UNLESS_TOLD)


def test_whoever_lives_with_one_lives_with_all_of_them(house: House) -> None:
    ana, ben, cleo = (house.reader(name) for name in ("Ana Field", "Ben Field", "Cleo Field"))
    actions.join_household(reader_id=ben.pk, with_reader_id=ana.pk, by=CLERK)

    actions.join_household(reader_id=cleo.pk, with_reader_id=ben.pk, by=CLERK)

    ana.refresh_from_db()
    assert list(queries.household_of(ana)) == [ben, cleo]


def test_a_household_of_one_is_none(house: House) -> None:
    ana, ben, cleo = (house.reader(name) for name in ("Ana Field", "Ben Field", "Cleo Reed"))
    actions.join_household(reader_id=ben.pk, with_reader_id=ana.pk, by=CLERK)

    actions.join_household(reader_id=ben.pk, with_reader_id=cleo.pk, by=CLERK)
    ana.refresh_from_db()
    assert ana.household is None

    actions.leave_household(reader_id=ben.pk, by=CLERK)
    assert not Household.objects.exists()
    with pytest.raises(actions.NoHousehold):
        actions.leave_household(reader_id=cleo.pk, by=CLERK)


def test_a_household_takes_two_files_in_force(house: House) -> None:
    ana, ben, alias = (house.reader(name) for name in ("Ana Field", "Ben Field", "Ana F"))
    actions.merge_readers(kept_id=ana.pk, merged_id=alias.pk, by=CLERK, now=NOW)

    with pytest.raises(actions.NotTwoPeople):
        actions.join_household(reader_id=ana.pk, with_reader_id=ana.pk, by=CLERK)
    with pytest.raises(actions.NotTwoPeople):
        actions.join_household(reader_id=alias.pk, with_reader_id=ben.pk, by=CLERK)
    with pytest.raises(NotFound):
        actions.join_household(reader_id=ana.pk, with_reader_id=999_999, by=CLERK)
