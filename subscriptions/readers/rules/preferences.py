"""What a reader is written about while they have not said: reminders yes, our offers by mail, nothing of others."""

from collections.abc import Mapping

# A channel and a purpose.
Kind = tuple[str, str]

UNLESS_TOLD: Mapping[Kind, bool] = {
    ("email", "renewal"): True,
    ("email", "offers"): True,
    ("email", "partners"): False,
    ("post", "renewal"): True,
    ("post", "offers"): True,
    ("post", "partners"): False,
    ("telephone", "renewal"): False,
    ("telephone", "offers"): False,
    ("telephone", "partners"): False,
}


def as_told(said: Mapping[Kind, bool]) -> dict[Kind, bool]:
    """What holds for each kind."""
    return {kind: said.get(kind, unless_told) for kind, unless_told in UNLESS_TOLD.items()}


def stricter(one: Mapping[Kind, bool], other: Mapping[Kind, bool]) -> dict[Kind, bool]:
    """A yes to each kind that both have said or left at yes; a no of either stays one."""
    mine, theirs = as_told(one), as_told(other)
    return {kind: mine[kind] and theirs[kind] for kind in UNLESS_TOLD}
