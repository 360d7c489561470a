"""/v1/balance_transactions"""

from demo.stripe_standin.failures import Json
from demo.stripe_standin.routing import API, Call, matching, page_of


@API.on("GET", "/v1/balance_transactions/{id}")
def retrieve(call: Call) -> Json:
    return call.world.find("balance_transaction", call.ids["id"])


@API.on("GET", "/v1/balance_transactions")
def listing(call: Call) -> Json:
    keep = matching(call, "currency", "source", "type")
    return page_of(call, "balance_transaction", "/v1/balance_transactions", keep)
