"""/v1/payment_methods. No cards by number here: test ids such as ``pm_card_visa`` stand for them."""

from demo.stripe_standin.engine import methods
from demo.stripe_standin.failures import Json
from demo.stripe_standin.routes.customers import living
from demo.stripe_standin.routing import API, Call, matching, page_of


def _named(call: Call) -> Json:
    return methods.pick(call.world, call.ids["payment_method"], param="id", status=404)


@API.on("GET", "/v1/payment_methods/{payment_method}")
def retrieve(call: Call) -> Json:
    return _named(call)


@API.on("POST", "/v1/payment_methods/{payment_method}/attach")
def attach(call: Call) -> Json:
    method, customer = _named(call), living(call.world, call.params["customer"])
    methods.attach(call.world, method, customer)
    return method


@API.on("POST", "/v1/payment_methods/{payment_method}/detach")
def detach(call: Call) -> Json:
    method = _named(call)
    methods.detach(call.world, method)
    return method


@API.on("GET", "/v1/payment_methods")
def listing(call: Call) -> Json:
    fits = matching(call, "customer", "type")
    return page_of(call, "payment_method", "/v1/payment_methods", lambda item: bool(item["customer"]) and fits(item))
