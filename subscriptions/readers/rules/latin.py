"""The upper-case ASCII form in which mail houses print."""

import re
import unicodedata

# What compatibility decomposition leaves behind. Everything else that stays is not Latin script, and is said to be so.
_FOLDED = {
    "ß": "SS", "ẞ": "SS", "æ": "AE", "Æ": "AE", "œ": "OE", "Œ": "OE", "ø": "O", "Ø": "O", "ł": "L", "Ł": "L",
    "đ": "D", "Đ": "D", "ð": "D", "Ð": "D", "þ": "TH", "Þ": "TH", "ħ": "H", "Ħ": "H", "ı": "I", "ŋ": "N", "Ŋ": "N",
    "ŧ": "T", "Ŧ": "T", "ĸ": "K", "ə": "A", "Ə": "A", "⁄": "/", "×": "X",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʻ": "'", "ʼ": "'", "ʹ": "'", "′": "'", "´": "'", "`": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "·": "-", "•": "-",
}  # fmt: skip
_TABLE = str.maketrans(_FOLDED)
_FRACTION = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")


def fold(text: str) -> str:
    """The text in capitals without accents, ligatures, odd quotes and double blanks.

    Letters of other scripts stay as they are: see `has_ascii_form`.
    """
    apart = _FRACTION.sub(" ", text).translate(_TABLE)
    decomposed = unicodedata.normalize("NFKD", apart)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(_TABLE)
    return " ".join(plain.upper().split())


def has_ascii_form(text: str) -> bool:
    return fold(text).isascii()


def has_control_character(text: str) -> bool:
    """Whether it holds a character that has no width or breaks the line: controls, direction marks, private use."""
    return any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for letter in text)
