"""/v1/events: what happened in the last 30 days."""

from demo.stripe_standin.failures import Json, invalid, missing
from demo.stripe_standin.objects.event import thin_notice
from demo.stripe_standin.routing import API, Call, created_in, page_of

KEPT_SECONDS = 30 * 24 * 60 * 60
MOST_TYPES = 20


@API.on("GET", "/v1/events/{id}")
def retrieve(call: Call) -> Json:
    return _kept(call, call.ids["id"])


@API.on("GET", "/v2/core/events/{id}")
def retrieve_thin(call: Call) -> Json:
    return thin_notice(_kept(call, call.ids["id"].removesuffix("_thin")))


def _kept(call: Call, event_id: str) -> Json:
    event = call.world.find("event", event_id)
    if event["created"] < call.world.clock.now() - KEPT_SECONDS:
        raise missing("event", event_id)
    return event


@API.on("GET", "/v1/events")
def listing(call: Call) -> Json:
    asked = call.params
    types = set(asked.get("types") or [])
    if len(types) > MOST_TYPES:
        raise invalid(f"You may list at most {MOST_TYPES} types.", param="types")
    if asked.get("type"):
        types.add(asked["type"])
    oldest, in_time = call.world.clock.now() - KEPT_SECONDS, created_in(asked.get("created"))
    delivered = asked.get("delivery_success")

    def keep(event: Json) -> bool:
        return (
            event["created"] >= oldest
            and (not types or event["type"] in types)
            and in_time(event)
            and (delivered is None or delivered == (event["pending_webhooks"] == 0))
        )

    return page_of(call, "event", "/v1/events", keep)
