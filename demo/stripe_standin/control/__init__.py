"""``/_control/*``: what tests and the demo tell the stand-in to do. JSON in, JSON out; README.md has the table."""

import json
from urllib.parse import parse_qsl

from demo.stripe_standin.api import Answer, Request
from demo.stripe_standin.control import behaviour, buyers, records, webhooks
from demo.stripe_standin.control.table import CONTROL, Order
from demo.stripe_standin.failures import ApiFailure, Json
from demo.stripe_standin.world import World

__all__ = ["CONTROL", "answer", "behaviour", "buyers", "records", "webhooks"]


def answer(world: World, request: Request) -> Answer:
    """200 with what came of it; 400 for an order that makes no sense; an API refusal as the API words it."""
    try:
        _, route, ids = CONTROL.find(request.method, request.path)
        order = Order(world, _asked(request), ids)
        return Answer(body=json.dumps(route(order)))
    except ApiFailure as refused:
        return Answer(refused.status, json.dumps(refused.body))
    except (ValueError, TypeError, KeyError) as nonsense:
        message = f"{type(nonsense).__name__}: {nonsense}"
        return Answer(400, json.dumps({"error": {"type": "control_error", "message": message}}))


def _asked(request: Request) -> Json:
    if request.method != "POST":
        return dict(parse_qsl(request.query))
    asked = json.loads(request.body or "{}")
    if not isinstance(asked, dict):
        raise ValueError("A control call takes a JSON object.")
    return asked
