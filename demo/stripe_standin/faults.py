"""Faults in waiting: what goes wrong with which of the next requests."""

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

KINDS = {
    "rate_limit": "429; should_retry true, false or null sets or leaves out Stripe-Should-Retry",
    "server_error": "500, remembered under the key; executed=true lets the work happen first",
    "unavailable": "503, nothing executed, not remembered",
    "cut_before": "connection closed, nothing executed",
    "cut_after": "executed, then the connection is closed without an answer",
    "timeout_before": "nothing for `seconds`, then executed and answered",
    "timeout_after": "executed at once, answered after `seconds`",
    "html": "200 with an HTML page; executed=false leaves the work undone",
}


@dataclass
class Fault:
    """One thing to go wrong, ``times`` times, after ``skip`` matching requests went well."""

    kind: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    skip: int = 0
    should_retry: bool | None = None
    executed: bool | None = None
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Unknown fault {self.kind!r}: one of {', '.join(KINDS)}")

    def meets(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fnmatchcase(path, self.path)


class Faults:
    """The queue: the first fault that fits a request is used up by it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def take(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fault.meets(method, path):
                    return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault | None:
        if fault.skip:
            fault.skip -= 1
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)
        return fault
