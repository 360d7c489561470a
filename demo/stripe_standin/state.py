"""Everything that the stand-in remembers: objects by kind, what cards do in secret, and a snapshot as JSON."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
KINDS = (
    "customer",
    "payment_method",
    "payment_intent",
    "charge",
    "refund",
    "balance_transaction",
    "checkout.session",
    "event",
    "webhook_endpoint",
)


class Collection:
    """Objects of one kind in the order of their making."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._position: dict[str, int] = {}
        self._objects: dict[str, Json] = {}

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, object_id: object) -> bool:
        return object_id in self._objects

    def __iter__(self) -> Iterator[Json]:
        return iter(self._objects.values())

    def add(self, item: Json) -> Json:
        self._position[item["id"]] = len(self._order)
        self._order.append(item["id"])
        self._objects[item["id"]] = item
        return item

    def get(self, object_id: str) -> Json | None:
        return self._objects.get(object_id)

    def replace(self, item: Json) -> None:
        self._objects[item["id"]] = item

    def newest_first(self, *, after: str | None, keep: Callable[[Json], bool]) -> Iterator[Json]:
        """Those made before ``after`` (or all), newest first."""
        start = self._position[after] if after else len(self._order)
        return (item for item in map(self._at, range(start - 1, -1, -1)) if keep(item))

    def oldest_first(self, *, after: str, keep: Callable[[Json], bool]) -> Iterator[Json]:
        """Those made after ``after``, oldest first."""
        start = self._position[after] + 1
        return (item for item in map(self._at, range(start, len(self._order))) if keep(item))

    def _at(self, position: int) -> Json:
        return self._objects[self._order[position]]


class State:
    """The objects, and beside each what its owner may not see (``hidden``)."""

    def __init__(self) -> None:
        self.of: dict[str, Collection] = {kind: Collection() for kind in KINDS}
        self.hidden: dict[str, Json] = {}

    def behind(self, object_id: str) -> Json:
        """The hidden facts about an object: what a card does, the lines of a session, who got an event."""
        return self.hidden.setdefault(object_id, {})

    def dump(self) -> Json:
        return {"objects": {kind: list(objects) for kind, objects in self.of.items()}, "hidden": self.hidden}

    def load(self, dumped: Json) -> None:
        for kind, objects in dumped["objects"].items():
            self.of[kind] = Collection()
            for item in objects:
                self.of[kind].add(item)
        self.hidden = dumped["hidden"]


def write_json(path: Path, content: Json) -> None:
    """Whole or not at all: a reader never sees half a file."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(path)
