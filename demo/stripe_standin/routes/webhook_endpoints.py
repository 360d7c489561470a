"""/v1/webhook_endpoints"""

import secrets

from demo.stripe_standin.failures import Json, invalid, missing
from demo.stripe_standin.postman import NotOnTheLoopback, check_loopback
from demo.stripe_standin.routing import API, Call, page_of
from demo.stripe_standin.rules import merge_metadata
from demo.stripe_standin.world import World


def add_endpoint(
    world: World, url: str, *, secret: str, enabled_events: list[str] | None = None, form: str = "snapshot", asked: Json
) -> Json:
    """Register a receiver on the loopback. ``form``: snapshot, thin or both."""
    check_loopback(url)
    if form not in ("snapshot", "thin", "both"):
        raise ValueError(f"Unknown form of events: {form!r}")
    endpoint: Json = {
        "id": world.ids.new("we"),
        "object": "webhook_endpoint",
        "api_version": asked.get("api_version"),
        "application": None,
        "created": world.clock.now(),
        "description": asked.get("description"),
        "enabled_events": enabled_events or ["*"],
        "livemode": False,
        "metadata": merge_metadata({}, asked),
        "status": "enabled",
        "url": url,
    }
    world.state.behind(endpoint["id"]).update(secrets=[secret], format=form)
    return world.state.of["webhook_endpoint"].add(endpoint)


@API.on("POST", "/v1/webhook_endpoints")
def create(call: Call) -> Json:
    """The only answer that carries the secret."""
    secret = "whsec_" + secrets.token_hex(16)
    url, types = _on_the_loopback(call.params["url"]), call.params["enabled_events"]
    endpoint = add_endpoint(call.world, url, secret=secret, enabled_events=types, asked=call.params)
    return endpoint | {"secret": secret}


def _named(call: Call) -> Json:
    endpoint = call.world.find("webhook_endpoint", call.ids["webhook_endpoint"])
    if _deleted(call, endpoint):
        raise missing("webhook endpoint", endpoint["id"])
    return endpoint


def _deleted(call: Call, endpoint: Json) -> bool:
    return bool(call.world.state.behind(endpoint["id"]).get("deleted"))


@API.on("GET", "/v1/webhook_endpoints/{webhook_endpoint}")
def retrieve(call: Call) -> Json:
    return _named(call)


@API.on("POST", "/v1/webhook_endpoints/{webhook_endpoint}")
def update(call: Call) -> Json:
    endpoint = _named(call)
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if call.params["disabled"] else "enabled"
    if "url" in call.params:
        endpoint["url"] = _on_the_loopback(call.params["url"])
    for name in ("description", "enabled_events"):
        if name in call.params:
            endpoint[name] = call.params[name] or None
    endpoint["metadata"] = merge_metadata(endpoint["metadata"], call.params)
    return endpoint


@API.on("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}")
def delete(call: Call) -> Json:
    endpoint = _named(call)
    endpoint["status"] = "disabled"
    call.world.state.behind(endpoint["id"])["deleted"] = True
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


@API.on("GET", "/v1/webhook_endpoints")
def listing(call: Call) -> Json:
    return page_of(call, "webhook_endpoint", "/v1/webhook_endpoints", lambda item: not _deleted(call, item))


def _on_the_loopback(url: str) -> str:
    try:
        return check_loopback(url)
    except NotOnTheLoopback as refused:
        raise invalid(str(refused), param="url", code="url_invalid") from refused
