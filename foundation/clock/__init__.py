"""The one clock. Doors read it and hand the time down; leases, sign-in tokens and signatures use real time."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

# Every process looks the shift up again after this many seconds, so that moving the clock reaches all of them.
_LOOK_AGAIN_SECONDS = 0.5
_seen: dict[str, tuple[float, dt.timedelta]] = {}


def now() -> dt.datetime:
    """The business time, aware, in UTC."""
    return timezone.now() + _shift()


def real_now() -> dt.datetime:
    """Real time, for leases, tokens and signatures."""
    return timezone.now()


def today(zone: str | ZoneInfo | None = None) -> dt.date:
    """The date in the book time zone (`settings.BOOK_TIME_ZONE` unless told otherwise)."""
    chosen = ZoneInfo(zone) if isinstance(zone, str) else zone or ZoneInfo(settings.BOOK_TIME_ZONE)
    return now().astimezone(chosen).date()


def _shift() -> dt.timedelta:
    if not settings.CLOCK_CAN_BE_MOVED:
        return dt.timedelta(0)
    seen = _seen.get("shift")
    if seen is None or time.monotonic() - seen[0] > _LOOK_AGAIN_SECONDS:
        from foundation.clock.models import ClockShift  # the app registry is not ready when this module loads

        seen = _seen["shift"] = (time.monotonic(), ClockShift.current())
    return seen[1]


def forget() -> None:
    """Look the shift up again at the next reading (after it was moved in this process)."""
    _seen.clear()
