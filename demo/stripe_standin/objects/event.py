"""Events: a snapshot of an object and what happened to it, and the thin notice of the same fact."""

import json
from datetime import UTC, datetime

import stripe

from demo.stripe_standin.failures import Json

_PATHS = {
    "customer": "/v1/customers/",
    "payment_method": "/v1/payment_methods/",
    "payment_intent": "/v1/payment_intents/",
    "charge": "/v1/charges/",
    "refund": "/v1/refunds/",
    "checkout.session": "/v1/checkout/sessions/",
}


def event_object(
    event_id: str,
    event_type: str,
    subject: Json,
    previous: Json | None,
    created: int,
    *,
    request_id: str | None,
    key: str | None,
) -> Json:
    # The subject goes on living; an event must not change with it. A round trip through JSON is the cheapest deep copy.
    content: Json = {"object": json.loads(json.dumps(subject))}
    if previous is not None:
        content["previous_attributes"] = previous
    return {
        "id": event_id,
        "object": "event",
        "api_version": stripe.api_version,
        "created": created,
        "data": content,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": request_id, "idempotency_key": key},
        "type": event_type,
    }


def thin_notice(event: Json) -> Json:
    """The thin form: no data, only where to look."""
    subject = event["data"]["object"]
    kind = subject.get("object", "")
    created = datetime.fromtimestamp(event["created"], UTC)
    return {
        "id": event["id"] + "_thin",
        "object": "v2.core.event",
        "type": f"v1.{event['type']}",
        "created": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "livemode": event["livemode"],
        "context": None,
        "reason": {"type": "request", "request": event["request"]} if event["request"]["id"] else None,
        "related_object": {
            "id": subject.get("id"),
            "type": kind,
            "url": _PATHS.get(kind, f"/v1/{kind}s/") + str(subject.get("id")),
        },
        "snapshot_event": event["id"],
    }
