"""The letters of a redemption code: how it is made, typed, shown, and how long it is good."""

import datetime as dt
import re

# Crockford's letters and digits: none of them is mistaken for another on the phone. Sixteen of them are 80 bits: nobody
# guesses one, and whoever steals the table of hashes finds none by trying.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
# Typed for another: what people write who read the code off a card.
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
# Federal law gives a gift card five years (15 U.S.C. 1693l-1); what is sold as a gift is good no shorter here.
CODE_LIVES_YEARS = 5


def code_letters(secret: bytes) -> str:
    """Sixteen letters out of at least ten random bytes.

    :raises ValueError: when there are fewer bytes than the letters need
    """
    number = int.from_bytes(secret)
    if len(secret) * 8 < LENGTH * 5:
        raise ValueError(f"{len(secret)} bytes are too few for {LENGTH} letters.")
    return "".join(LETTERS[(number >> 5 * place) & 31] for place in range(LENGTH))


def normal_code(typed: str) -> str:
    """What was typed, as it is kept: `7kq2 9f3m-xoil ab12` is `7KQ29F3MX011AB12`. Empty when it can be no code."""
    bare = re.sub(r"[\s\-–—.]", "", typed).upper().translate(_MISREAD)
    return bare if len(bare) == LENGTH and all(letter in LETTERS for letter in bare) else ""


def shown_code(letters: str) -> str:
    """In four groups, as people read them out: `7KQ2-9F3M-X011-AB12`. Empty for none."""
    if not letters:
        return ""
    return "-".join(letters[place : place + 4] for place in range(0, LENGTH, 4))


def expires_on(sold_on: dt.date) -> dt.date:
    """The first day on which the code is no longer good; a code of February 29 is good until March 1."""
    year = sold_on.year + CODE_LIVES_YEARS
    leap_day = sold_on.month == 2 and sold_on.day == 29
    return dt.date(year, 3, 1) if leap_day else sold_on.replace(year=year)
