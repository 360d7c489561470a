"""Keeps personal data and secrets out of the logs, whatever a caller passes."""

import re
from collections.abc import MutableMapping
from typing import Any

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_SECRET = re.compile(r"\b(?:sk|rk|whsec|pk)_[A-Za-z0-9_]{6,}")
_DIGITS = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
# PostgreSQL quotes rows: "DETAIL:  Failing row contains (7, Ana Field, ...)". To the end of the line, which in the
# repr of an exception is a backslash and an n.
_QUOTED_ROW = re.compile(r"(DETAIL|CONTEXT):(?:(?!\\n|\n).)*")
_NEVER = frozenset({"email", "name", "address", "password", "token", "secret", "body", "phone", "ip"})


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in list(event.items()):
        if key in _NEVER:
            event[key] = "[redacted]"
        elif isinstance(value, str):
            event[key] = redacted(value)
    return event


def redacted(text: str) -> str:
    """`text` without mail addresses, keys, rows that the database quotes, and anything as long as a card number."""
    text = _QUOTED_ROW.sub(r"\1: [row]", text)
    return _DIGITS.sub("[digits]", _SECRET.sub("[key]", _EMAIL.sub("[email]", text)))
