"""The only module that imports `stripe`. No SDK object leaves it: answers become the dataclasses of `rules.outcomes`.

Writes take an explicit idempotency key and answer with an outcome, "unknown" among them. Reads raise.
"""

import datetime as dt
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import stripe
import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from orders.payments import safety
from orders.payments.errors import (
    BadSignature,
    MalformedEvent,
    StripeIsNotSetUp,
    StripeIsUnreachable,
    StripeObjectIsMissing,
    StripeRefused,
)
from orders.payments.rules import pointers, readings
from orders.payments.rules.outcomes import (
    ChargeReading,
    DeclineCodes,
    Declined,
    MethodReading,
    NeedsCustomer,
    Outcome,
    Pointer,
    Reading,
    Rejected,
    Unknown,
)

log = structlog.get_logger(__name__)
Json = dict[str, Any]
Item = TypeVar("Item")
Answer = TypeVar("Answer")

API_VERSION: Final[str] = stripe.api_version
NETWORK_RETRIES: Final = 2
THREADS: Final = 8
SIGNATURE_SECONDS: Final = 300
PAYMENT_PARTS: Final = ["latest_charge.balance_transaction", "payment_method"]
SESSION_PARTS: Final = [f"payment_intent.{part}" for part in PAYMENT_PARTS]

# The SDK would otherwise write a file into the home folder and time our requests.
stripe.enable_telemetry = False
stripe.set_app_info("Masthead", version="0.1.0")
# Two lines for each request are no news.
logging.getLogger("stripe").setLevel(logging.WARNING)


def gateway() -> "Gateway":
    """The gateway for the key in force: of the environment or, where that is empty, of the vault.

    :raises StripeIsNotSetUp: when there is no key
    """
    key = safety.api_key()
    if not key:
        raise StripeIsNotSetUp("Payments are not set up yet: enter the Stripe key on the desk.")
    return _gateway_for(key, settings.STRIPE_API_BASE, settings.STRIPE_TIMEOUT_SECONDS)


@lru_cache(maxsize=4)
def _gateway_for(key: str, base: str, timeout: tuple[float, float]) -> "Gateway":
    if settings.STRIPE_API_VERSION != API_VERSION:
        raise ImproperlyConfigured(f"The SDK speaks {API_VERSION}, the settings {settings.STRIPE_API_VERSION}.")
    for complaint in safety.complaints(key=key, base=base, production=settings.PRODUCTION):
        raise ImproperlyConfigured(complaint)
    return Gateway(key=key, base=base, timeout=timeout)


class Gateway:
    """Stripe with one key. Can be shared by threads."""

    def __init__(self, *, key: str, base: str, timeout: tuple[float, float]) -> None:
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": base},
            max_network_retries=NETWORK_RETRIES,
            http_client=stripe.RequestsClient(timeout=timeout),
        )
        # They last as long as the gateway, as each keeps a connection of its own open.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stripe")

    def each(self, call: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
        """The answers to several calls at once, in order. The threads only wait for Stripe: no database in `call`."""
        return self._threads.map(call, items)

    # Writes

    def ensure_customer(self, *, request: Json, key: str) -> str:
        """:raises StripeIsUnreachable, StripeRefused: no customer then"""
        params = cast("stripe.params.CustomerCreateParams", request)
        created = _write(lambda: self._client.v1.customers.create(params, {"idempotency_key": key}))
        return str(created["id"])

    def open_checkout(self, *, request: Json, key: str) -> Outcome:
        params = cast("stripe.params.checkout.SessionCreateParams", request)
        sessions = self._client.v1.checkout.sessions
        return _outcome(lambda: _opened(sessions.create(params, {"idempotency_key": key}).to_dict()))

    def charge_saved_method(self, *, request: Json, key: str) -> Outcome:
        params = cast("stripe.params.PaymentIntentCreateParams", request)
        intents = self._client.v1.payment_intents
        outcome = _outcome(lambda: readings.payment_outcome(intents.create(params, {"idempotency_key": key}).to_dict()))
        if isinstance(outcome, Rejected) and outcome.code == "resource_missing":
            # A detached card, another customer's, a deleted customer: as good as declined, and nothing was charged.
            return Declined("", DeclineCodes(decline_code="payment_method_missing"))
        return outcome

    def expire_checkout(self, session_id: str) -> Reading:
        """The page as it is afterwards: expired, or paid when the buyer was quicker.

        :raises StripeIsUnreachable, StripeObjectIsMissing: when it cannot be known
        """
        try:
            _write(lambda: self._client.v1.checkout.sessions.expire(session_id))
        except StripeRefused as refused:
            log.info("checkout_not_expired", session=session_id, reason=refused.stripe_code)
        return self.get_checkout(session_id)

    def cancel_payment(self, payment_id: str) -> Reading:
        """The payment as it is afterwards: canceled, or paid when the money was quicker.

        :raises StripeIsUnreachable, StripeObjectIsMissing: when it cannot be known
        """
        try:
            _write(lambda: self._client.v1.payment_intents.cancel(payment_id))
        except StripeRefused as refused:
            log.info("payment_not_canceled", payment=payment_id, reason=refused.stripe_code)
        return self.get_payment(payment_id)

    # Reads. :raises StripeIsUnreachable, StripeObjectIsMissing: each of them

    def get_checkout(self, session_id: str) -> Reading:
        sessions = self._client.v1.checkout.sessions
        return readings.read_session(_read(lambda: sessions.retrieve(session_id, {"expand": SESSION_PARTS})))

    def get_payment(self, payment_id: str) -> Reading:
        intents = self._client.v1.payment_intents
        return readings.read_payment(_read(lambda: intents.retrieve(payment_id, {"expand": PAYMENT_PARTS})))

    def get_charge(self, charge_id: str) -> ChargeReading:
        charges = self._client.v1.charges
        return readings.read_charge(_read(lambda: charges.retrieve(charge_id, {"expand": ["balance_transaction"]})))

    def get_payment_method(self, method_id: str) -> MethodReading:
        return readings.read_method(_read(lambda: self._client.v1.payment_methods.retrieve(method_id)))

    def find_payments(self, *, customer_id: str, since: dt.datetime, attempt_uuid: str) -> list[Reading]:
        """The payments of a customer made since then that carry the attempt's uuid, newest first."""
        listed = _list(
            lambda: self._client.v1.payment_intents.list(
                {
                    "customer": customer_id,
                    "created": {"gte": int(since.timestamp())},
                    "limit": 100,
                    "expand": [f"data.{part}" for part in PAYMENT_PARTS],
                }
            )
        )
        found = [readings.read_payment(intent) for intent in listed]
        return [reading for reading in found if reading.attempt_uuid == attempt_uuid]

    def list_events(self, *, since: dt.datetime, kinds: Sequence[str] = pointers.KINDS) -> list[Pointer]:
        """Events of these kinds created since then, oldest first. Stripe keeps 30 days."""
        listed = _list(
            lambda: self._client.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "types": list(kinds), "limit": 100}
            )
        )
        return [pointers.read_pointer(event) for event in reversed(listed)]


