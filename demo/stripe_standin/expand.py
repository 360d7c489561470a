"""``expand``: ids replaced by the objects they name."""

from typing import Any

from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.world import World

_KINDS = {
    "balance_transaction": "balance_transaction",
    "charge": "charge",
    "customer": "customer",
    "failure_balance_transaction": "balance_transaction",
    "latest_charge": "charge",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "source": None,
}


def expand(world: World, answer: Json, paths: list[str]) -> Json:
    """A copy of the answer, as far as it changes, with those paths expanded.

    :raises ApiFailure: for a path that cannot be expanded, or one that is too deep
    """
    for path in paths:
        steps = path.split(".")
        if len(steps) > 4 + (steps[0] == "data"):
            raise invalid(f"You cannot expand more than 4 levels of a property. Property: {path}", param="expand")
        answer = _step(world, answer, steps, path)
    return answer


def _step(world: World, holder: Json, steps: list[str], path: str) -> Json:
    if steps[0] == "data" and holder.get("object") == "list":
        rest = steps[1:]
        return holder | {"data": [_step(world, item, rest, path) for item in holder["data"]]}
    name, rest = steps[0], steps[1:]
    if name == "line_items" and holder.get("object") == "checkout.session":
        return holder | {"line_items": _lines(world, holder)}
    if name not in holder or name not in _KINDS:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    value = holder[name]
    if value is None:
        return holder
    found = value if isinstance(value, dict) else _look_up(world, name, value)
    return holder | {name: _step(world, found, rest, path) if rest else found}


def _look_up(world: World, name: str, object_id: Any) -> Json:
    kind = _KINDS[name] or ("refund" if object_id.startswith("re_") else "charge")
    return world.find(kind, object_id)


def _lines(world: World, session: Json) -> Json:
    return line_list(world, session["id"])


def line_list(world: World, session_id: str) -> Json:
    lines = world.state.behind(session_id)["lines"]
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return {"object": "list", "data": lines, "has_more": False, "url": url}
