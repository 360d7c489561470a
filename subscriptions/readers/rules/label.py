"""An address as it was typed, and the publisher's upper-case form of it (columns 11 to 23 of the mail-house file)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from subscriptions.readers.rules.countries import Country, country
from subscriptions.readers.rules.delivery_line import (
    delivery_line,
    is_delivery_line,
    unit_designator,
    without_punctuation,
)
from subscriptions.readers.rules.latin import fold

LINE_LENGTH = 40
CITY_LENGTH = 28
_URBANIZATION = re.compile(r"(?:URB|URBANIZACION)\.? (?P<name>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAddress:
    """What the reader typed, untouched. `country` is an ISO 3166 code of two letters."""

    name: str = ""
    company: str = ""
    attention: str = ""
    line1: str
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAddress:
    """As printed, in ASCII capitals. `addr2` stands above the delivery line `addr1`; at home `country` is blank."""

    name: str
    company: str
    attn: str
    addr1: str
    addr2: str
    urb: str
    city: str
    state: str
    zip5: str
    plus4: str
    dpc: str
    postcode: str
    country: str


@lru_cache(maxsize=32)
def label_form(address: TypedAddress, *, dpc: str = "") -> LabelAddress:
    """The printed form of an address. `dpc` is the delivery point that address software found for this ZIP+4.

    :raises ValueError: when the country is unknown or a text has no Latin letters; `address.check` says which
    """
    place = country(address.country)
    if place.is_domestic:
        return _domestic(address, place, dpc)
    clean = (lambda text: fold(text.replace(",", " "))) if place.code == "CA" else fold
    above, delivery = _canadian_lines(address) if place.code == "CA" else _foreign_lines(address)
    in_own_column = place.code == "CA"
    return _in_ascii(
        LabelAddress(
            name=clean(address.name),
            company=clean(address.company),
            attn=clean(address.attention),
            addr1=clean(delivery),
            addr2=clean(above),
            urb="",
            city=clean(address.city) if in_own_column else _city_with_region(address, place),
            state=place.printed_region(address.region) if in_own_column else "",
            zip5="",
            plus4="",
            dpc="",
            postcode=normal_postcode(place, address.postcode),
            country=place.name,
        )
    )


def normal_postcode(place: Country, typed: str) -> str:
    """The postcode as the country writes it: `60647-4002`, `K1A 0B1`, `SW1A 2AA`. A wrong one stays wrong."""
    plain = fold(typed)
    packed = re.sub(r"[ -]", "", plain)
    if place.is_domestic:
        return f"{packed[:5]}-{packed[5:]}" if len(packed) == 9 else plain
    if place.code in {"CA", "GB", "GG", "IM", "JE"} and len(packed) > 4:
        return f"{packed[:-3]} {packed[-3:]}"
    return plain


def _domestic(address: TypedAddress, place: Country, dpc: str) -> LabelAddress:
    state = place.printed_region(address.region) if place.code == "US" else place.code
    zip5, _, plus4 = normal_postcode(place, address.postcode).partition("-")
    urb, lines = _urbanization([fold(address.line1), fold(address.line2)], state)
    addr1, addr2 = _domestic_lines([line for line in lines if line])
    return _in_ascii(
        LabelAddress(
            name=without_punctuation(fold(address.name)),
            company=without_punctuation(fold(address.company)),
            attn=without_punctuation(fold(address.attention)),
            addr1=addr1,
            addr2=addr2,
            urb=urb,
            city=without_punctuation(fold(address.city)),
            state=state,
            zip5=zip5,
            plus4=plus4,
            dpc=dpc if plus4 else "",
            postcode="",
            country="",
        )
    )


def _urbanization(lines: list[str], state: str) -> tuple[str, list[str]]:
    """Puerto Rico's urbanization has its own column; without another line to deliver to it stays where it is."""
    for place, line in enumerate(lines):
        found = _URBANIZATION.fullmatch(line)
        if state == "PR" and found and any(lines[:place] + lines[place + 1 :]):
            return f"URB {without_punctuation(found['name'])}", lines[:place] + lines[place + 1 :]
    return "", lines


def _domestic_lines(lines: list[str]) -> tuple[str, str]:
    """The delivery line and what stands above it. A unit goes to the end of its street, or above if it does not fit."""
    if len(lines) < 2:
        return "".join(map(delivery_line, lines)), ""
    street, other = lines
    if is_delivery_line(other) and not is_delivery_line(street):
        street, other = other, street
    printed, unit = delivery_line(street), unit_designator(other)
    if unit and printed[0].isdigit() and len(f"{printed} {unit}") <= LINE_LENGTH:
        return f"{printed} {unit}", ""
    return printed, unit or delivery_line(other)


def _canadian_lines(address: TypedAddress) -> tuple[str, str]:
    if address.line2 and is_delivery_line(fold(address.line2)) and not is_delivery_line(fold(address.line1)):
        return address.line1, address.line2
    return address.line2, address.line1


def _foreign_lines(address: TypedAddress) -> tuple[str, str]:
    """Abroad the lines keep the order in which they were typed: the last one stands above the city."""
    return (address.line1, address.line2) if address.line2 else ("", address.line1)


def _city_with_region(address: TypedAddress, place: Country) -> str:
    """The file's state column is for the US and Canada; elsewhere a region that is printed follows the city.

    One too long for that is left out where a postcode says the same.
    """
    city = fold(address.city)
    region = place.printed_region(address.region) if "region" in place.prints else ""
    both = city if region == city else f"{city} {region}".strip()
    if len(both) > CITY_LENGTH and city and address.postcode.strip():
        return city
    return both or place.name


def _in_ascii(label: LabelAddress) -> LabelAddress:
    for column in label.__slots__:
        if not getattr(label, column).isascii():
            raise ValueError(f"The {column} cannot be printed in Latin letters.")
    return label
