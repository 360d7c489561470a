"""What buyers and their banks do: pay, confirm, decline, lose cards."""

from collections.abc import Callable

from demo.stripe_standin import cards
from demo.stripe_standin.control.table import CONTROL, Order, Reply, locked
from demo.stripe_standin.engine import charges, intents, methods, refunds, sessions
from demo.stripe_standin.failures import ApiFailure, Json, invalid
from demo.stripe_standin.routes import customers


def _intent(order: Order) -> Json:
    return order.world.find("payment_intent", order.ids["id"])


def _method(order: Order) -> Json:
    return order.world.find("payment_method", order.ids["id"])


@CONTROL.on("POST", "/_control/checkout/sessions/{id}/pay")
@locked
def pay(order: Order) -> Reply:
    """A declined card is an answer here, not an error: ``status`` declined with the codes."""
    world, asked = order.world, order.params
    session = world.find("checkout.session", order.ids["id"])
    card = asked.get("card", "pm_card_visa")
    try:
        status: str = sessions.pay(world, session, card, email=asked.get("email"), late=asked.get("late", False))
        answer = asked.get("authenticate", "succeed")
        if status == "requires_action" and answer != "abandon":
            intent = world.find("payment_intent", session["payment_intent"])
            intents.authenticate(world, intent, passed=answer == "succeed")
            status = sessions.conclude(world, session)
    except ApiFailure as refused:
        if refused.status != 402:
            raise
        codes = {name: refused.error.get(name) for name in ("code", "decline_code", "advice_code", "message")}
        return {"status": "declined", "session": session} | codes
    return {"status": status, "session": session}


@CONTROL.on("POST", "/_control/checkout/sessions/{id}/expire")
@locked
def expire(order: Order) -> Reply:
    session = order.world.find("checkout.session", order.ids["id"])
    sessions.expire(order.world, session)
    return session


@CONTROL.on("POST", "/_control/payment_intents/{id}/authenticate")
@locked
def authenticate(order: Order) -> Reply:
    """``outcome``: succeed or fail. The buyer answers the bank's question, in a session or outside of one."""
    intent = _intent(order)
    passed = order.params.get("outcome", "succeed") == "succeed"
    return _after_bank(order, intent, lambda: intents.authenticate(order.world, intent, passed=passed))


@CONTROL.on("POST", "/_control/payment_intents/{id}/pay")
@locked
def pay_intent(order: Order) -> Reply:
    """The late success of an abandoned intent: its buyer comes back with ``card`` and pays it after all."""
    intent, world = _intent(order), order.world
    if intent["status"] not in intents.CONFIRMABLE:
        raise intents.wrong_status(intent, "pay")
    method = methods.pick(world, order.params.get("card", "pm_card_visa"), param="card")
    return _after_bank(order, intent, lambda: intents.succeed(world, intent, method))


@CONTROL.on("POST", "/_control/payment_intents/{id}/settle")
@locked
def settle_intent(order: Order) -> Reply:
    """The bank's answer to an intent in processing: paid, or declined with ``decline_code``."""
    intent, code = _intent(order), order.params.get("decline_code")
    return _after_bank(order, intent, lambda: intents.finish_processing(order.world, intent, decline_code=code))


def _after_bank(order: Order, intent: Json, happen: Callable[[], None]) -> Reply:
    """Let it happen, then bring the session of the intent up to date, if it has one. A decline is an answer here."""
    try:
        happen()
    except ApiFailure as refused:
        if refused.status != 402:
            raise
    session = sessions.session_of(order.world, intent)
    if session and session["payment_status"] != "paid":
        sessions.follow(order.world, session, intent)
    return intent


@CONTROL.on("POST", "/_control/charges/{id}/settle")
@locked
def settle_charge(order: Order) -> Reply:
    charge = order.world.find("charge", order.ids["id"])
    if charge["balance_transaction"] or not charge["paid"]:
        raise invalid(f"Charge {charge['id']} has nothing to settle.")
    charges.settle(order.world, charge)
    charges.announce_settled(order.world, charge)
    return charge


@CONTROL.on("POST", "/_control/payment_methods/{id}/decline_next")
@locked
def decline_next(order: Order) -> Reply:
    """Any codes: ``decline_code``, ``code``, ``advice_code``, ``network_decline_code``, ``message``; ``times``."""
    codes = dict(order.params)
    times = codes.pop("times", 1)
    cards.Decline(**cards.decline(codes.get("decline_code", "generic_decline")).codes() | codes)
    methods.decline_next(order.world, _method(order), codes, times)
    return {"declines": order.world.state.behind(order.ids["id"])["declines"]}


@CONTROL.on("POST", "/_control/payment_methods/{id}/become")
@locked
def become(order: Order) -> Reply:
    """From now on it behaves as ``card`` does."""
    card = cards.find(order.params["card"])
    if card is None:
        raise ValueError(f"No such card: {order.params['card']!r}")
    order.world.state.behind(_method(order)["id"])["card"] = card.id
    return _method(order)


@CONTROL.on("POST", "/_control/payment_methods/{id}/detach")
@locked
def detach(order: Order) -> Reply:
    methods.detach(order.world, _method(order))
    return _method(order)


@CONTROL.on("POST", "/_control/payment_methods/{id}/update")
@locked
def update_by_network(order: Order) -> Reply:
    """The card network sends new data: ``exp_month``, ``exp_year``, ``last4``."""
    method = _method(order)
    new = {name: order.params[name] for name in ("exp_month", "exp_year", "last4") if name in order.params}
    before = {name: method["card"][name] for name in new}
    method["card"].update(new)
    order.world.announce("payment_method.automatically_updated", method, {"card": before})
    return method


@CONTROL.on("POST", "/_control/customers/{id}/delete")
@locked
def delete_customer(order: Order) -> Reply:
    return customers.delete(Order(order.world, {}, {"customer": order.ids["id"]}))


@CONTROL.on("POST", "/_control/refunds/{id}/fail")
@locked
def fail_refund(order: Order) -> Reply:
    made = order.world.find("refund", order.ids["id"])
    refunds.fail(order.world, made, order.params.get("reason", "lost_or_stolen_card"))
    return made


@CONTROL.on("POST", "/_control/refunds/{id}/succeed")
@locked
def arrive_refund(order: Order) -> Reply:
    made = order.world.find("refund", order.ids["id"])
    refunds.arrive(order.world, made)
    return made
