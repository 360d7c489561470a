"""Whether two labels may be one reader's. It only raises a question for a clerk, so it may err; it must not be blind.

Tolerant of middle names, initials, titles, accents and abbreviations (the label form has folded those) and of one slip
of the hand: a letter too many, too few, another one, or two that changed places. It knows no nicknames.
"""

from dataclasses import dataclass

from subscriptions.readers.rules.delivery_line import DIRECTIONS, UNIT_WORDS
from subscriptions.readers.rules.names import Name, parts

# LEE and LEA are two names; SCHMIDT and SCHMITD are one, mistyped.
SHORTEST_WITH_A_SLIP = 4

SAME_EMAIL = "same_email"
SAME_ADDRESS_AND_NAME = "same_address_and_name"
SAME_NAME_CLOSE_BY = "same_name_close_by"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is compared of an address: its printed name, company and delivery line, and in which area it lies."""

    name: str
    company: str
    line: str
    area: str


def alike(one: Likeness, other: Likeness) -> str:
    """Why the two may be one reader: `same_address_and_name`, `same_name_close_by`, or empty."""
    if one.area != other.area:
        return ""
    if _number(one.line) == _number(other.line) and streets_alike(one.line, other.line):
        same = names_alike(parts(one.name), parts(other.name)) or _companies_alike(one.company, other.company)
        return SAME_ADDRESS_AND_NAME if same else ""
    return SAME_NAME_CLOSE_BY if _same_name_close_by(one, other) else ""


def _same_name_close_by(one: Likeness, other: Likeness) -> bool:
    """One of two slips only: with the number mistyped the name has to be right, and the other way round."""
    mine, theirs = parts(one.name), parts(other.name)
    same_name = bool(mine.surname) and (mine.surname, mine.initial) == (theirs.surname, theirs.initial)
    return same_name and one_slip(_number(one.line), _number(other.line)) and streets_alike(one.line, other.line)


def names_alike(one: Name, other: Name) -> bool:
    if not one.surname or not other.surname:
        return False
    return _words_alike(one.surname, other.surname) and _given_alike(one.given, other.given)


def streets_alike(one: str, other: str) -> bool:
    """The same street but for directions, the unit behind it, and one slip: `N MILWAUKEE AVE`, `MILWAUKE AVE APT 4`."""
    return _words_alike(_street(one), _street(other))


def same_home(one: str, other: str) -> bool:
    """One household's door: number, street and flat. Two lines without a flat are the same; one of two is not."""
    return _number(one) == _number(other) and streets_alike(one, other) and _unit(one) == _unit(other)


def one_slip(one: str, other: str) -> bool:
    """Equal, or one letter too many, too few, another one, or two neighbours that changed places."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[place:] == long[place + 1 :]
    if short[place + 1 :] == long[place + 1 :]:
        return True
    swapped = short[place + 1 : place + 2] + short[place : place + 1]
    return long[place : place + 2] == swapped and short[place + 2 :] == long[place + 2 :]


def _words_alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < SHORTEST_WITH_A_SLIP:
        return one == other
    return one_slip(one, other)


def _given_alike(one: str, other: str) -> bool:
    """By the initial, as many give only that; NAA is ANA. Somebody without a first name may be anybody of the name."""
    if not one or not other or one[0] == other[0]:
        return True
    return len(one) > 1 and len(other) > 1 and one[:2] == other[1::-1] and one[2:] == other[2:]


def _companies_alike(one: str, other: str) -> bool:
    return bool(one) and bool(other) and _words_alike(one, other)


def _number(line: str) -> str:
    """The first number of the line: of the house, or of the box."""
    digits = ""
    for sign in line:
        if sign.isdigit():
            digits += sign
        elif digits:
            break
    return digits


def _street(line: str) -> str:
    """Without number, directions and flat: people in one house are told apart by their names."""
    number = _number(line)
    street, _ = _before_and_from_the_unit(line)
    return " ".join(word for word in street if word not in DIRECTIONS and word != number)


def _unit(line: str) -> str:
    """The flat's number, however its kind is called: `APT 4` and `# 4` are one."""
    _, unit = _before_and_from_the_unit(line)
    return " ".join(word for word in unit if word not in UNIT_WORDS) or " ".join(unit)


def _before_and_from_the_unit(line: str) -> tuple[list[str], list[str]]:
    words = line.replace("#", " # ").split()
    # A street may be named like a unit, but then right behind its number: 12 FRONT ST.
    begins = next((place for place, word in enumerate(words) if place > 1 and word in UNIT_WORDS), len(words))
    return words[:begins], words[begins:]
