"""The bars of the Intelligent Mail barcode (USPS-B-3200), as the letters F, A, D and T."""

import re

# Untyped; its encoder gives every published vector. What it does not do is say no, which is what is left to do here.
from reportlab.graphics.barcode.usps4s import USPS_4State

_DIGITS = re.compile(r"[0-9]*")
_ROUTING_LENGTHS = (0, 5, 9, 11)


def encode(*, barcode_id: str, service_type: str, mailer_id: str, serial: str, routing: str) -> str:
    """The 65 bars of one piece: F full, A ascender, D descender, T tracker.

    `routing` is nothing, the ZIP, ZIP+4, or ZIP+4 and delivery point, digits only. Leading zeros count.

    :raises ValueError: when a field has a length or a digit that the barcode cannot carry
    """
    _refuse_unless_digits("barcode identifier", barcode_id, (2,))
    _refuse_unless_digits("service type", service_type, (3,))
    _refuse_unless_digits("mailer ID", mailer_id, (6, 9))
    _refuse_unless_digits("serial number", serial, (15 - len(mailer_id),))
    _refuse_unless_digits("routing code", routing, _ROUTING_LENGTHS)
    if barcode_id[1] > "4":
        raise ValueError(f"The second digit of the barcode identifier is 0 to 4: {barcode_id!r}.")
    if (mailer_id[0] == "9") != (len(mailer_id) == 9):
        raise ValueError(f"A mailer ID of 9 digits begins with 9, and one of 6 digits does not: {mailer_id!r}.")
    bars: str = USPS_4State(barcode_id + service_type + mailer_id + serial, routing).barcodes
    return bars


def _refuse_unless_digits(name: str, value: str, lengths: tuple[int, ...]) -> None:
    if len(value) not in lengths or not _DIGITS.fullmatch(value):
        allowed = " or ".join(map(str, lengths))
        raise ValueError(f"The {name} has {allowed} digits: {value!r}.")
