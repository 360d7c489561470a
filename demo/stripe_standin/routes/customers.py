"""/v1/customers"""

from demo.stripe_standin.engine import methods
from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.objects.customer import SET_BY_CALLER, customer_object, deleted_customer
from demo.stripe_standin.routing import API, Call, matching, page_of
from demo.stripe_standin.rules import check_metadata, merge_metadata
from demo.stripe_standin.world import World


def living(world: World, customer_id: str, *, param: str = "customer") -> Json:
    """The customer named by a parameter.

    :raises ApiFailure: resource_missing when it never was, or is deleted
    """
    customer = world.find("customer", customer_id, param=param, status=400)
    if customer.get("deleted"):
        raise invalid(f"No such customer: '{customer_id}'", param=param, code="resource_missing")
    return customer


@API.on("POST", "/v1/customers")
def create(call: Call) -> Json:
    check_metadata(call.params)
    customer = customer_object(call.world.ids.new("cus", 14), call.world.clock.now(), call.params)
    customer["metadata"] = merge_metadata({}, call.params)
    call.world.state.of["customer"].add(customer)
    call.world.announce("customer.created", customer)
    return customer


@API.on("GET", "/v1/customers/{customer}")
def retrieve(call: Call) -> Json:
    return call.world.find("customer", call.ids["customer"])


@API.on("POST", "/v1/customers/{customer}")
def update(call: Call) -> Json:
    customer = living(call.world, call.ids["customer"], param="id")
    changes = {name: value or None for name, value in call.params.items() if name in SET_BY_CALLER}
    if "metadata" in changes:
        changes["metadata"] = merge_metadata(customer["metadata"], call.params)
    before = {name: customer.get(name) for name in changes if customer.get(name) != changes[name]}
    customer.update(changes)
    if settings := call.params.get("invoice_settings"):
        customer["invoice_settings"] |= settings
    if before:
        call.world.announce("customer.updated", customer, before)
    return customer


@API.on("DELETE", "/v1/customers/{customer}")
def delete(call: Call) -> Json:
    """Detaches the cards as well."""
    customer = living(call.world, call.ids["customer"], param="id")
    for method in call.world.state.of["payment_method"]:
        if method["customer"] == customer["id"]:
            methods.detach(call.world, method)
    call.world.announce("customer.deleted", customer)
    gone = deleted_customer(customer["id"])
    call.world.state.of["customer"].replace(gone)
    return gone


@API.on("GET", "/v1/customers")
def listing(call: Call) -> Json:
    fits = matching(call, "email")
    return page_of(call, "customer", "/v1/customers", lambda item: not item.get("deleted") and fits(item))


@API.on("GET", "/v1/customers/{customer}/payment_methods")
def payment_methods(call: Call) -> Json:
    customer = call.world.find("customer", call.ids["customer"])
    url = f"/v1/customers/{customer['id']}/payment_methods"
    return page_of(call, "payment_method", url, lambda item: bool(item["customer"] == customer["id"]))


@API.on("GET", "/v1/customers/{customer}/payment_methods/{payment_method}")
def payment_method(call: Call) -> Json:
    method = methods.pick(call.world, call.ids["payment_method"], param="id", status=404)
    methods.check_usable(call.world, method, call.ids["customer"])
    return method
