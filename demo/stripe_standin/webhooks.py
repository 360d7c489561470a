"""Delivers events to the webhook endpoints, from threads of its own, as badly as it is told to."""

import heapq
import json
import math
import random
import time
from collections import deque
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

from demo.stripe_standin.objects.event import thin_notice
from demo.stripe_standin.postman import post
from demo.stripe_standin.signing import signature
from demo.stripe_standin.webhook_mode import Mode

if TYPE_CHECKING:
    from demo.stripe_standin.world import World

Json = dict[str, Any]


@dataclass(order=True)
class Delivery:
    """One body on its way to one endpoint; sorted by when it is due."""

    due: float
    rank: float
    number: int
    event_id: str = field(compare=False)
    endpoint_id: str = field(compare=False)
    body: Json = field(compare=False)
    tries: int = field(compare=False, default=0)


class Deliveries:
    """The queue of deliveries and the threads that empty it."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._ready = Condition()
        self._queue: list[Delivery] = []
        self._under_way = 0
        self._number = 0
        self._workers = 0
        self.mode = Mode()
        self.forget()

    def forget(self) -> None:
        """Back to good behaviour, nothing waiting."""
        with self._ready:
            self._queue.clear()
            self.mode = Mode(workers=self.mode.workers)
            self._dice = random.Random(self.mode.seed)
            self.history: deque[Json] = deque(maxlen=20_000)

    def change_mode(self, wanted: Json) -> None:
        with self._ready:
            self.mode.change(wanted)
            if "seed" in wanted or "drop_fraction" in wanted:
                self._dice = random.Random(self.mode.seed)

    def send(self, event: Json, *, certain: bool = False) -> None:
        """Queue the event for each endpoint that wants its type. The caller holds the world's lock.

        ``certain``: even when deliveries are switched off or being dropped.
        """
        for endpoint in self._world.state.of["webhook_endpoint"]:
            wanted = endpoint["enabled_events"]
            if endpoint["status"] == "enabled" and ("*" in wanted or event["type"] in wanted):
                self._send_to(endpoint, event, certain=certain)

    def _send_to(self, endpoint: Json, event: Json, *, certain: bool) -> None:
        waiting = self._world.state.behind(event["id"]).setdefault("pending", [])
        if endpoint["id"] not in waiting:
            waiting.append(endpoint["id"])
        event["pending_webhooks"] = len(waiting)
        with self._ready:
            if not certain and (not self.mode.enabled or self._dice.random() < self.mode.drop_fraction):
                self._note(event["id"], event["type"], endpoint, "dropped", 0)
                return
            for body in _bodies(event, self._world.state.behind(endpoint["id"])["format"]):
                for _ in range(1 + self.mode.duplicates):
                    self._push(event["id"], endpoint["id"], body)

    def _push(self, event_id: str, endpoint_id: str, body: Json, *, wait: float = 0.0, tries: int = 0) -> None:
        self._number += 1
        due, rank = time.monotonic() + self.mode.delay_seconds + wait, float(self._number)
        if self.mode.order != "natural":
            window = self.mode.window_seconds
            due = math.ceil(due / window) * window
            rank = -rank if self.mode.order == "reverse" else self._dice.random()
        heapq.heappush(self._queue, Delivery(due, rank, self._number, event_id, endpoint_id, body, tries))
        self._hire()
        self._ready.notify_all()

    def _hire(self) -> None:
        while self._workers < self.mode.workers:
            self._workers += 1
            Thread(target=self._work, name=f"webhooks-{self._workers}", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._ready:
                delivery = self._next()
                self._under_way += 1
            try:
                self._deliver(delivery)
            finally:
                with self._ready:
                    self._under_way -= 1
                    self._ready.notify_all()

    def _next(self) -> Delivery:
        while True:
            wait = self._queue[0].due - time.monotonic() if self._queue else None
            if wait is not None and wait <= 0:
                return heapq.heappop(self._queue)
            self._ready.wait(wait)

    def _deliver(self, delivery: Delivery) -> None:
        with self._world.lock:
            endpoint = self._world.state.of["webhook_endpoint"].get(delivery.endpoint_id)
            secrets = list(self._world.state.behind(delivery.endpoint_id).get("secrets", []))
        if endpoint is None or endpoint["status"] != "enabled":
            return
        body = json.dumps(self.mode.dressed(delivery.body))
        header = signature(
            body, secrets, timestamp_offset=self.mode.timestamp_offset, bad=self.mode.bad_signature
        )  # fmt: skip
        answer = post(endpoint["url"], body, header)
        self._settle(delivery, endpoint, answer)

    def _settle(self, delivery: Delivery, endpoint: Json, answer: int | str) -> None:
        delivered = isinstance(answer, int) and 200 <= answer < 300
        if delivered:
            self._delivered(delivery)
        with self._ready:
            self._note(delivery.event_id, delivery.body["type"], endpoint, answer, delivery.tries + 1)
            if not delivered and delivery.tries < len(self.mode.backoff_seconds):
                wait = self.mode.backoff_seconds[delivery.tries]
                self._push(
                    delivery.event_id, delivery.endpoint_id, delivery.body, wait=wait, tries=delivery.tries + 1
                )  # fmt: skip

    def _delivered(self, delivery: Delivery) -> None:
        with self._world.lock:
            event = self._world.state.of["event"].get(delivery.event_id)
            waiting = self._world.state.behind(delivery.event_id).get("pending", [])
            if event and delivery.endpoint_id in waiting:
                waiting[:] = [name for name in waiting if name != delivery.endpoint_id]
                event["pending_webhooks"] = len(waiting)

    def _note(self, event_id: str, event_type: str, endpoint: Json, answer: int | str, tries: int) -> None:
        self.history.append(
            {"event": event_id, "type": event_type, "url": endpoint["url"], "answer": answer, "try": tries}
        )

    def wait_until_idle(self, timeout: float) -> bool:
        """Whether nothing is waiting or under way, within ``timeout`` seconds. Called without the world's lock."""
        with self._ready:
            return self._ready.wait_for(lambda: not self._queue and not self._under_way, timeout)

    def waiting(self) -> int:
        with self._ready:
            return len(self._queue) + self._under_way


def _bodies(event: Json, form: str) -> list[Json]:
    bodies = []
    if form in ("snapshot", "both"):
        bodies.append(dict(event))
    if form in ("thin", "both"):
        bodies.append(thin_notice(event))
    return bodies
