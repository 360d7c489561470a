"""What has happened so far, and forgetting it."""

from collections import Counter
from typing import Any

from demo.stripe_standin.control.table import CONTROL, Order, Reply, locked


@CONTROL.on("GET", "/_control/requests")
@locked
def requests(order: Order) -> Reply:
    """The log, oldest first: method, path, key, params, status. Filters: method, path, idempotency_key."""
    wanted = {name: order.params[name] for name in ("method", "path", "idempotency_key") if name in order.params}
    lines = [line for line in order.world.log if all(line[name] == value for name, value in wanted.items())]
    return {"requests": lines}


@CONTROL.on("DELETE", "/_control/requests")
@locked
def forget_requests(order: Order) -> Reply:
    order.world.log.clear()
    return {"requests": []}


@CONTROL.on("GET", "/_control/stats")
@locked
def stats(order: Order) -> Reply:
    """Counts for tests that ask whether anybody was charged twice. ``by_customer``: succeeded charges of each."""
    world = order.world
    paid = [charge for charge in world.state.of["charge"] if charge["status"] == "succeeded"]
    by_customer: Counter[str] = Counter(charge["customer"] or "" for charge in paid)
    return {
        "charges": len(paid),
        "charged_cents": sum(charge["amount"] for charge in paid),
        "failed_charges": len(world.state.of["charge"]) - len(paid),
        "refunded_cents": sum(charge["amount_refunded"] for charge in paid),
        "payment_intents": len(world.state.of["payment_intent"]),
        "by_customer": by_customer,
        "most_charges_of_a_customer": max(by_customer.values(), default=0),
        "idempotent_replays": world.keys.replays,
        "rate_limited": world.limit.refused,
        "answers": world.counts,
        "events": len(world.state.of["event"]),
        "undelivered_events": sum(1 for event in world.state.of["event"] if event["pending_webhooks"]),
    }


@CONTROL.on("GET", "/_control/objects/{kind}")
@locked
def objects(order: Order) -> Reply:
    """Everything of one kind, oldest first."""
    kind = order.ids["kind"]
    if kind not in order.world.state.of:
        raise ValueError(f"No such kind: {kind!r}. One of {', '.join(order.world.state.of)}")
    found: list[Any] = list(order.world.state.of[kind])
    return {"objects": found}


@CONTROL.on("POST", "/_control/reset")
@locked
def reset(order: Order) -> Reply:
    """Forget everything but the webhook endpoints and the speed; the clock goes back to real time."""
    order.world.reset()
    order.world.clock.offset = 0
    return {"reset": True}
