"""How deliveries misbehave."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Json = dict[str, Any]


@dataclass
class Mode:
    """Changed by ``POST /_control/webhooks/mode``; every field that is not named stays as it is."""

    enabled: bool = True
    # Extra copies of each delivery.
    duplicates: int = 0
    # Out of order within windows of ``window_seconds``.
    order: Literal["natural", "shuffle", "reverse"] = "natural"
    window_seconds: float = 0.25
    delay_seconds: float = 0.0
    # This share of the deliveries never leaves; the same seed drops the same ones.
    drop_fraction: float = 0.0
    seed: int = 0
    bad_signature: bool = False
    # Seconds added to the time in the signature: -3600 is an old one, 3600 one from the future.
    timestamp_offset: int = 0
    # These replace what the body would say.
    livemode: bool | None = None
    event_type: str | None = None
    api_version: str | None = None
    # Waiting times before each further try; then the delivery is given up.
    backoff_seconds: list[float] = field(default_factory=lambda: [0.2, 0.5, 1, 2, 5])
    workers: int = 1

    def change(self, wanted: Json) -> None:
        known = {entry.name for entry in fields(self)}
        if strangers := set(wanted) - known:
            raise ValueError(f"Unknown webhook mode: {', '.join(sorted(strangers))}")
        for name, value in wanted.items():
            setattr(self, name, value)

    def shown(self) -> Json:
        return asdict(self)

    def dressed(self, body: Json) -> Json:
        """The body with the lies of this mode in it."""
        lies = {"livemode": self.livemode, "type": self.event_type, "api_version": self.api_version}
        changed = {name: value for name, value in lies.items() if value is not None and name in body}
        if "type" in changed and body["object"] == "v2.core.event":
            changed["type"] = f"v1.{changed['type']}"
        return body | changed
