"""The delivery line of a US address as in USPS Publication 28, as far as is safe without an address database.

What is not recognised stays as it was typed: a word too long is delivered, a wrong abbreviation may not be.
"""

import re

_DIRECTIONS = {
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE",
    "SOUTHWEST": "SW", "N": "N", "S": "S", "E": "E", "W": "W", "NE": "NE", "NW": "NW", "SE": "SE", "SW": "SW",
}  # fmt: skip
_SUFFIXES = {
    "ALLEY": "ALY", "AVENUE": "AVE", "AV": "AVE", "BOULEVARD": "BLVD", "BRANCH": "BR", "BRIDGE": "BRG",
    "CIRCLE": "CIR", "COURT": "CT", "CENTER": "CTR", "COVE": "CV", "DRIVE": "DR", "EXPRESSWAY": "EXPY",
    "ESTATE": "EST", "FREEWAY": "FWY", "GARDENS": "GDNS", "HIGHWAY": "HWY", "HEIGHTS": "HTS", "LANE": "LN",
    "LOOP": "LOOP", "MANOR": "MNR", "PASS": "PASS", "PIKE": "PIKE", "PARKWAY": "PKWY", "PLACE": "PL",
    "PLAZA": "PLZ", "POINT": "PT", "ROAD": "RD", "RIDGE": "RDG", "RUN": "RUN", "SQUARE": "SQ", "STREET": "ST",
    "STR": "ST", "TERRACE": "TER", "TURNPIKE": "TPKE", "TRAIL": "TRL", "VILLAGE": "VLG", "VIEW": "VW",
    "WAY": "WAY", "CROSSING": "XING",
}  # fmt: skip
# West End Avenue and North Shore Drive are names, not directions.
_PART_OF_NAME = {"END", "POINT", "SHORE"}
_SUFFIXES |= {short: short for short in _SUFFIXES.values()}
_UNITS = {
    "APARTMENT": "APT", "BUILDING": "BLDG", "DEPARTMENT": "DEPT", "FLOOR": "FL", "HANGAR": "HNGR", "KEY": "KEY",
    "LOT": "LOT", "PIER": "PIER", "ROOM": "RM", "SLIP": "SLIP", "SPACE": "SPC", "SUITE": "STE", "STOP": "STOP",
    "TRAILER": "TRLR", "UNIT": "UNIT",
}  # fmt: skip
_UNITS |= {short: short for short in _UNITS.values()}
_UNITS_WITHOUT_NUMBER = {
    "BASEMENT": "BSMT", "FRONT": "FRNT", "LOBBY": "LBBY", "LOWER": "LOWR", "OFFICE": "OFC", "PENTHOUSE": "PH",
    "REAR": "REAR", "SIDE": "SIDE", "UPPER": "UPPR",
}  # fmt: skip
_UNITS_WITHOUT_NUMBER |= {short: short for short in _UNITS_WITHOUT_NUMBER.values()}

# As printed: what begins a unit behind its street, and what may stand on either side of the street's name.
UNIT_WORDS = frozenset({*_UNITS.values(), *_UNITS_WITHOUT_NUMBER.values(), "#"})
DIRECTIONS = frozenset(_DIRECTIONS.values())

# A unit number has a digit or is a single letter: "STOP RD" is a street, "STOP 4" is not.
_UNIT_WORD = "|".join(sorted(_UNITS, key=len, reverse=True))
_UNIT = re.compile(rf"(?:(?P<word>{_UNIT_WORD}) ?#? ?|# ?)(?P<number>(?=[A-Z/-]*\d)[A-Z0-9/-]+|[A-Z])")
_UNIT_AT_END = re.compile(rf"(?P<street>\d\S*(?: \S+)+?) (?P<unit>{_UNIT.pattern})")
_BOX = r"BOX ?#? ?(?P<box>[A-Z0-9-]+)"
_NUMBER = r" ?(?:NO |NUMBER )?#? ?(?P<route>\d+)"
_PO_BOX = re.compile(rf"(?:P ?O ?|POST OFFICE ){_BOX}|P ?O ?B #? ?(?P<short>[A-Z0-9-]+)")
_RURAL = re.compile(rf"(?:R ?R|RURAL ROUTE|RURAL RT|RURAL RTE|RFD|RFD ROUTE){_NUMBER} {_BOX}")
_HIGHWAY = re.compile(rf"(?:H ?C|HIGHWAY CONTRACT|HIGHWAY CONTRACT ROUTE|STAR ROUTE){_NUMBER} {_BOX}")
_MILITARY = re.compile(rf"(?P<kind>PSC|CMR|UNIT){_NUMBER} {_BOX}")


def without_punctuation(text: str) -> str:
    """Folded text without the signs that Publication 28 drops; a point inside a number stays: `39.2 RD`."""
    apart = re.sub(r"(?<=[A-Z]{2})\.(?=[A-Z])", " ", text)
    pointless = re.sub(r"(?<!\d)\.|\.(?!\d)", "", apart)
    return " ".join(re.sub(r'[,;:"()]', " ", pointless).split())


def delivery_line(text: str) -> str:
    """The line with its box, route, directions, suffix and unit in their short forms. Takes folded text."""
    line = without_punctuation(text)
    return _box_line(line) or unit_designator(line) or _street_line(line)


def unit_designator(line: str) -> str:
    """`APT 4B` for a line that is a unit and nothing else, `# 4B` where its kind is not known; otherwise nothing."""
    bare = without_punctuation(line)
    if bare in _UNITS_WITHOUT_NUMBER:
        return _UNITS_WITHOUT_NUMBER[bare]
    found = _UNIT.fullmatch(bare)
    if found is None:
        return ""
    return f"{_UNITS[found['word']] if found['word'] else '#'} {found['number']}"


def is_po_box(line: str) -> bool:
    return _PO_BOX.fullmatch(without_punctuation(line)) is not None


def is_delivery_line(line: str) -> bool:
    """Whether a carrier could deliver by this line alone: a house number, a box, a route, a military unit."""
    bare = without_punctuation(line)
    return bare[:1].isdigit() or bare.startswith("GENERAL DELIVERY") or bool(_box_line(bare))


def _box_line(line: str) -> str:
    if found := _PO_BOX.fullmatch(line):
        return f"PO BOX {found['box'] or found['short']}"
    for pattern, kind in ((_RURAL, "RR"), (_HIGHWAY, "HC"), (_MILITARY, "")):
        if found := pattern.fullmatch(line):
            return f"{kind or found['kind']} {found['route']} BOX {found['box']}"
    return ""


def _street_line(line: str) -> str:
    found = _UNIT_AT_END.fullmatch(line)
    street, unit = (found["street"], f" {unit_designator(found['unit'])}") if found else (line, "")
    number, *words = street.split() or [""]
    if not number[:1].isdigit() or len(words) < 2:
        return line
    return " ".join([number, *_short_ends(words)]) + unit


def _short_ends(words: list[str]) -> list[str]:
    """A direction is short only beside a street name: NORTH AVENUE stays NORTH AVE, BAY DRIVE WEST is BAY DR W."""
    before, name, after = [], list(words), []
    if len(name) > 2 and name[-1] in _DIRECTIONS and name[-2] in _SUFFIXES:
        after = [_DIRECTIONS[name.pop()]]
    if len(name) > 1 and name[-1] in _SUFFIXES and name[-2] != "THE":
        after = [_SUFFIXES[name.pop()], *after]
    if len(name) > 1 and name[0] in _DIRECTIONS and name[1] not in _PART_OF_NAME:
        before = [_DIRECTIONS[name.pop(0)]]
    return [*before, *name, *after]
