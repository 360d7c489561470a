"""Names of people, as far as telling one from another goes."""

import re
from typing import NamedTuple

_BEFORE_A_NAME = frozenset({"MR", "MRS", "MS", "MISS", "MX", "DR", "REV", "PROF", "SIR"})
_AFTER_A_NAME = frozenset({"JR", "SR", "II", "III", "IV", "MD", "PHD", "ESQ", "DDS", "RN", "CPA"})


class Name(NamedTuple):
    """`given` is the first word, `surname` the last; of a name of one word only the surname is known."""

    given: str
    surname: str

    @property
    def initial(self) -> str:
        return self.given[:1]


def parts(label_name: str) -> Name:
    """The words that count of a name in capitals: `DR ANA M O'FIELD-STONE JR` is ANA and OFIELDSTONE."""
    words = re.sub(r"[^A-Z0-9 ]", "", label_name).split()
    if words and words[0] in _BEFORE_A_NAME and len(words) > 1:
        words.pop(0)
    while len(words) > 1 and words[-1] in _AFTER_A_NAME:
        words.pop()
    if not words:
        return Name("", "")
    return Name(words[0] if len(words) > 1 else "", words[-1])
