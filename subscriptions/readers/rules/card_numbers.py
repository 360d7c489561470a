"""Card numbers that people type into the wrong field. They may not be stored (PCI DSS) and are refused."""

import re
import unicodedata

_SHORTEST, _LONGEST = 13, 19
# Digit groups as people write them: 4242 4242 4242 4242, with a blank or up to three signs between.
_RUN = re.compile(r"\d+(?:[\W_]{1,3}\d+)*")


def holds_card_number(text: str) -> bool:
    """Whether some run of 13 to 19 digits, in one piece or in groups, has a valid Luhn check digit."""
    readable = unicodedata.normalize("NFKC", text)
    return any(_groups_hold_one(re.findall(r"\d+", run.group())) for run in _RUN.finditer(readable))


def _groups_hold_one(groups: list[str]) -> bool:
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > _LONGEST:
                break
            if _is_card_number(digits):
                return True
    return any(_hides_one(group) for group in groups if len(group) > _LONGEST)


def _hides_one(digits: str) -> bool:
    """Whether a number too long for a card holds one inside."""
    return any(
        _is_card_number(digits[start : start + length])
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(digits) - length + 1)
    )


def _is_card_number(digits: str) -> bool:
    if not _SHORTEST <= len(digits) <= _LONGEST:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        weighted = int(digit) * (2 if place % 2 else 1)
        total += weighted - 9 if weighted > 9 else weighted
    return total % 10 == 0
