"""/v1/checkout/sessions, for one payment on the hosted page."""

from demo.stripe_standin.engine import sessions
from demo.stripe_standin.expand import line_list
from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.routes.customers import living
from demo.stripe_standin.routing import API, Call, matching, page_of
from demo.stripe_standin.rules import (
    check_amount,
    check_currency,
    check_descriptor_suffix,
    check_metadata,
    check_method_choice,
)

HALF_AN_HOUR, A_DAY = 30 * 60, 24 * 60 * 60
# The asker's second and ours are not the same one.
TOLERANCE = 60


@API.on("POST", "/v1/checkout/sessions")
def create(call: Call) -> Json:
    asked = dict(call.params)
    _check_kind(asked)
    _check_lines(asked)
    check_method_choice(asked)
    for part in (asked, asked.get("payment_intent_data") or {}):
        check_metadata(part)
        check_descriptor_suffix(part)
    if asked.get("customer"):
        living(call.world, asked["customer"])
        if asked.get("customer_email") or asked.get("customer_creation"):
            raise invalid("You may only specify one of these parameters: customer, customer_email, customer_creation.")
    asked["expires_at"] = _expiry(asked, call.world.clock.now())
    return sessions.open_session(call.world, asked)


def _check_kind(asked: Json) -> None:
    if asked.get("mode") != "payment":
        raise invalid("The stand-in opens sessions with mode=payment only.", param="mode")
    if asked.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The stand-in opens sessions with ui_mode=hosted_page only.", param="ui_mode")
    if not asked.get("success_url"):
        raise invalid("Missing required param: success_url.", param="success_url", code="parameter_missing")
    for name in ("success_url", "cancel_url"):
        if asked.get(name) and not asked[name].startswith(("http://", "https://")):
            raise invalid("Not a valid URL", param=name, code="url_invalid")


def _check_lines(asked: Json) -> None:
    if not asked.get("line_items"):
        raise invalid("Missing required param: line_items.", param="line_items", code="parameter_missing")
    total = 0
    for number, line in enumerate(asked["line_items"]):
        price, at = line.get("price_data"), f"line_items[{number}][price_data]"
        if price is None or "product_data" not in price or "unit_amount" not in price:
            raise invalid("The stand-in takes lines with price_data, product_data and unit_amount only.", param=at)
        check_currency(price["currency"], param=f"{at}[currency]")
        if price["unit_amount"] < 0 or line.get("quantity", 1) < 1:
            raise invalid("This value must be greater than or equal to 1.", param=at)
        total += price["unit_amount"] * line.get("quantity", 1)
    if len({line["price_data"]["currency"] for line in asked["line_items"]}) > 1:
        raise invalid("All line items must have the same currency.", param="line_items")
    check_amount(total, param="line_items")


def _expiry(asked: Json, now: int) -> int:
    """:raises ApiFailure: sooner than half an hour or later than a day"""
    expires_at: int = asked.get("expires_at", now + A_DAY)
    if not HALF_AN_HOUR - TOLERANCE <= expires_at - now <= A_DAY + TOLERANCE:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return expires_at


@API.on("GET", "/v1/checkout/sessions/{session}")
def retrieve(call: Call) -> Json:
    return call.world.find("checkout.session", call.ids["session"])


@API.on("POST", "/v1/checkout/sessions/{session}/expire")
def expire(call: Call) -> Json:
    session = call.world.find("checkout.session", call.ids["session"])
    sessions.expire(call.world, session)
    return session


@API.on("GET", "/v1/checkout/sessions/{session}/line_items")
def line_items(call: Call) -> Json:
    session = call.world.find("checkout.session", call.ids["session"])
    return line_list(call.world, session["id"])


@API.on("GET", "/v1/checkout/sessions")
def listing(call: Call) -> Json:
    keep = matching(call, "customer", "payment_intent", "status")
    return page_of(call, "checkout.session", "/v1/checkout/sessions", keep)
