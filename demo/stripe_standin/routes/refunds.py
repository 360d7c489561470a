"""/v1/refunds"""

from demo.stripe_standin.engine import refunds
from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.routing import API, Call, matching, page_of
from demo.stripe_standin.rules import check_metadata, merge_metadata


@API.on("POST", "/v1/refunds")
def create(call: Call) -> Json:
    check_metadata(call.params)
    return refunds.refund(call.world, _charge(call), call.params)


def _charge(call: Call) -> Json:
    asked, world = call.params, call.world
    if asked.get("charge"):
        return world.find("charge", asked["charge"], param="charge", status=400)
    if not asked.get("payment_intent"):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    intent = world.find("payment_intent", asked["payment_intent"], param="payment_intent", status=400)
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", param="payment_intent"
        )  # fmt: skip
    return world.find("charge", intent["latest_charge"])


@API.on("GET", "/v1/refunds/{refund}")
def retrieve(call: Call) -> Json:
    return call.world.find("refund", call.ids["refund"])


@API.on("POST", "/v1/refunds/{refund}")
def update(call: Call) -> Json:
    made = call.world.find("refund", call.ids["refund"])
    made["metadata"] = merge_metadata(made["metadata"], call.params)
    return made


@API.on("GET", "/v1/refunds")
def listing(call: Call) -> Json:
    return page_of(call, "refund", "/v1/refunds", matching(call, "charge", "payment_intent"))
