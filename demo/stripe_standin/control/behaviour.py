"""Faults, speed, keys, clock."""

from demo.stripe_standin.control.table import CONTROL, Order, Reply, locked
from demo.stripe_standin.engine.sessions import expire_overdue
from demo.stripe_standin.faults import Fault


@CONTROL.on("GET", "/_control/health")
def health(order: Order) -> Reply:
    return {"ok": True, "now": order.world.clock.now()}


@CONTROL.on("POST", "/_control/faults")
def add_faults(order: Order) -> Reply:
    """One fault, or a list of them under ``faults``."""
    for wanted in order.params.get("faults", [order.params]):
        order.world.faults.add(Fault(**wanted))
    return waiting_faults(order)


@CONTROL.on("GET", "/_control/faults")
def waiting_faults(order: Order) -> Reply:
    return {"faults": order.world.faults.waiting()}


@CONTROL.on("DELETE", "/_control/faults")
def clear_faults(order: Order) -> Reply:
    order.world.faults.clear()
    return waiting_faults(order)


@CONTROL.on("POST", "/_control/latency")
def latency(order: Order) -> Reply:
    speed = order.world.latency
    speed.low_ms, speed.high_ms = (float(bound) for bound in order.params["ms"])
    return {"ms": [speed.low_ms, speed.high_ms]}


@CONTROL.on("POST", "/_control/rate_limit")
def rate_limit(order: Order) -> Reply:
    order.world.limit.set(order.params["per_second"])
    return {"per_second": order.world.limit.per_second}


@CONTROL.on("POST", "/_control/keys")
def keys(order: Order) -> Reply:
    state, allowed = order.params["state"], order.params.get("allowed", [])
    order.world.api_keys.set(order.params["key"], state, allowed)
    return {"state": state, "allowed": allowed}


@CONTROL.on("GET", "/_control/clock")
def clock(order: Order) -> Reply:
    return {"now": order.world.clock.now(), "offset": order.world.clock.offset}


@CONTROL.on("POST", "/_control/clock")
@locked
def move_clock(order: Order) -> Reply:
    """By ``advance_seconds`` or to ``now``. Sessions whose time is over expire at once."""
    if "now" in order.params:
        order.world.clock.move_to(int(order.params["now"]))
    order.world.clock.advance(int(order.params.get("advance_seconds", 0)))
    expire_overdue(order.world)
    return clock(order)


@CONTROL.on("POST", "/_control/settlement")
def settlement(order: Order) -> Reply:
    """``at_once`` false: charges wait for their balance transaction until ``charges/{id}/settle``."""
    order.world.settle_at_once = bool(order.params["at_once"])
    return {"at_once": order.world.settle_at_once}
