"""Idempotency keys: the first answer is remembered for a day and given again, word for word."""

import hashlib
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

from demo.stripe_standin.clock import Clock
from demo.stripe_standin.failures import idempotency_in_use, idempotency_mismatch, invalid

DAY = 24 * 60 * 60


@dataclass
class Remembered:
    """What came of a key. ``body`` is None while the first request is still under way."""

    fingerprint: str
    begun_at: int
    request_id: str = ""
    status: int = 0
    body: str | None = None


class Keys:
    """The keys seen in the last 24 hours of the stand-in's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._keys: dict[str, Remembered] = {}
        self.replays = 0

    def begin(self, key: str, *, method: str, path: str, text: str) -> Remembered | None:
        """The earlier answer, or None when this request is the first and shall run.

        :raises ApiFailure: 409 while the first is running, 400 when its parameters were others
        """
        if len(key) > 255:
            raise invalid("Idempotency keys are limited to 255 characters.", param="idempotency_key")
        fingerprint = hashlib.sha256(f"{method} {path}\n{text}".encode()).hexdigest()
        with self._lock:
            earlier = self._keys.get(key)
            if earlier is None or self._clock.now() - earlier.begun_at > DAY:
                self._keys[key] = Remembered(fingerprint, self._clock.now())
                return None
            if earlier.fingerprint != fingerprint:
                raise idempotency_mismatch(key)
            if earlier.body is None:
                raise idempotency_in_use(key)
            self.replays += 1
            return earlier

    def finish(self, key: str, *, status: int, body: str, request_id: str) -> None:
        with self._lock:
            remembered = self._keys[key]
            remembered.status, remembered.body, remembered.request_id = status, body, request_id

    def forget(self, key: str) -> None:
        """Nothing was executed: the key is free again."""
        with self._lock:
            self._keys.pop(key, None)

    def dump(self) -> dict[str, Any]:
        with self._lock:
            return {key: asdict(known) for key, known in self._keys.items() if known.body is not None}

    def load(self, dumped: dict[str, Any]) -> None:
        self._keys = {key: Remembered(**known) for key, known in dumped.items()}
