"""Who may be one reader, and that one slip of the hand never hides anybody."""

from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.readers.rules.likeness import Likeness, alike, names_alike, one_slip, streets_alike
from subscriptions.readers.rules.names import Name, parts

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# A title before a name is none of it.
words = st.text(LETTERS, min_size=4, max_size=9).filter(lambda word: word not in {"MISS", "PROF"})
# Their units end the comparison of a street, and a direction is left out of it.
streets = words.filter(lambda word: word not in {"BSMT", "FRNT", "LBBY", "LOWR", "REAR", "SIDE", "UPPR", "BLDG", "DEPT",
                                                 "HNGR", "PIER", "SLIP", "STOP", "TRLR", "UNIT", "UPPER"})  # fmt: skip


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    """The word with one letter left out, put in, changed, or swapped with its neighbour."""
    place = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(LETTERS))
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    return draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                swapped,
            ]
        )
    )


def label(name: str, line: str, *, company: str = "", area: str = "60647") -> Likeness:
    return Likeness(name=name, company=company, line=line, area=area)


@given(st.data(), words)
def test_one_slip_is_seen_from_both_sides(data: st.DataObject, word: str) -> None:
    typed = data.draw(slips(word))

    assert one_slip(word, typed)
    assert one_slip(typed, word)


@given(words, words)
def test_words_of_other_letters_are_no_slip(one: str, other: str) -> None:
    apart = one.lower()

    assert not one_slip(other, apart)


@pytest.mark.parametrize(
    ("one", "other"),
    [("FIELD", "FILEDS"), ("FIELD", "FI"), ("ABCD", "BADC"), ("ABCD", "ACBDE"), ("ABCD", "DBCA"), ("", "AB")],
)
def test_two_slips_are_two(one: str, other: str) -> None:
    assert not one_slip(one, other)


@given(data=st.data(), first=words, middle=words, surname=words, street=streets, number=st.integers(1, 9999))
def test_a_middle_name_and_a_slip_hide_nobody(
    *, data: st.DataObject, first: str, middle: str, surname: str, street: str, number: int
) -> None:
    # LEE and LEA are two names: of short ones a slip makes another.
    typed = data.draw(slips(surname).filter(lambda word: len(word) >= 4))
    known = label(f"{first} {surname}", f"{number} N {street} AVE")

    for name in (f"{first} {middle} {typed}", f"{first[0]} {typed}", f"MRS {first} {typed} JR"):
        new = label(name, f"{number} {street} AVE APT 4")
        assert alike(known, new) == "same_address_and_name"
        assert alike(new, known) == "same_address_and_name"


@given(words, words, streets, st.integers(10, 9998))
def test_a_slip_in_the_house_number_hides_nobody(first: str, surname: str, street: str, number: int) -> None:
    one, other = (label(f"{first} {surname}", f"{n} {street} ST") for n in (number, number + 1))

    assert alike(one, other) == ("same_name_close_by" if one_slip(str(number), str(number + 1)) else "")


@given(words, words, streets)
def test_nobody_is_alike_in_another_area(first: str, surname: str, street: str) -> None:
    one = label(f"{first} {surname}", f"12 {street} ST")

    assert alike(one, label(one.name, one.line, area="60614")) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("ANA FIELD", "BEN FIELD"), ("ANA LEE", "ANA LEA"), ("ANA FIELD", "ANA STONE"), ("ANA FIELD", ""), ("", "")],
)
def test_these_are_different_people(one: str, other: str) -> None:
    assert not names_alike(parts(one), parts(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ANA FIELD", "FIELD"),
        ("ANA FIELD", "NAA FIELD"),
        ("ANA O'BRIEN", "A. OBRIEN"),
        ("DR ANA FIELD MD", "ANA FIELD"),
    ],
)
def test_these_may_be_one(one: str, other: str) -> None:
    assert names_alike(parts(one), parts(other))


@pytest.mark.parametrize(
    ("lines", "same"),
    [
        (("2040 N MILWAUKEE AVE", "2040 MILWAUKEE AVE", "2040 N MILWAUKE AVE # 4"), True),
        (("PO BOX 12", "PO BOX 12"), True),
        (("100 MAIN ST", "100 OAK ST"), False),
        (("12 MAIN ST", "12 MAIN RD"), False),
    ],
)
def test_streets(lines: tuple[str, ...], same: bool) -> None:
    assert all(streets_alike(one, other) == same for one, other in pairwise(lines))


NAMES = [
    "ANA FIELD",
    "DR ANA M FIELD JR",
    "FIELD",
    "A. O'BRIEN-STONE",
    "MRS CHEN",
    "REV J SMITH MD PHD",
    "JR",
    "MS",
    "",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_the_database_finds_by_the_surname_and_initial_that_the_rule_sees(name: str) -> None:
    seen = parts(name)
    with connection.cursor() as cursor:
        cursor.execute("select readers_name_key('60647', '', 'CHICAGO', %s)", [name])
        key = cursor.fetchone()[0]

    assert key == (f"60647|{seen.surname}|{seen.initial or seen.surname[:1]}" if seen.surname else None)
    assert seen == Name(seen.given, seen.surname)
