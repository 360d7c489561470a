"""/v1/charges"""

from demo.stripe_standin.failures import Json
from demo.stripe_standin.routing import API, Call, matching, page_of


@API.on("GET", "/v1/charges/{charge}")
def retrieve(call: Call) -> Json:
    return call.world.find("charge", call.ids["charge"])


@API.on("GET", "/v1/charges")
def listing(call: Call) -> Json:
    return page_of(call, "charge", "/v1/charges", matching(call, "customer", "payment_intent", "transfer_group"))
