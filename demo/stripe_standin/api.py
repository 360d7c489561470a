"""One API request from its headers to its answer: faults, key, limit, parameters, idempotency, execution."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import stripe

from demo.stripe_standin.engine.sessions import expire_overdue
from demo.stripe_standin.expand import expand
from demo.stripe_standin.failures import ApiFailure, Json, invalid, rate_limited, server_error
from demo.stripe_standin.faults import Fault
from demo.stripe_standin.forms import decode
from demo.stripe_standin.params import check
from demo.stripe_standin.routes import API
from demo.stripe_standin.routing import Call, Route
from demo.stripe_standin.world import Cause, World

HTML = "<html><body><h1>502 Bad Gateway</h1><p>A proxy on the way answers for someone else.</p></body></html>"


@dataclass
class Request:
    """As it came over the wire: header names in lower case."""

    method: str
    path: str
    query: str
    body: str
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """Parameters as they were sent, in the query or the body."""
        return self.body if self.method == "POST" else self.query

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None


@dataclass
class Answer:
    """``cut``: close the connection and send nothing."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    cut: bool = False


def answer(world: World, request: Request) -> Answer:
    """Serve one request and write it into the log."""
    request_id = world.ids.new("req", 14)
    line: Json = {
        "at": world.clock.now(), "method": request.method, "path": request.path,
        "idempotency_key": request.key, "request_id": request_id, "params": {},
    }  # fmt: skip
    world.log.append(line)
    fault = world.faults.take(request.method, request.path)
    if fault:
        line["fault"] = fault.kind
    try:
        given = _before(world, request, fault, line) or _served(world, request, fault, request_id, line)
    except ApiFailure as refused:
        given = _refusal(refused)
    given.headers |= {"Request-Id": request_id, "Stripe-Version": stripe.api_version}
    if request.key:
        given.headers["Idempotency-Key"] = request.key
    line["status"] = "cut" if given.cut else given.status
    world.counts[f"status_{line['status']}"] += 1
    return given


def _before(world: World, request: Request, fault: Fault | None, line: Json) -> Answer | None:
    """Faults that strike before anything is looked at, then key, version and limit."""
    kind = fault.kind if fault else None
    if kind == "cut_before":
        return Answer(cut=True)
    if kind == "unavailable":
        raise server_error(503, stored=False)
    if fault and kind == "rate_limit":
        raise rate_limited(fault.should_retry)
    if fault and kind == "html" and fault.executed is False:
        return _page()
    line["api_key"] = world.api_keys.admit(request.headers.get("authorization", ""), request.method, request.path)
    version = request.headers.get("stripe-version", stripe.api_version)
    if version != stripe.api_version:
        raise invalid(f"Invalid Stripe API version: {version}. The stand-in speaks {stripe.api_version}.")
    world.limit.pass_one()
    return None


def _served(world: World, request: Request, fault: Fault | None, request_id: str, line: Json) -> Answer:
    template, route, ids = API.find(request.method, request.path)
    line["params"] = decode(request.text)
    call = Call(world, check(request.method, template, line["params"]), ids)
    if replayed := _replayed(world, request):
        line["replayed"] = True
        return replayed
    given, stored = Answer(500), False
    try:
        world.latency.wait()
        if fault and fault.kind == "timeout_before":
            time.sleep(fault.seconds)
        given, stored = _executed(call, route, fault, Cause(request_id, request.key))
    finally:
        if request.key is not None:
            _remember(world, request.key, given, request_id, stored=stored)
    return _after(given, fault)


def _replayed(world: World, request: Request) -> Answer | None:
    if request.key is None:
        return None
    earlier = world.keys.begin(request.key, method=request.method, path=request.path, text=request.text)
    if earlier is None or earlier.body is None:
        return None
    return Answer(
        earlier.status, earlier.body, {"Idempotent-Replayed": "true", "Original-Request": earlier.request_id}
    )  # fmt: skip


def _executed(call: Call, route: Route, fault: Fault | None, cause: Cause) -> tuple[Answer, bool]:
    """The answer, and whether its key remembers it."""
    world = call.world
    broken = fault is not None and fault.kind == "server_error"
    if fault and broken and not fault.executed:
        return _refusal(server_error(stored=True)), True
    with world.lock:
        expire_overdue(world)
        world.cause = cause
        try:
            found = route(call)
            given, stored = Answer(body=json.dumps(expand(world, found, call.params.get("expand", [])))), True
        except ApiFailure as refused:
            given, stored = _refusal(refused), refused.stored
        finally:
            world.cause = Cause()
    return (_refusal(server_error(stored=True)), True) if broken else (given, stored)


def _remember(world: World, key: str, given: Answer, request_id: str, *, stored: bool) -> None:
    if stored:
        world.keys.finish(key, status=given.status, body=given.body, request_id=request_id)
    else:
        world.keys.forget(key)


def _after(given: Answer, fault: Fault | None) -> Answer:
    """Faults that strike when the work is done."""
    if fault is None:
        return given
    if fault.kind == "cut_after":
        return Answer(cut=True)
    if fault.kind == "html":
        return _page()
    if fault.kind == "timeout_after":
        time.sleep(fault.seconds)
    return given


def _page() -> Answer:
    return Answer(200, HTML, content_type="text/html")


def _refusal(refused: ApiFailure) -> Answer:
    return Answer(refused.status, json.dumps(refused.body), dict(refused.headers))
