"""The pages a buyer sees: the checkout and the bank's confirmation. Clicked by people, and by browsers in tests."""

from urllib.parse import parse_qs

from demo.stripe_standin import page_html as html
from demo.stripe_standin.api import Answer, Request
from demo.stripe_standin.engine import intents, sessions
from demo.stripe_standin.failures import ApiFailure, Json
from demo.stripe_standin.routing import Call, Routes
from demo.stripe_standin.world import World

PAGES = Routes()


def answer(world: World, request: Request) -> Answer:
    """A page, or a redirect to the shop."""
    form = {name: values[-1] for name, values in parse_qs(request.body).items()}
    try:
        _, route, ids = PAGES.find(request.method, request.path)
        with world.lock:
            sessions.expire_overdue(world)
            reply = route(Call(world, form, ids))
    except ApiFailure as refused:
        reply = _page(html.message("Not found", str(refused)), 404)
    headers = {"Location": reply["location"]} if "location" in reply else {}
    return Answer(reply["status"], reply.get("body", ""), headers, content_type="text/html")


def _page(body: str, status: int = 200) -> Json:
    return {"status": status, "body": body}


def _redirect(location: str) -> Json:
    return {"status": 303, "location": location}


def _success(session: Json) -> Json:
    return _redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


@PAGES.on("GET", "/")
def front(call: Call) -> Json:
    return _page(html.message("Stripe stand-in", "It is running. A shop sends its buyers here to pay with test cards."))


@PAGES.on("GET", "/c/pay/{id}")
def checkout(call: Call) -> Json:
    return _checkout(call, call.world.find("checkout.session", call.ids["id"]))


def _checkout(call: Call, session: Json, *, problem: str = "", status: int = 200) -> Json:
    """The form, or what stands in its way."""
    if session["status"] == "complete":
        return _page(html.message("Paid", "This order has been paid.", session["success_url"], session["id"]))
    if session["status"] == "expired":
        text = "This page has expired. Nothing was charged. Go back to the shop to try again."
        return _page(html.message("Expired", text, session["cancel_url"]), 410)
    behind = call.world.state.behind(session["id"])
    email = call.params.get("email") or session["customer_email"] or sessions.email_of(call.world, session)
    body = html.checkout(
        session, behind["lines"], merchant=call.world.merchant, email=email or "",
        saves_card=bool(behind["intent"].get("setup_future_usage")),
        chosen=call.params.get("card", ""), problem=problem,
    )  # fmt: skip
    return _page(body, status)


@PAGES.on("POST", "/c/pay/{id}")
def pay(call: Call) -> Json:
    session = call.world.find("checkout.session", call.ids["id"])
    if session["status"] != "open":
        return _checkout(call, session)
    email = call.params.get("email", "").strip()
    if "@" not in email:
        return _checkout(call, session, problem="Enter an e-mail address, such as name@example.org.", status=422)
    try:
        outcome = sessions.pay(call.world, session, call.params.get("card", ""), email=email)
    except ApiFailure as refused:
        return _checkout(call, session, problem=str(refused), status=422)
    if outcome == "requires_action":
        return _redirect(f"/authenticate/{session['payment_intent']}")
    return _success(session)


@PAGES.on("GET", "/authenticate/{id}")
def bank(call: Call) -> Json:
    intent = call.world.find("payment_intent", call.ids["id"])
    if intent["status"] != "requires_action":
        return _page(html.message("Nothing to confirm", "Your bank is not waiting for anything."), 410)
    return _page(html.bank(intent, merchant=call.world.merchant))


@PAGES.on("POST", "/authenticate/{id}")
def confirm_at_bank(call: Call) -> Json:
    intent = call.world.find("payment_intent", call.ids["id"])
    session = sessions.session_of(call.world, intent)
    back = _return_url(intent)
    try:
        intents.authenticate(call.world, intent, passed=call.params.get("answer") == "confirm")
    except ApiFailure as refused:
        if session and session["status"] == "open":
            return _checkout(call, session, problem=str(refused), status=422)
        return _redirect(back) if back else _page(html.message("Not confirmed", str(refused)), 422)
    if session:
        sessions.conclude(call.world, session)
        return _success(session)
    return _redirect(back) if back else _page(html.message("Confirmed", "You can close this page."))


def _return_url(intent: Json) -> str | None:
    action = intent["next_action"] or {}
    url: str | None = action.get("redirect_to_url", {}).get("return_url")
    return url
