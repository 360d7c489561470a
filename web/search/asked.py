"""What somebody may mean with a few letters or digits: each meaning is tried, the narrowest first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from subscriptions.fulfillment.rules.keyline import check_digit

Kind = Literal["email", "number", "order", "card", "telephone", "zip", "postcode", "name", "address"]

LONGEST = 100
_DIGITS_ONLY = re.compile(r"[0-9\s#().+/-]+")
_CARD = re.compile(r"(?:card|visa|master|amex|discover|ending|in|[*x\s])+([0-9]{4})", re.IGNORECASE)
# Eight letters of an alphabet without I, L, O and U, with or without `M-` and the dash: see `order_number`.
_ORDER = re.compile(r"(?:M-?)?([0-9A-HJ-NP-TV-Z]{4})-?([0-9A-HJ-NP-TV-Z]{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of what was typed: how it is looked up, by what, and how that is said to a person."""

    kind: Kind
    value: str
    said: str


def meanings(typed: str) -> list[Meaning]:
    """Every meaning that makes sense, the narrowest first; none for nothing."""
    text = " ".join(typed.replace("\x00", " ").split())[:LONGEST].strip()
    if not text:
        return []
    if "@" in text:
        return [Meaning("email", text.replace(" ", ""), f"mail addresses beginning with “{text}”")]
    if card := _CARD.fullmatch(text):
        return [_card(card[1])]
    if re.search("[0-9]", text) and _DIGITS_ONLY.fullmatch(text):
        return [*_of_digits(text), *(_orders(text) if "-" in text else [])]
    return [*_orders(text), *_of_words(text)]


def _of_digits(text: str) -> Iterator[Meaning]:
    digits = re.sub(r"\D", "", text)
    if len(digits) <= 8:
        yield from _numbers(digits, is_keyline="#" in text)
    if "#" in text:
        return
    if len(digits) == 4:
        yield _card(digits)
    if len(digits) in (5, 9):
        yield Meaning("zip", digits[:5], f"ZIP code {digits[:5]}")
    if 4 <= len(digits) <= 6:
        # Of another country: 8001 Zürich, 10115 Berlin, 560001 Bengaluru.
        yield Meaning("postcode", digits, f"postcode {digits}")
    if len(digits) in (7, 10) or len(digits) > 10:
        yield Meaning("telephone", digits, f"telephone numbers ending in {digits}")
    if " " in text:
        yield Meaning("address", text, f"addresses with “{text}”")


def _numbers(digits: str, *, is_keyline: bool) -> Iterator[Meaning]:
    """The number itself, or as printed on a label: seven digits and a check digit, which has to fit."""
    number = digits[:7] if len(digits) == 8 else digits
    if not int(number):
        return
    said = f"account number {int(number):07d}"
    if len(digits) == 8 and check_digit(number) != int(digits[7]):
        yield Meaning("number", "", f"{said}, but its check digit is {check_digit(number)} and not {digits[7]}")
    elif is_keyline and len(digits) < 7:
        yield Meaning("number", "", f"a keyline, but it is not whole: seven digits and a check digit, not {digits}")
    else:
        yield Meaning("number", number, said)


def _card(last4: str) -> Meaning:
    return Meaning("card", last4, f"cards ending in {last4}")


def _orders(text: str) -> Iterator[Meaning]:
    """Also without the letter in front and without dashes; a plain word is taken for a word."""
    whole = _ORDER.fullmatch(text.replace(" ", ""))
    if whole and (any(sign.isdecimal() for sign in text) or "-" in text):
        number = f"M-{whole[1]}-{whole[2]}".upper()
        yield Meaning("order", number, f"order {number}")


def _of_words(text: str) -> Iterator[Meaning]:
    # The four digits behind a ZIP code only stand in the way.
    text = re.sub(r"^([0-9]{5})-[0-9]{4}\b", r"\1", text)
    yield Meaning("name", text, f"names with “{text}”")
    if " " not in text:
        yield Meaning("email", text, f"mail addresses beginning with “{text}”")
    yield Meaning("address", text, f"addresses with “{text}”")
