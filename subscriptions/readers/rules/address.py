"""What is wrong with an address, and what only looks odd. Nothing here changes what was typed.

An error stops the address: it could not be printed or delivered, or must not be stored. A warning is shown once and may
be kept. Both are by field, each with a stable code and a sentence for the person who typed it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import NamedTuple

from subscriptions.readers.rules.card_numbers import holds_card_number
from subscriptions.readers.rules.countries import Country, UnknownCountry, country
from subscriptions.readers.rules.doubts import doubts
from subscriptions.readers.rules.label import LabelAddress, TypedAddress, label_form, normal_postcode
from subscriptions.readers.rules.latin import fold, has_ascii_form, has_control_character

__all__ = ["AddressCheck", "LabelAddress", "Problem", "TypedAddress", "check", "label_form"]

# What to call each field, and how much of it is kept; the label has less room, see below.
_FIELDS = {
    "name": ("name or company", 80),
    "company": ("company", 80),
    "attention": ("attention line", 80),
    "line1": ("street or box", 80),
    "line2": ("second line", 80),
    "city": ("city", 60),
    "region": ("state or province", 40),
    "postcode": ("postal code", 16),
    "country": ("country", 2),
}
# Label column: the typed field behind it, and its room in the mail-house file.
_LABEL_ROOM = {
    "name": ("name", 40),
    "company": ("company", 40),
    "attn": ("attention", 40),
    "addr1": ("line1", 40),
    "addr2": ("line2", 40),
    "urb": ("line1", 28),
    "city": ("city", 28),
    "postcode": ("postcode", 10),
}
_FORMULA_SIGNS = ("=", "+", "-", "@")


class Problem(NamedTuple):
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """Problems by field of the typed address. While there are errors, warnings are not looked for."""

    errors: dict[str, list[Problem]] = field(default_factory=dict)
    warnings: dict[str, list[Problem]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return not self.errors


@lru_cache(maxsize=32)
def check(address: TypedAddress) -> AddressCheck:
    """Look at every field; never raises. Without errors, `label_form` can print the address in full.

    An order is checked when it comes in and when it is answered: the last few are remembered. Change nothing in it.
    """
    errors = _by_field(_text_errors(address))
    try:
        place = country(address.country)
    except UnknownCountry:
        errors.setdefault("country", [Problem("unknown_country", "Please choose the country from the list.")])
        return AddressCheck(errors)
    errors = _by_field(_country_errors(address, place)) | errors
    if not errors:
        errors = _by_field(_label_errors(label_form(address)))
    if errors:
        return AddressCheck(errors)
    return AddressCheck({}, _by_field((name, Problem(*doubt)) for name, *doubt in doubts(address, place)))


def _text_errors(address: TypedAddress) -> Iterator[tuple[str, Problem]]:
    for name, text in asdict(address).items():
        problem = _text_problem(name, text)
        if problem is not None:
            yield name, problem


def _text_problem(name: str, text: str) -> Problem | None:
    words, room = _FIELDS[name]
    if len(text) > room:
        return Problem("too_long", f"The {words} has more than {room} characters.")
    if has_control_character(text):
        return Problem("control_characters", f"The {words} holds an invisible character; please type it again.")
    if holds_card_number(text):
        return Problem("looks_like_a_card_number", f"The {words} looks like a card number. Do not give one here.")
    if fold(text).startswith(_FORMULA_SIGNS):
        return _formula(name)
    # A region may be typed in the country's own script where it has a Latin name to print.
    if name != "region" and not has_ascii_form(text):
        return Problem("no_latin_form", f"The {words} cannot be printed; please write it in Latin letters.")
    return None


def _country_errors(address: TypedAddress, place: Country) -> Iterator[tuple[str, Problem]]:
    if not address.name.strip() and not address.company.strip():
        yield "name", _required("name")
    for name in ("line1", "city", "region", "postcode"):
        if name in place.needs | {"line1"} and not getattr(address, name).strip():
            yield name, _required(name)
    yield from _region_errors(address.region.strip(), place)
    postcode = normal_postcode(place, address.postcode)
    if postcode and place.postcode is not None and not place.postcode.fullmatch(postcode):
        example = f", such as {place.postcode_example}" if place.postcode_example else ""
        yield "postcode", Problem("bad_postcode", f"This is not a postal code of {place.name.title()}{example}.")


def _region_errors(region: str, place: Country) -> Iterator[tuple[str, Problem]]:
    if region and place.regions and place.region_code(region) is None:
        yield "region", Problem("unknown_region", f"{place.name.title()} has no such {_FIELDS['region'][0]}.")
    elif not place.printed_region(region).isascii():
        yield "region", Problem("no_latin_form", "The region cannot be printed; please write it in Latin letters.")


def _label_errors(label: LabelAddress) -> Iterator[tuple[str, Problem]]:
    """What only shows once signs are dropped and words are shortened."""
    for column, (name, room) in _LABEL_ROOM.items():
        printed = getattr(label, column)
        if len(printed) > room:
            yield name, Problem("too_long", f"The label has room for {room} characters, not for {printed!r}.")
        if printed.startswith(_FORMULA_SIGNS):
            yield name, _formula(name)
    if not label.addr1:
        yield "line1", _required("line1")
    if not label.name and not label.company:
        yield "name", _required("name")


def _required(name: str) -> Problem:
    return Problem("required", f"Please give the {_FIELDS[name][0]}.")


def _formula(name: str) -> Problem:
    # A spreadsheet at the mail house would run it.
    return Problem("starts_like_a_formula", f"The {_FIELDS[name][0]} cannot begin with = + - or @.")


def _by_field(found: Iterable[tuple[str, Problem]]) -> dict[str, list[Problem]]:
    problems: dict[str, list[Problem]] = {}
    for name, problem in found:
        problems.setdefault(name, []).append(problem)
    return problems
