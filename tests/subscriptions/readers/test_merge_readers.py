import datetime as dt

import pytest

from foundation.actors import Actor
from foundation.errors import NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import PossibleDuplicate, PrivacyRequest, Reader
from tests.house import House, at

CLERK = Actor("staff", "1")
NOW = at("2026-02-20")


def merge(kept: Reader, merged: Reader, *, day: str = "2026-02-20") -> int:
    return actions.merge_readers(kept_id=kept.pk, merged_id=merged.pk, by=CLERK, now=at(day)).pk


def in_force(reader: Reader) -> Reader:
    return queries.reader_in_force(Reader.objects.get(pk=reader.pk))


def test_the_merged_file_leads_to_the_kept_one_by_number_and_by_both_mail_addresses(house: House) -> None:
    kept, merged = house.reader("Ana Field", "ana@readers.example"), house.reader("A Field", "old@readers.example")

    merge(kept, merged)

    assert in_force(merged) == kept
    assert list(queries.readers_with_email("OLD@readers.example")) == [kept]
    assert list(queries.readers_with_email("ana@readers.example")) == [kept]
    assert queries.file_with_email("old@readers.example") == merged
    assert queries.files_of([kept.pk]) == sorted([kept.pk, merged.pk])


def test_a_couple_with_one_address_stays_two_readers(house: House) -> None:
    ana, ben = house.reader("Ana Field", "both@readers.example"), house.reader("Ben Field", "both@readers.example")
    again = house.reader("Ana F", "both@readers.example")

    merge(ana, again)

    assert list(queries.readers_with_email("both@readers.example")) == [ana, ben]


def test_whoever_was_merged_before_follows_and_comes_back(house: House) -> None:
    first, second, third = (house.reader(name) for name in ("One", "Two", "Three"))
    inner = merge(second, first)
    outer = merge(third, second)
    assert [in_force(r) for r in (first, second)] == [third, third]

    actions.unmerge_readers(merge_id=outer, by=CLERK, now=NOW)
    assert [in_force(r) for r in (first, second)] == [second, second]

    actions.unmerge_readers(merge_id=inner, by=CLERK, now=NOW)
    assert [in_force(r) for r in (first, second)] == [first, second]


def test_an_inner_merge_can_be_undone_under_an_outer_one(house: House) -> None:
    first, second, third = (house.reader(name) for name in ("One", "Two", "Three"))
    inner = merge(second, first)
    merge(third, second)

    actions.unmerge_readers(merge_id=inner, by=CLERK, now=NOW)

    assert [in_force(r) for r in (first, second)] == [first, third]


