"""The keyline that the post office sends back with a change of address (USPS Publication 8A, check digit MOD 10)."""

import re

_KEY = re.compile(r"[0-9A-Z/]{3,15}")
_LAST_READER = 9_999_999


def check_digit(key: str) -> int:
    """The MOD 10 check digit of a key of 3 to 15 digits, letters or slashes; blanks do not count.

    :raises ValueError: when the key has another length, another character, or is all zeros
    """
    letters = key.replace(" ", "").upper()
    if not _KEY.fullmatch(letters):
        raise ValueError(f"A key has 3 to 15 digits, letters or slashes: {key!r}.")
    if not letters.strip("0"):
        raise ValueError("A key of zeros alone is not allowed.")
    # Publication 8A gives each character the low four bits of its ASCII code, so A and 1 both count as 1.
    values = [ord(letter) & 0x0F for letter in letters]
    total = sum(_folded(value * 2 if place % 2 == 0 else value) for place, value in enumerate(values))
    return -total % 10


def subscriber_no(reader_number: int) -> str:
    """The reader number as printed: seven digits and their check digit, `00423178` for 42317.

    :raises ValueError: when the number is not between 1 and 9,999,999
    """
    if not 1 <= reader_number <= _LAST_READER:
        raise ValueError(f"A reader number lies between 1 and {_LAST_READER}: {reader_number}.")
    key = f"{reader_number:07d}"
    return f"{key}{check_digit(key)}"


def reader_number(typed: str) -> int:
    """The reader number of what stands on a label: up to seven digits, or eight with the check digit, signs or not.

    :raises ValueError: when it has other characters or another length, or its check digit does not fit
    """
    digits = re.sub(r"[\s#-]", "", typed)
    if not re.fullmatch(r"[0-9]{1,8}", digits) or not digits[:7].strip("0"):
        raise ValueError("An account number has seven digits, and perhaps a check digit behind them.")
    if len(digits) == 8 and check_digit(digits[:7]) != int(digits[7]):
        raise ValueError("The check digit does not fit: please compare the number with the label.")
    return int(digits[:7])


def keyline(reader_number: int) -> str:
    """The keyline of a reader, `#0042 3178#` for 42317: a blank after every fourth character, between number signs.

    :raises ValueError: as `subscriber_no`
    """
    number = subscriber_no(reader_number)
    return f"#{number[:4]} {number[4:]}#"


def _folded(value: int) -> int:
    """The sum of the digits, once more where that sum has two: a doubled N is 28, then 10, then 1."""
    return (value - 1) % 9 + 1 if value else 0
