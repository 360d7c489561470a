"""Words as the indexes hold them, and questions for the index of words."""

from collections.abc import Mapping, Sequence

from django.db import connection

# Behind everything that begins with the same letters, in the order of bytes.
_LAST = "\U0010ffff"
# What labels write in several ways, in front of a street and behind it: they tell no street from another.
_SMALL = """n s e w ne nw se sw north south east west st street av ave avenue rd road dr drive ln lane ct court pl place
blvd boulevard way ter terrace cir circle hwy highway pkwy parkway apt unit ste suite fl floor no"""
SMALL_WORDS = frozenset(_SMALL.split())


def folded(text: str) -> list[str]:
    """The words of a text, spelled as the columns spell theirs: by the same function of the database."""
    with connection.cursor() as cursor:
        cursor.execute("select search_words(%s)", [text])
        return str(cursor.fetchone()[0]).split()


def beginning(text: str) -> Mapping[str, str]:
    """The stretch of an index that begins with a text."""
    return {"begins": text, "ends": text + _LAST}


def query(words: Sequence[str], *, whole: bool = False) -> str:
    """All of the words, whole or begun. Numbers and one or two letters stay whole: begun they are everything."""
    return " & ".join(f"'{word}'" if whole or len(word) < 3 or word.isdecimal() else f"'{word}':*" for word in words)
