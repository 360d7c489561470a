"""All parts of one running stand-in in one place, and the only way to announce an event."""

from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock

from demo.stripe_standin.clock import Clock
from demo.stripe_standin.failures import Json, missing
from demo.stripe_standin.faults import Faults
from demo.stripe_standin.idempotency import Keys
from demo.stripe_standin.ids import Ids
from demo.stripe_standin.limits import ApiKeys, Latency, RateLimit
from demo.stripe_standin.objects.event import event_object
from demo.stripe_standin.state import State, write_json
from demo.stripe_standin.webhooks import Deliveries


@dataclass
class Cause:
    """The request that makes things happen; empty when a buyer on the page does."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass
class World:
    """One stand-in. ``lock`` is held while anything is read or changed, never while anybody waits."""

    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    merchant: str = "Demo publishing house"
    base_url: str = ""
    snapshot: Path | None = None

    def __post_init__(self) -> None:
        self.lock = RLock()
        self.state = State()
        self.latency = Latency()
        self.limit = RateLimit()
        self.webhooks = Deliveries(self)
        self.changed = True
        self.reset()

    def reset(self) -> None:
        """Forget every object, key, fault and log line; keep the webhook endpoints, the speed and the address."""
        former, self.state = self.state, State()
        for endpoint in former.of["webhook_endpoint"]:
            behind = former.behind(endpoint["id"])
            if not behind.get("deleted"):
                self.state.of["webhook_endpoint"].add(endpoint)
                self.state.hidden[endpoint["id"]] = behind
        self.open_sessions: set[str] = set()
        self.keys = Keys(self.clock)
        self.faults = Faults()
        self.api_keys = ApiKeys()
        self.settle_at_once = True
        self.cause = Cause()
        self.log: deque[Json] = deque(maxlen=50_000)
        self.counts: Counter[str] = Counter()
        self.webhooks.forget()

    def find(self, kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Json:
        """:raises ApiFailure: resource_missing"""
        found = self.state.of[kind].get(object_id)
        if found is None:
            raise missing(kind.replace("checkout.session", "checkout session"), object_id, param=param, status=status)
        return found

    def announce(self, event_type: str, subject: Json, previous: Json | None = None) -> Json:
        """Record an event with the subject as it is now, and hand it to the webhook endpoints."""
        event = event_object(
            self.ids.new("evt"), event_type, subject, previous, self.clock.now(),
            request_id=self.cause.request_id, key=self.cause.idempotency_key,
        )  # fmt: skip
        self.state.of["event"].add(event)
        self.changed = True
        self.webhooks.send(event)
        return event

    def save(self) -> None:
        """Write the snapshot, if there is a file for it and anything has changed since the last one."""
        if self.snapshot and self.changed:
            with self.lock:
                self.changed = False
                content = {"state": self.state.dump(), "keys": self.keys.dump(), "clock_offset": self.clock.offset}
                write_json(self.snapshot, content)

    def load(self, content: Json) -> None:
        self.clock.offset = content["clock_offset"]
        self.state.load(content["state"])
        self.open_sessions = {item["id"] for item in self.state.of["checkout.session"] if item["status"] == "open"}
        self.keys.load(content["keys"])
