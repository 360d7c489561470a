"""Checkout sessions: opened, paid by a buyer, expired."""

from typing import Literal

from demo.stripe_standin.cards import find
from demo.stripe_standin.engine import intents, methods
from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.objects.customer import customer_object
from demo.stripe_standin.objects.session import customer_details, line_object, session_object
from demo.stripe_standin.world import World

Outcome = Literal["paid", "requires_action", "processing"]


def open_session(world: World, asked: Json) -> Json:
    now = world.clock.now()
    lines = [
        line_object(world.ids.new("li"), now, world.ids.new("price"), world.ids.new("prod"), line)
        for line in asked["line_items"]
    ]
    session_id = world.ids.new("cs_test", 58)
    session = session_object(session_id, f"{world.base_url}/c/pay/{session_id}", now, asked, lines)
    world.state.behind(session_id).update(lines=lines, intent=asked.get("payment_intent_data") or {})
    world.open_sessions.add(session_id)
    return world.state.of["checkout.session"].add(session)


def pay(world: World, session: Json, card_id: str, *, email: str | None = None, late: bool = False) -> Outcome:
    """A buyer presses Pay. ``late``: the payment was under way when the session expired, and went through.

    :raises ApiFailure: 400 when the session is over, 402 when the card is declined (the session stays open)
    """
    over = session["status"] == "expired" or world.clock.now() > session["expires_at"]
    if session["status"] == "complete" or (over and not late):
        raise invalid(f"This Checkout Session is {'expired' if over else 'complete'}.", code="checkout_session_over")
    card = find(card_id)
    if card is None:
        raise invalid(f"No such test card: '{card_id}'", param="card", code="resource_missing")
    email = email or session["customer_email"] or email_of(world, session)
    intent = _intent_of(world, session, email)
    method = methods.mint(world, card, email=email)
    intents.confirm(world, intent, method, off_session=False, return_url=session["url"])
    return conclude(world, session, email)


def conclude(world: World, session: Json, email: str | None = None) -> Outcome:
    """Bring the session after its intent has changed."""
    intent = world.find("payment_intent", session["payment_intent"])
    if intent["status"] == "requires_action":
        return "requires_action"
    paid = intent["status"] == "succeeded"
    already_complete = session["status"] == "complete"
    method = world.find("payment_method", intent["payment_method"])
    session.update(
        status="complete", payment_status="paid" if paid else "unpaid", customer=intent["customer"],
        customer_details=customer_details(email or method["billing_details"]["email"]), url=None,
    )  # fmt: skip
    suffix = "async_payment_succeeded" if already_complete else "completed"
    world.announce(f"checkout.session.{suffix}", session)
    return "paid" if paid else "processing"


def follow(world: World, session: Json, intent: Json) -> None:
    """Let the session follow what the bank has made of its intent."""
    if intent["status"] in ("succeeded", "processing"):
        conclude(world, session)
    elif session["status"] == "complete":
        world.announce("checkout.session.async_payment_failed", session)


def session_of(world: World, intent: Json) -> Json | None:
    """The session that made this intent, if one did."""
    session_id = world.state.behind(intent["id"]).get("session")
    return world.state.of["checkout.session"].get(session_id) if session_id else None


def expire(world: World, session: Json) -> None:
    """:raises ApiFailure: when it is not open"""
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    session.update(status="expired", url=None)
    intent = world.state.of["payment_intent"].get(session["payment_intent"] or "")
    if intent and intent["status"] in intents.CANCELABLE:
        intents.cancel(world, intent, "automatic")
    world.announce("checkout.session.expired", session)


def expire_overdue(world: World) -> None:
    """Expire every open session whose time is over. Called often: most of the time there is nothing to do."""
    now = world.clock.now()
    for session_id in list(world.open_sessions):
        session = world.find("checkout.session", session_id)
        if session["status"] != "open":
            world.open_sessions.discard(session_id)
        elif now > session["expires_at"]:
            expire(world, session)


def _intent_of(world: World, session: Json, email: str | None) -> Json:
    """The intent is made when the buyer first confirms, not before."""
    known = world.state.of["payment_intent"].get(session["payment_intent"] or "")
    if known and known["status"] in intents.CONFIRMABLE:
        return known
    asked = dict(world.state.behind(session["id"])["intent"])
    if session["customer"] is None and (asked.get("setup_future_usage") or session["customer_creation"] == "always"):
        session["customer"] = _new_customer(world, email)["id"]
    asked |= {"amount": session["amount_total"], "currency": session["currency"], "customer": session["customer"]}
    intent = intents.create(world, asked)
    session["payment_intent"] = intent["id"]
    world.state.behind(intent["id"])["session"] = session["id"]
    return intent


def _new_customer(world: World, email: str | None) -> Json:
    customer = customer_object(world.ids.new("cus", 14), world.clock.now(), {"email": email})
    world.state.of["customer"].add(customer)
    world.announce("customer.created", customer)
    return customer


def email_of(world: World, session: Json) -> str | None:
    customer = world.state.of["customer"].get(session["customer"] or "")
    return customer.get("email") if customer else None
