"""Names on the wire: how a mail of ours is recognised again, and when a failed one is tried again."""

import datetime as dt
import re
import uuid
from email.utils import parseaddr

# After the first failure a minute, in the end twelve hours: a mail server that is down for a night loses nothing.
PAUSES = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720)]
MOST_TRIES = len(PAUSES) + 1

_OURS = re.compile(r"<?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@", re.IGNORECASE)

# What opens something for whoever reads it: the token of a link of ours, and a code in four groups of four.
_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{40,}(?=/)")
_CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}(?=[0-9A-Z]{4}\b)")


def without_secrets(text: str) -> str:
    """A mail as others than its recipient may read it: no link opens, and of a code the last four letters stand."""
    return _CODE.sub("••••-••••-••••-", _TOKEN.sub("••••", text))


def message_id(mail_uuid: uuid.UUID, *, sender: str) -> str:
    """The Message-ID header of a mail: the same at every try, so that a repeat is recognisable as one."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{mail_uuid}@{domain}>"


def uuid_in(message_id: str) -> uuid.UUID | None:
    """The mail that a Message-ID names, or None when it is not one of ours."""
    found = _OURS.match(message_id.strip())
    return uuid.UUID(found.group(1)) if found else None


def pause_after(tries: int) -> dt.timedelta | None:
    """How long a mail rests after its `tries`-th failure; None when it is given up."""
    return PAUSES[tries - 1] if tries < MOST_TRIES else None


def one_line(text: str, *, at_most: int) -> str:
    """`text` without line breaks, so that it cannot begin a second header, and cut to a length."""
    line = " ".join(text.split())
    return line if len(line) <= at_most else f"{line[: at_most - 1]}…"
