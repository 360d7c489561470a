"""The table of control calls."""

from collections.abc import Callable
from typing import Any

from demo.stripe_standin.routing import Call, Routes

# A control call sees the world, the JSON body (or the query of a GET), and the ids in its path.
Order = Call
Reply = dict[str, Any]
CONTROL = Routes()


def locked(route: Callable[[Order], Reply]) -> Callable[[Order], Reply]:
    """Hold the world's lock while the call runs. Calls that wait do without it."""

    def run(order: Order) -> Reply:
        with order.world.lock:
            return route(order)

    return run
