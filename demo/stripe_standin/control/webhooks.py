"""Receivers of events, how deliveries misbehave, and events sent again or made up."""

from demo.stripe_standin.control.table import CONTROL, Order, Reply, locked
from demo.stripe_standin.failures import Json
from demo.stripe_standin.objects.event import event_object
from demo.stripe_standin.routes.webhook_endpoints import add_endpoint


@CONTROL.on("GET", "/_control/webhooks")
@locked
def shown(order: Order) -> Reply:
    state = order.world.state
    endpoints = [item for item in state.of["webhook_endpoint"] if not state.behind(item["id"]).get("deleted")]
    webhooks = order.world.webhooks
    return {"mode": webhooks.mode.shown(), "endpoints": endpoints, "waiting": webhooks.waiting()}


@CONTROL.on("GET", "/_control/webhooks/deliveries")
def deliveries(order: Order) -> Reply:
    """Every try with its answer: a status, ``dropped``, or the name of a network error."""
    return {"deliveries": list(order.world.webhooks.history)}


@CONTROL.on("POST", "/_control/webhooks/mode")
def mode(order: Order) -> Reply:
    order.world.webhooks.change_mode(order.params)
    return order.world.webhooks.mode.shown()


@CONTROL.on("POST", "/_control/webhooks/endpoints")
@locked
def register(order: Order) -> Reply:
    """``url``, ``secret``, ``format`` (snapshot, thin, both), ``enabled_events``."""
    asked = order.params
    return add_endpoint(
        order.world, asked["url"], secret=asked["secret"], form=asked.get("format", "snapshot"),
        enabled_events=asked.get("enabled_events"), asked={},
    )  # fmt: skip


@CONTROL.on("DELETE", "/_control/webhooks/endpoints")
@locked
def unregister(order: Order) -> Reply:
    """Nobody hears anything any more."""
    for endpoint in order.world.state.of["webhook_endpoint"]:
        endpoint["status"] = "disabled"
        order.world.state.behind(endpoint["id"])["deleted"] = True
    return {"endpoints": []}


@CONTROL.on("POST", "/_control/webhooks/rotate")
@locked
def rotate(order: Order) -> Reply:
    """Sign with ``secret``; with ``keep_old`` (the default) with the old ones as well."""
    kept = order.params.get("keep_old", True)
    for endpoint in order.world.state.of["webhook_endpoint"]:
        behind = order.world.state.behind(endpoint["id"])
        behind["secrets"] = [order.params["secret"], *(behind["secrets"] if kept else [])]
    return {"secrets_in_force": 2 if kept else 1}


@CONTROL.on("POST", "/_control/webhooks/wait")
def wait(order: Order) -> Reply:
    """:raises ValueError: when something still waits after ``seconds``"""
    seconds = float(order.params.get("seconds", 20))
    if not order.world.webhooks.wait_until_idle(seconds):
        raise ValueError(f"{order.world.webhooks.waiting()} deliveries still wait after {seconds} seconds.")
    return {"waiting": 0}


@CONTROL.on("POST", "/_control/webhooks/replay")
@locked
def replay(order: Order) -> Reply:
    """Send again all events that some receiver has not taken, or those of ``types``; even with deliveries off."""
    types = order.params.get("types")
    events = [event for event in order.world.state.of["event"] if _wanted(event, types)]
    for event in events:
        order.world.webhooks.send(event, certain=True)
    return {"events": [event["id"] for event in events]}


def _wanted(event: Json, types: list[str] | None) -> bool:
    return event["type"] in types if types else bool(event["pending_webhooks"])


@CONTROL.on("POST", "/_control/events/{id}/deliver")
@locked
def deliver(order: Order) -> Reply:
    """The same event once more, or ``times`` times."""
    event = order.world.find("event", order.ids["id"])
    for _ in range(order.params.get("times", 1)):
        order.world.webhooks.send(event, certain=True)
    return event


@CONTROL.on("POST", "/_control/synthetic_events")
@locked
def synthetic(order: Order) -> Reply:
    """An event of any ``type`` about any ``object``, known or not. ``recorded`` false keeps it out of /v1/events."""
    world, asked = order.world, order.params
    event = event_object(
        world.ids.new("evt"), asked["type"], asked["object"], asked.get("previous_attributes"),
        asked.get("created", world.clock.now()), request_id=None, key=None,
    )  # fmt: skip
    if asked.get("recorded", True):
        world.state.of["event"].add(event)
    world.webhooks.send(event, certain=True)
    return event
