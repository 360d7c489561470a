"""What looks odd about an address that can be printed: the reader is asked once, and may be right."""

import re
from collections.abc import Iterator

from subscriptions.readers.rules.countries import Country, postcodes_of_region
from subscriptions.readers.rules.delivery_line import is_delivery_line, is_po_box, without_punctuation
from subscriptions.readers.rules.label import LabelAddress, TypedAddress, label_form, normal_postcode
from subscriptions.readers.rules.latin import fold
from subscriptions.readers.rules.zip_codes import states_of_zip

_LONGEST_USUAL_CITY = 16
_MILITARY_STATES = {"AA", "AE", "AP"}
_MILITARY_CITIES = {"APO", "DPO", "FPO"}
_BOX_INSIDE = re.compile(r"\b(?:P ?O ?|POST OFFICE )BOX\b")

Doubt = tuple[str, str, str]


def doubts(address: TypedAddress, place: Country) -> Iterator[Doubt]:
    """(field, code, sentence) for each doubt about an address without errors."""
    label = label_form(address)
    if len(label.city) > _LONGEST_USUAL_CITY:
        yield "city", "long_city", f"Some printers have room for {_LONGEST_USUAL_CITY} letters of the city only."
    if place.is_domestic:
        yield from _zip_doubts(label)
        yield from _line_doubts(address, label)
    elif address.region.strip():
        yield from _region_doubts(address, label, place)


def _zip_doubts(label: LabelAddress) -> Iterator[Doubt]:
    states = states_of_zip(label.zip5)
    if not states:
        yield "postcode", "zip_not_in_use", f"No place that we know has a ZIP code beginning with {label.zip5[:3]}."
    elif label.state not in states:
        where = " or ".join(sorted(states))
        yield "postcode", "zip_does_not_fit_state", f"ZIP codes beginning with {label.zip5[:3]} are in {where}."
    if not label.plus4:
        yield "postcode", "no_zip_plus_4", "Copies arrive more safely with all nine digits of the ZIP code."
    if (label.state in _MILITARY_STATES) != (label.city in _MILITARY_CITIES):
        yield "city", "military_city", "A military address has the city APO, FPO or DPO and the state AA, AE or AP."


def _line_doubts(address: TypedAddress, label: LabelAddress) -> Iterator[Doubt]:
    typed = (without_punctuation(fold(line)) for line in (address.line1, address.line2))
    lines = [line for line in typed if line]
    has_street = any(line[0].isdigit() for line in lines)
    if has_street and any(is_po_box(line) or _BOX_INSIDE.search(line) for line in lines):
        yield "line1", "two_delivery_points", "This has both a street and a PO box. Please give the one that gets mail."
    if label.state not in _MILITARY_STATES and not any(is_delivery_line(line) for line in lines):
        yield "line1", "no_house_number", "There is no house number or box. Is the street complete?"


def _region_doubts(address: TypedAddress, label: LabelAddress, place: Country) -> Iterator[Doubt]:
    if place.printed_region(address.region) not in (label.state or label.city):
        yield "region", "region_not_printed", "The label leaves this out; the postal code says as much."
    code, postcode = place.region_code(address.region), normal_postcode(place, address.postcode)
    pattern = postcodes_of_region(place.code, code) if code else None
    if postcode and pattern is not None and not pattern.match(postcode):
        yield "postcode", "postcode_does_not_fit_region", "This postal code belongs to another region."