def parse_webhook(body: bytes, header: str, *, secrets: Sequence[str]) -> Pointer:
    """The pointer in a signed body. Several secrets are in force while one is being changed.

    :raises BadSignature: not signed with any of them, or more than 300 seconds ago or ahead
    :raises MalformedEvent: signed, and still no event
    """
    if not any(_is_signed(body, header, secret) for secret in secrets):
        raise BadSignature("The signature of this webhook is not valid.")
    _refuse_the_future(header)
    try:
        return pointers.read_pointer(json.loads(body))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise MalformedEvent("This webhook is not an event of Stripe's.") from error


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret, SIGNATURE_SECONDS))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _refuse_the_future(header: str) -> None:
    """The SDK only looks back: a header dated tomorrow would be good until then."""
    signed_at = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    if signed_at > time.time() + SIGNATURE_SECONDS:
        raise BadSignature("This webhook was signed in the future.")


# From the SDK's errors to ours


def _outcome(call: Callable[[], Outcome]) -> Outcome:
    """Anything that does not clearly say what happened is unknown."""
    try:
        return call()
    except stripe.CardError as error:
        return _card_outcome(error)
    except stripe.InvalidRequestError as error:
        return _refusal(error)
    except stripe.StripeError as error:
        return Unknown(_reason(error))
    except (KeyError, TypeError, ValueError) as error:
        log.error("stripe_answer_unreadable", error=type(error).__name__)
        return Unknown("unreadable_answer")


def _opened(session: Json) -> Outcome:
    return readings.read_session(session).outcome


def _card_outcome(error: stripe.CardError) -> Outcome:
    details = _error_of(error)
    intent = details.get("payment_intent") or {}
    codes = readings.codes_of(details) or DeclineCodes()
    if readings.needs_payer(codes):
        return NeedsCustomer(str(intent.get("id") or ""), codes)
    return Declined(str(intent.get("id") or ""), codes)


def _refusal(error: stripe.InvalidRequestError) -> Outcome:
    details = _error_of(error)
    code, parameter = str(details.get("code") or ""), str(details.get("param") or "")
    log.error("stripe_refused_our_request", reason=error.user_message, stripe_code=code, parameter=parameter)
    return Rejected(error.user_message or "no reason given", code, parameter)


def _error_of(error: stripe.StripeError) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", error.json_body)["error"] if isinstance(error.json_body, Mapping) else {}


def _write(call: Callable[[], stripe.StripeObject]) -> Json:
    try:
        return call().to_dict()
    except stripe.InvalidRequestError as error:
        raise StripeRefused(error.user_message or "", stripe_code=str(_error_of(error).get("code") or "")) from error
    except stripe.StripeError as error:
        raise StripeIsUnreachable(_reason(error)) from error


def _read(call: Callable[[], stripe.StripeObject]) -> Json:
    try:
        return call().to_dict()
    except stripe.InvalidRequestError as error:
        raise _missing(error) from error
    except stripe.StripeError as error:
        raise StripeIsUnreachable(_reason(error)) from error


def _list(call: Callable[[], "stripe.ListObject[Any]"]) -> list[Json]:
    try:
        return [item.to_dict() for item in call().auto_paging_iter()]
    except stripe.InvalidRequestError as error:
        raise _missing(error) from error
    except stripe.StripeError as error:
        raise StripeIsUnreachable(_reason(error)) from error


def _missing(error: stripe.InvalidRequestError) -> Exception:
    if _error_of(error).get("code") == "resource_missing":
        return StripeObjectIsMissing("Stripe does not know this object.")
    return StripeRefused(error.user_message or "no reason given", stripe_code=str(_error_of(error).get("code") or ""))


def _reason(error: stripe.StripeError) -> str:
    """One word for an error that leaves the outcome open."""
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        log.error("stripe_key_refused", status=error.http_status)
        return "key_refused"
    named = {stripe.RateLimitError: "rate_limited", stripe.IdempotencyError: "idempotency_key_mismatch"}
    if type(error) in named:
        return named[type(error)]
    if isinstance(error, stripe.APIConnectionError):
        return "no_answer"
    return {409: "still_running", 200: "unreadable_answer"}.get(error.http_status or 0, "server_error")
