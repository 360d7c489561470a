"""How slow and how narrow the stand-in is: latency, requests per second, and keys that lost their rights."""

import random
import re
import time
from fnmatch import fnmatchcase
from threading import Lock

from demo.stripe_standin.failures import forbidden, rate_limited, unauthenticated

TEST_KEY = re.compile(r"(sk|rk)_test_\w+")


class Latency:
    """A pause before each execution, between two bounds in milliseconds."""

    def __init__(self, low_ms: float = 0, high_ms: float = 0) -> None:
        self.low_ms, self.high_ms = low_ms, high_ms

    def wait(self) -> None:
        if self.high_ms > 0:
            time.sleep(random.uniform(self.low_ms, self.high_ms) / 1000)


class RateLimit:
    """A bucket that holds one second's worth of requests. Not set: no limit."""

    def __init__(self, per_second: float | None = None) -> None:
        self._lock = Lock()
        self.refused = 0
        self.set(per_second)

    def set(self, per_second: float | None) -> None:
        self.per_second = per_second
        self._left = max(1.0, per_second or 0)
        self._seen = time.monotonic()

    def pass_one(self) -> None:
        """:raises ApiFailure: 429 when the second's worth is used up"""
        if self.per_second is None:
            return
        with self._lock:
            now = time.monotonic()
            self._left = min(max(1.0, self.per_second), self._left + (now - self._seen) * self.per_second)
            self._seen = now
            if self._left < 1:
                self.refused += 1
                raise rate_limited()
            self._left -= 1


class ApiKeys:
    """Who may call. Any test key is good until a control call takes its rights away."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self._allowed: dict[str, list[str]] = {}

    def set(self, key: str, state: str, allowed: list[str]) -> None:
        """``state``: valid, invalid, expired or limited; ``allowed``: patterns such as ``GET /v1/charges*``."""
        if state not in ("valid", "invalid", "expired", "limited"):
            raise ValueError(f"Unknown state of a key: {state!r}")
        self._states[key], self._allowed[key] = state, allowed

    def admit(self, authorization: str, method: str, path: str) -> str:
        """The key, masked.

        :raises ApiFailure: 401 for a key that is unknown, live or expired, 403 for one that may not do this
        """
        key = authorization.removeprefix("Bearer ").strip()
        if not key:
            raise unauthenticated("You did not provide an API key.")
        if "_live_" in key:
            raise unauthenticated("This is a stand-in for tests: it refuses live keys. Revoke this one if it is real.")
        state = self._states.get(key, "valid")
        if not TEST_KEY.fullmatch(key) or state == "invalid":
            raise unauthenticated(f"Invalid API Key provided: {masked(key)}")
        if state == "expired":
            raise unauthenticated(f"Expired API Key provided: {masked(key)}", code="api_key_expired")
        call = f"{method} {path}"
        if state == "limited" and not any(fnmatchcase(call, pattern) for pattern in self._allowed[key]):
            raise forbidden(
                f"The provided key '{masked(key)}' does not have the required permissions for this endpoint."
            )
        return masked(key)


def masked(key: str) -> str:
    return f"{key[:8]}***{key[-4:]}" if len(key) > 16 else f"{key[:3]}***"
