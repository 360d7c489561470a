"""/v1/payment_intents"""

from demo.stripe_standin.engine import intents, methods
from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.objects.payment_intent import COPIED
from demo.stripe_standin.routes.customers import living
from demo.stripe_standin.routing import API, Call, matching, page_of
from demo.stripe_standin.rules import (
    check_amount,
    check_card_allowed,
    check_currency,
    check_descriptor_suffix,
    check_metadata,
    check_method_choice,
    merge_metadata,
)

# These speak of a confirmation, so they need one.
WITH_CONFIRM = ("off_session", "error_on_requires_action", "mandate", "mandate_data", "return_url")


@API.on("POST", "/v1/payment_intents")
def create(call: Call) -> Json:
    asked = call.params
    _check(asked)
    confirms = asked.get("confirm", False)
    for name in WITH_CONFIRM:
        if asked.get(name) and not confirms:
            raise invalid(f"The parameter {name} can only be used together with confirm=true.", param=name)
    if asked.get("customer"):
        living(call.world, asked["customer"])
    method = _method(call, asked.get("customer"))
    if confirms:
        _check_confirmation(asked, asked)
        if method is None:
            raise _no_method()
    intent = intents.create(call.world, asked | {"metadata": merge_metadata({}, asked)})
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation")
    if confirms and method is not None:
        _confirm(call, intent, method)
    return intent


def _check(asked: Json) -> None:
    check_amount(asked["amount"])
    check_currency(asked["currency"])
    check_metadata(asked)
    check_descriptor_suffix(asked)
    check_method_choice(asked)


def _method(call: Call, customer_id: str | None) -> Json | None:
    if not call.params.get("payment_method"):
        return None
    check_card_allowed(call.params)
    method = methods.pick(call.world, call.params["payment_method"])
    methods.check_usable(call.world, method, customer_id)
    return method


def _check_confirmation(asked: Json, intent: Json) -> None:
    """Redirects are possible unless switched off, and need somewhere to return to. Off-session nobody is redirected."""
    automatic = intent.get("automatic_payment_methods") or {}
    stays = (
        asked.get("off_session")
        or asked.get("return_url")
        or asked.get("error_on_requires_action")
        or automatic.get("allow_redirects") == "never"
        or intent.get("allowed_payment_method_types")
    )
    if not stays:
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and `automatic_payment_methods[allow_redirects]` to `never`.",
            param="return_url",
        )


def _no_method() -> Exception:
    return invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method.",
        code="payment_intent_unexpected_state",
    )


def _confirm(call: Call, intent: Json, method: Json) -> None:
    asked = call.params
    off_session = bool(asked.get("off_session"))
    intents.confirm(call.world, intent, method, off_session=off_session, return_url=asked.get("return_url"))
    if intent["status"] == "requires_action" and asked.get("error_on_requires_action"):
        raise intents.refuse_authentication(call.world, intent, method)


@API.on("POST", "/v1/payment_intents/{intent}/confirm")
def confirm(call: Call) -> Json:
    intent = call.world.find("payment_intent", call.ids["intent"])
    if intent["status"] not in intents.CONFIRMABLE:
        raise intents.wrong_status(intent, "confirm")
    _check_confirmation(call.params, intent)
    method = _method(call, intent["customer"])
    if method is None:
        if not intent["payment_method"]:
            raise _no_method()
        method = call.world.find("payment_method", intent["payment_method"])
    for name in ("setup_future_usage", "receipt_email", "shipping"):
        if call.params.get(name):
            intent[name] = call.params[name]
    _confirm(call, intent, method)
    return intent


@API.on("GET", "/v1/payment_intents/{intent}")
def retrieve(call: Call) -> Json:
    return call.world.find("payment_intent", call.ids["intent"])


@API.on("POST", "/v1/payment_intents/{intent}")
def update(call: Call) -> Json:
    intent = call.world.find("payment_intent", call.ids["intent"])
    asked = call.params
    money = {name: asked[name] for name in ("amount", "currency", "customer", "payment_method") if name in asked}
    if money and intent["status"] not in intents.CONFIRMABLE:
        raise intents.wrong_status(intent, "update")
    if "amount" in money:
        check_amount(money["amount"])
    check_descriptor_suffix(asked)
    if money.get("customer"):
        living(call.world, money["customer"])
    if method := _method(call, money.get("customer") or intent["customer"]):
        money["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    intent["metadata"] = merge_metadata(intent["metadata"], asked)
    intent.update(money | {name: asked[name] or None for name in COPIED if name in asked})
    return intent


@API.on("POST", "/v1/payment_intents/{intent}/cancel")
def cancel(call: Call) -> Json:
    intent = call.world.find("payment_intent", call.ids["intent"])
    intents.cancel(call.world, intent, call.params.get("cancellation_reason"))
    return intent


@API.on("GET", "/v1/payment_intents")
def listing(call: Call) -> Json:
    return page_of(call, "payment_intent", "/v1/payment_intents", matching(call, "customer"))
