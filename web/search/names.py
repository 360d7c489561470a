"""By name: who is called exactly so, then by surname, by the beginning, at last whoever has these words anywhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.search.words import beginning

Statement = tuple[str, Mapping[str, Any], bool]

_COLUMNS = "select id as row, id as reader, {column} as key from readers_reader where "
_ANYWHERE = _COLUMNS.format(column="surname_first") + (
    "array_to_tsvector(string_to_array(words, ' ')) @@ %(query)s::tsquery"
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of an index: everything in a column that begins with a text, or is that text."""

    column: str
    text: str
    is_whole: bool = False


def statements(words: Sequence[str], *, enough: int) -> Iterator[Statement]:
    """One after the other, the nearest first; each leaves out whom the ones before it have found.

    The stretches are walked in the order of names, so that the first page of twenty thousand Smiths costs no more than
    that of three. Words anywhere are looked up all at once, and no more than `enough` of the readers are looked at.
    """
    if not words:
        return
    before: list[Stretch] = []
    for stretch in _stretches(words):
        values: dict[str, Any] = {}
        condition = _within(stretch, "here", values)
        yield _COLUMNS.format(column=stretch.column) + condition + _but_for(before, values), values, False
        before.append(stretch)
    # A single letter is half the file to the index; it is compared afterwards.
    asked = [word for word in words if len(word) > 1]
    if asked:
        yield from _anywhere(words, asked, before, enough)


def _anywhere(
    words: Sequence[str], asked: Sequence[str], before: Sequence[Stretch], enough: int
) -> Iterator[Statement]:
    """Whole words first: where each begins many others, counting those together is most of the work."""
    values: dict[str, Any] = {"enough": enough, "whole": asked}
    letters = "".join(_letter(place, word, values) for place, word in enumerate(words) if len(word) == 1)
    rest = letters + _but_for(before, values)
    begun = " & ".join(f"'{word}':*" for word in asked)
    but_whole = " and not %(whole)s::text[] <@ string_to_array(words, ' ')"
    yield _ANYWHERE + rest + " limit %(enough)s", {**values, "query": begun.replace(":*", "")}, True
    yield _ANYWHERE + rest + but_whole + " limit %(enough)s", {**values, "query": begun}, True


def _stretches(words: Sequence[str]) -> list[Stretch]:
    typed = " ".join(words)
    # Surnames stand in front of the whole name: `smith ana smith`.
    found = [Stretch("words", typed, is_whole=True)]
    if len(words) > 1:
        last_in_front = " ".join([words[-1], *words[:-1]])
        found += [Stretch("words", last_in_front, is_whole=True), Stretch("surname_first", last_in_front)]
    return [*found, Stretch("surname_first", typed), Stretch("words", typed)]


def _within(stretch: Stretch, name: str, values: dict[str, Any]) -> str:
    values[f"{name}_begins"] = stretch.text
    if stretch.is_whole:
        return f"{stretch.column} = %({name}_begins)s"
    values[f"{name}_ends"] = beginning(stretch.text)["ends"]
    return f"({stretch.column} >= %({name}_begins)s and {stretch.column} < %({name}_ends)s)"


def _but_for(stretches: Sequence[Stretch], values: dict[str, Any]) -> str:
    return "".join(f" and not {_within(stretch, f'but{n}', values)}" for n, stretch in enumerate(stretches))


def _letter(place: int, word: str, values: dict[str, Any]) -> str:
    values[f"letter{place}"] = f" {word}"
    return f" and strpos(' ' || words, %(letter{place})s) > 0"
