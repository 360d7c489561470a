"""The table of failure modes (reference: stripe.md 5.7): each number has a test, marked with it."""

from collections.abc import Callable
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])

MODES = {
    1: "a decline of each kind",
    2: "decline only after the card was attached",
    3: "authentication required off-session",
    4: "3DS passed, failed, abandoned",
    5: "a decline code that nobody knows",
    6: "advice code contradicting the decline code",
    7: "payment method detached, customer deleted",
    8: "payment method of another customer",
    9: "amount too small",
    10: "unknown parameter",
    11: "invalid, expired, limited key",
    12: "429 with and without should-retry",
    13: "500 stored under the key and replayed",
    14: "503, then fine",
    15: "connection cut before execution",
    16: "connection cut after execution",
    17: "read timeout with later success",
    18: "200 with HTML",
    19: "same key concurrently",
    20: "same key, other parameters",
    21: "key older than 24 h forgotten",
    22: "webhook duplicated",
    23: "webhooks out of order",
    24: "webhook delayed by hours",
    25: "webhook never sent",
    26: "bad signature",
    27: "old and future timestamp",
    28: "rotated secret",
    29: "wrong livemode",
    30: "unknown type",
    31: "another API version",
    32: "event for an object that we do not know",
    33: "charge event before intent event",
    34: "thin and snapshot of the same fact",
    35: "endpoint answering 500 for a day, then replay",
    36: "events older than 30 days gone",
    37: "session paid at the second it expires",
    38: "two tabs paying two sessions of one order",
    39: "late success of an abandoned intent while a new one is open",
}
TESTED: dict[int, list[str]] = {}


def failure_mode(number: int) -> Callable[[Test], Test]:
    def mark(test: Test) -> Test:
        TESTED.setdefault(number, []).append(test.__name__)
        return test

    return mark
