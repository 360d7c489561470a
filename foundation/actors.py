"""Who did it: every change names a reader, a member of staff, a machine or the system itself."""

from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal["reader", "staff", "machine", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`reference` is what rows keep: `staff:12`, `reader:7`, `system:nightly`. It never holds a name or an address."""

    kind: Kind
    id: str

    @property
    def reference(self) -> str:
        return f"{self.kind}:{self.id}"


def system(job: str) -> Actor:
    return Actor("system", job)


def actor_of(reference: str) -> Actor:
    """Who is meant by what a row keeps."""
    kind, _, number = reference.partition(":")
    return Actor(cast(Kind, kind), number)


ANONYMOUS = Actor("anonymous", "web")