def test_whoever_merges_has_answered_the_question(house: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F", "ana@readers.example")
    actions.look_for_duplicates(reader_id=merged.pk, now=NOW)
    assert queries.open_duplicates().count() == 1

    merge(kept, merged)

    assert PossibleDuplicate.objects.get().answer == "same"


def test_the_stricter_wish_stands_and_comes_back_with_the_undoing(house: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F")
    say(merged, {("email", "offers"): False, ("post", "partners"): True})

    number = merge(kept, merged)
    strict = queries.preferences_of(kept.pk)
    actions.unmerge_readers(merge_id=number, by=CLERK, now=NOW)

    assert (strict["email", "offers"], strict["post", "partners"]) == (False, False)
    assert queries.preferences_of(kept.pk)["email", "offers"] is True
    assert queries.preferences_of(merged.pk)["email", "offers"] is False


def test_what_the_reader_said_since_outlives_the_undoing(house: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F")
    say(merged, {("email", "offers"): False})
    number = merge(kept, merged)
    say(kept, {("email", "offers"): True})
    say(kept, {("email", "offers"): False})

    actions.unmerge_readers(merge_id=number, by=CLERK, now=NOW)

    assert queries.preferences_of(kept.pk)["email", "offers"] is False


def test_a_no_said_again_after_the_merge_is_the_readers_own(house: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F")
    say(merged, {("email", "offers"): False})
    number = merge(kept, merged)
    say(kept, {("email", "offers"): False})

    actions.unmerge_readers(merge_id=number, by=CLERK, now=NOW)

    assert queries.preferences_of(kept.pk)["email", "offers"] is False


def test_a_no_of_two_merged_files_stands_until_both_are_out_again(house: House) -> None:
    kept, first, second = (house.reader(name) for name in ("One", "Two", "Three"))
    say(first, {("email", "offers"): False})
    say(second, {("email", "offers"): False})
    numbers = [merge(kept, first), merge(kept, second)]

    actions.unmerge_readers(merge_id=numbers[0], by=CLERK, now=NOW)
    still = queries.preferences_of(kept.pk)
    actions.unmerge_readers(merge_id=numbers[1], by=CLERK, now=NOW)

    assert still["email", "offers"] is False
    assert queries.preferences_of(kept.pk)["email", "offers"] is True


def say(reader: Reader, said: dict[tuple[str, str], bool]) -> None:
    actions.set_preferences(reader_id=reader.pk, said=said, source="reader", by=CLERK, now=NOW)


def test_one_file_is_not_two(house: House) -> None:
    ana = house.reader()

    with pytest.raises(actions.SameFile):
        merge(ana, ana)


def test_an_alias_is_neither_merged_again_nor_merged_into(house: House) -> None:
    kept, merged, other = (house.reader(name) for name in ("One", "Two", "Three"))
    merge(kept, merged)

    with pytest.raises(actions.FileIsMerged, match=f"{merged.number} was merged into {kept.number}"):
        merge(other, merged)
    with pytest.raises(actions.FileIsMerged):
        merge(merged, other)


def test_refuses_numbers_that_nobody_has(house: House) -> None:
    ana = house.reader()

    with pytest.raises(NotFound):
        actions.merge_readers(kept_id=ana.pk, merged_id=999_999, by=CLERK, now=NOW)
    with pytest.raises(NotFound):
        actions.unmerge_readers(merge_id=999_999, by=CLERK, now=NOW)


def test_can_be_undone_for_ninety_days_and_once(house: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F")
    number = merge(kept, merged)
    last_day = NOW + dt.timedelta(days=90)

    with pytest.raises(actions.MergeIsOver, match="21 May 2026"):
        actions.unmerge_readers(merge_id=number, by=CLERK, now=last_day)
    actions.unmerge_readers(merge_id=number, by=CLERK, now=last_day - dt.timedelta(seconds=1))
    with pytest.raises(actions.MergeIsOver, match="undone before"):
        actions.unmerge_readers(merge_id=number, by=CLERK, now=NOW)


def test_the_newest_address_that_no_mail_came_back_from_counts_in_whichever_file(house: House) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F")
    house.address(kept, entered_at=at("2026-01-01"))
    newer = house.address(merged, entered_at=at("2026-02-01"))
    house.address(kept, entered_at=at("2026-02-02"), undeliverable_since=dt.date(2026, 2, 10))

    merge(kept, merged)

    assert queries.newest_address(kept.pk) == newer


@pytest.mark.parametrize("state", ["checking", "waiting"])
def test_while_a_file_is_erased_none_comes_to_it_and_none_leaves(house: House, state: str) -> None:
    kept, merged, other = (house.reader(name) for name in ("One", "Two", "Three"))
    number = merge(kept, merged)
    erases(kept)
    PrivacyRequest.objects.update(state=state)

    for pair in ((kept, other), (other, kept)):
        with pytest.raises(actions.ErasureIsUnderWay, match=f"about {kept.number} is being erased"):
            merge(*pair)
    with pytest.raises(actions.ErasureIsUnderWay):
        actions.unmerge_readers(merge_id=number, by=CLERK, now=NOW)

    assert [in_force(r) for r in (kept, merged, other)] == [kept, kept, other]


def test_an_erasure_that_only_waits_for_a_clerk_keeps_nobody_from_merging_and_does_not_begin_after(
    house: House,
) -> None:
    kept, merged = house.reader("Ana Field"), house.reader("Ana F")
    request = erases(merged, by=Actor("reader", str(merged.pk)))
    merge(kept, merged)

    with pytest.raises(actions.FileIsMerged, match=f"ask for {kept.number}"):
        actions.start_erasure(request_id=request.pk, by=CLERK, now=NOW)


def erases(reader: Reader, *, by: Actor = CLERK) -> PrivacyRequest:
    return actions.ask_privacy(reader_id=reader.pk, kind="erasure", verified="letter", by=by, now=NOW)
