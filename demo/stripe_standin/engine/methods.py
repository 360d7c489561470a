"""Saved cards: minted from test ids, attached, judged."""

from demo.stripe_standin.cards import Card, Decline, Verdict, decline, find
from demo.stripe_standin.failures import ApiFailure, Json, invalid, missing
from demo.stripe_standin.objects.payment_method import payment_method_object
from demo.stripe_standin.world import World


def mint(world: World, card: Card, *, email: str | None = None) -> Json:
    """A new payment method that behaves like the card."""
    method = payment_method_object(world.ids.new("pm"), world.clock.now(), card, email)
    world.state.behind(method["id"])["card"] = card.id
    return world.state.of["payment_method"].add(method)


def pick(world: World, method_id: str, *, param: str = "payment_method", status: int = 400) -> Json:
    """The payment method of that id; a test id such as ``pm_card_visa`` makes a new one, as Stripe does.

    :raises ApiFailure: resource_missing
    """
    known = world.state.of["payment_method"].get(method_id)
    if known:
        return known
    card = find(method_id)
    if card is None:
        raise missing("PaymentMethod", method_id, param=param, status=status)
    return mint(world, card)


def card_behind(world: World, method: Json) -> Card:
    card = find(world.state.behind(method["id"])["card"])
    assert card is not None, "a payment method is only ever minted from a known card"
    return card


def verdict(world: World, method: Json, *, off_session: bool) -> Verdict:
    """What the bank says to the next charge; declines asked for by a control call come first."""
    queued = world.state.behind(method["id"]).get("declines")
    if queued:
        return Decline(**queued.pop(0))
    card = card_behind(world, method)
    return card.off_session if off_session else card.on_session


def decline_next(world: World, method: Json, codes: Json, times: int) -> None:
    """Queue declines with exactly these codes, also ones that no bank has used yet."""
    usual = decline(codes.get("decline_code", "generic_decline")).codes()
    world.state.behind(method["id"]).setdefault("declines", []).extend([usual | codes] * times)


def attach(world: World, method: Json, customer: Json) -> None:
    """:raises ApiFailure: when it belongs to another customer, was detached, or its bank refuses"""
    if method["customer"] == customer["id"]:
        return
    if method["customer"] or world.state.behind(method["id"]).get("detached"):
        raise used_up(method)
    card = card_behind(world, method)
    if not card.attachable and isinstance(card.on_session, Decline):
        raise ApiFailure(402, {"type": "card_error"} | card.on_session.codes(), stored=True)
    join(world, method, customer["id"])


def join(world: World, method: Json, customer_id: str) -> None:
    method["customer"] = customer_id
    world.announce("payment_method.attached", method)


def detach(world: World, method: Json) -> None:
    """:raises ApiFailure: when it is not attached"""
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    former, method["customer"] = method["customer"], None
    world.state.behind(method["id"])["detached"] = True
    world.announce("payment_method.detached", method, {"customer": former})


def check_usable(world: World, method: Json, customer_id: str | None) -> None:
    """:raises ApiFailure: when the card is another customer's or was detached"""
    if method["customer"] and method["customer"] != customer_id:
        raise invalid(
            f"The customer does not have a payment method with the ID {method['id']}. "
            "The payment method must be attached to the customer.",
            param="payment_method",
            code="resource_missing",
        )
    if world.state.behind(method["id"]).get("detached"):
        raise used_up(method)


def used_up(method: Json) -> ApiFailure:
    return invalid(
        f"The provided PaymentMethod {method['id']} was previously used without being attached to this Customer or was "
        "detached from a Customer. It may not be used again.",
        param="payment_method",
        code="resource_missing",
    )
