"""Announcement cards as PDF: a letter page to fold once, the address outside, the news inside. Never a price."""

import datetime as dt
import io
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import reportlab
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.units import inch
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from orders.checkout.rules import Card

PLAIN, BOLD, SLANTED = "CardPlain", "CardBold", "CardSlanted"
_FILES = {PLAIN: "Vera.ttf", BOLD: "VeraBd.ttf", SLANTED: "VeraIt.ttf"}
_INK, _SOFT = HexColor("#1f1d1a"), HexColor("#5c564c")
_WIDTH, _HEIGHT = LETTER
_MARGIN = 1.0 * inch
# From the first line inside down to the line that says whom to ask.
_MOST_LINES = 8
_ROOM = _HEIGHT / 2 - 0.7 * inch - 0.9 * inch


def cards_pdf(cards: Sequence[Card]) -> bytes:
    """A page for each card; the same cards give the same bytes.

    :raises ValueError: for no card, which would be no file
    """
    if not cards:
        raise ValueError("There is no card to draw.")
    _register_fonts()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=LETTER, invariant=True)
    canvas.setTitle(_("Gift cards") if len(cards) > 1 else _("A gift card"))
    for card in cards:
        _draw_outside(canvas, card)
        _draw_inside(canvas, card)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def texts(card: Card) -> list[tuple[str, str, int]]:
    """What stands inside, from the top: text, font and size. An empty text is a little room."""
    found = [
        (card.magazine, BOLD, 12),
        ("", PLAIN, 8),
        (_("A gift for %(name)s") % {"name": card.to_name}, BOLD, 22),
        (_("from %(name)s") % {"name": card.from_name} if card.from_name else "", PLAIN, 14),
        *[("", PLAIN, 6)] * bool(card.message.strip()),
        *[(line, SLANTED, 13) for line in _lines_of(card.message)],
        ("", PLAIN, 14),
    ]
    # The code is read off the card, letter by letter.
    return [*found, *[(text, BOLD, 15) if text == card.code else (text, PLAIN, 11) for text in _what_comes(card)]]


def _lines_of(message: str) -> list[str]:
    """As the donor broke them; more than the card has room for run on in one."""
    lines = [line for line in message.splitlines() if line.strip()]
    return lines if len(lines) <= _MOST_LINES else [" ".join(lines)]


def _what_comes(card: Card) -> list[str]:
    about = {"issues": card.issues, "days": card.access_days, "magazine": card.magazine}
    said = []
    if card.issues:
        said.append(_("%(issues)d issues of %(magazine)s, sent to your door.") % about)
    if card.access_days:
        said.append(_("%(days)d days of digital access to %(magazine)s.") % about)
    if card.code:
        said.append(_("To begin, open %(address)s and enter this code:") % {"address": card.redeem_at})
        said.append(card.code)
        if card.good_until is not None:
            said.append(_("It is good until %(day)s.") % {"day": _day(card.good_until)})
    elif card.first_issue:
        said.append(_("The first issue is %(issue)s.") % {"issue": card.first_issue})
        if card.arrives is not None:
            first, last = map(_day, card.arrives)
            said.append(_("Expect it between %(first)s and %(last)s.") % {"first": first, "last": last})
    return said


def cannot_be_printed(text: str) -> list[str]:
    """The signs of a text that no card can show, each once: an emoji, a script that our letters do not have."""
    _register_fonts()
    return list(dict.fromkeys(sign for sign in text if not sign.isspace() and not _printable(sign)))


def _draw_outside(canvas: Canvas, card: Card) -> None:
    """The upper half: where a window envelope shows the address, and the fold."""
    canvas.setFillColor(_SOFT)
    canvas.setFont(PLAIN, 8)
    canvas.drawString(_MARGIN, _HEIGHT - 0.8 * inch, _fit(card.publisher or card.magazine))
    canvas.setFillColor(_INK)
    canvas.setFont(PLAIN, 11)
    for number, line in enumerate(card.address):
        canvas.drawString(_MARGIN, _HEIGHT - 2.2 * inch - number * 15, _fit(line))
    canvas.setStrokeColor(HexColor("#ddd8cf"))
    canvas.setDash(2, 4)
    canvas.line(0, _HEIGHT / 2, _WIDTH, _HEIGHT / 2)
    canvas.setDash()


def _draw_inside(canvas: Canvas, card: Card) -> None:
    y = _HEIGHT / 2 - 0.7 * inch
    canvas.setFillColor(_INK)
    for line, font, size in lines_that_fit(card):
        canvas.setFont(font, size)
        canvas.drawCentredString(_WIDTH / 2, y, line)
        y -= size * 1.4
    canvas.setFillColor(_SOFT)
    canvas.setFont(PLAIN, 8)
    canvas.drawCentredString(_WIDTH / 2, 0.6 * inch, _fit(card.contact))


def lines_that_fit(card: Card) -> list[tuple[str, str, float]]:
    """The texts of the inside, broken into lines; smaller where there are so many that they would run off the card."""
    _register_fonts()
    lines: list[tuple[str, str, float]] = []
    for percent in range(100, 30, -10):
        lines = [
            (line, font, size * percent / 100)
            for text, font, size in texts(card)
            for line in _broken(text, font, size * percent / 100) or [""]
        ]
        if sum(size * 1.4 for _line, _font, size in lines) <= _ROOM:
            break
    return lines


def _broken(text: str, font: str, size: float) -> list[str]:
    """At the blanks, and inside a word that is wider than the card."""
    lines = []
    for line in simpleSplit(_fit(text), font, size, _WIDTH - 2 * _MARGIN):
        rest = line
        while (most := _letters_in_a_line(rest, font, size)) < len(rest):
            lines.append(rest[:most])
            rest = rest[most:]
        lines.append(rest)
    return lines


def _letters_in_a_line(text: str, font: str, size: float) -> int:
    """How many of the letters stand beside one another on the card; one at least."""
    counts = range(len(text), 1, -1)
    return next((n for n in counts if pdfmetrics.stringWidth(text[:n], font, size) <= _WIDTH - 2 * _MARGIN), 1)


def _fit(text: str) -> str:
    """As the letters of the card allow: a letter with a sign that they lack is printed without it."""
    return "".join(sign if _has(sign) else _bare(sign) for sign in text)


def _printable(sign: str) -> bool:
    return _has(sign) or bool(_bare(sign))


def _bare(sign: str) -> str:
    apart = unicodedata.normalize("NFKD", sign)
    return "".join(part for part in apart if _has(part))


@cache
def _has(sign: str) -> bool:
    return ord(sign) in pdfmetrics.getFont(PLAIN).face.charToGlyph


def _register_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in _FILES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))


def _day(day: dt.date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
