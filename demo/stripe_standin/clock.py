"""The stand-in's own clock: real time plus an offset that a control call may change.

It dates objects and events and makes sessions and idempotency keys expire. Signatures never use it: they carry real
time, else every tolerance check would fail as soon as the clock is moved.
"""

import time


class Clock:
    """Seconds since 1970, movable."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset

    def now(self) -> int:
        return int(time.time()) + self.offset

    def advance(self, seconds: int) -> None:
        self.offset += seconds

    def move_to(self, moment: int) -> None:
        self.offset = moment - int(time.time())
