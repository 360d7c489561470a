"""Stripe's objects, read into our own words. The input is Stripe's JSON as the gateway got it, expanded as it asked."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from orders.payments.rules.outcomes import (
    Canceled,
    ChargeReading,
    DeclineCodes,
    Declined,
    Expired,
    MethodReading,
    NeedsCustomer,
    Open,
    Outcome,
    Paid,
    Pending,
    Reading,
)

Json = Mapping[str, Any]
AUTHENTICATION = frozenset(
    {"authentication_required", "payment_intent_authentication_failure", "approve_with_id"}
)  # fmt: skip


def moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def read_payment(intent: Json) -> Reading:
    """A PaymentIntent, with `latest_charge.balance_transaction` and `payment_method` expanded where there are any."""
    return Reading(
        attempt_uuid=_attempt_of(intent),
        outcome=payment_outcome(intent),
        payment_id=intent["id"],
        created_at=moment(intent["created"]),
    )


def payment_outcome(intent: Json) -> Outcome:
    status = intent["status"]
    if status == "succeeded":
        return _paid(intent)
    if status == "processing":
        return Pending(intent["id"])
    if status == "canceled":
        return Canceled(intent["id"])
    if status in ("requires_action", "requires_confirmation"):
        return NeedsCustomer(intent["id"])
    codes = codes_of(intent.get("last_payment_error"))
    if codes is None or needs_payer(codes):
        return NeedsCustomer(intent["id"], codes or DeclineCodes())
    return Declined(intent["id"], codes)


def needs_payer(codes: DeclineCodes) -> bool:
    return codes.decline_code in AUTHENTICATION


def codes_of(error: Json | None) -> DeclineCodes | None:
    """The four codes of a card error; its general code stands in where the bank gave none."""
    if not error:
        return None
    return DeclineCodes(
        advice_code=error.get("advice_code") or "",
        decline_code=error.get("decline_code") or error.get("code") or "",
        network_decline_code=error.get("network_decline_code") or "",
        network_advice_code=error.get("network_advice_code") or "",
    )


def read_session(session: Json) -> Reading:
    """A Checkout Session with its payment expanded. A payment that went through counts, whatever the page says."""
    intent: Json | None = session.get("payment_intent")
    return Reading(
        attempt_uuid=_attempt_of(session),
        outcome=_session_outcome(session, intent),
        payment_id=intent["id"] if intent else "",
        session_id=session["id"],
        created_at=moment(session["created"]),
    )


def _session_outcome(session: Json, intent: Json | None) -> Outcome:
    if intent and (session["status"] == "complete" or intent["status"] in ("succeeded", "processing")):
        return payment_outcome(intent)
    payment_id = intent["id"] if intent else ""
    codes = codes_of(intent.get("last_payment_error")) if intent else None
    if session["status"] == "expired":
        return Expired(session["id"], payment_id, codes)
    return Open(session["id"], session.get("url") or "", moment(session["expires_at"]), payment_id, codes)


def read_charge(charge: Json) -> ChargeReading:
    """A charge with `balance_transaction` expanded."""
    booked = charge.get("balance_transaction")
    booked = booked if isinstance(booked, Mapping) else None
    return ChargeReading(
        charge_id=charge["id"],
        payment_id=charge.get("payment_intent") or "",
        attempt_uuid=_attempt_of(charge),
        fee_cents=booked["fee"] if booked else None,
        balance_transaction_id=booked["id"] if booked else "",
    )


def read_method(method: Json) -> MethodReading:
    """Not every method is a card: Link and others carry no number."""
    card: Json = method.get("card") or {}
    return MethodReading(
        method_id=method["id"],
        kind=method["type"],
        brand=(card.get("brand") or "")[:20],
        last4=card.get("last4") or "",
        exp_month=card.get("exp_month"),
        exp_year=card.get("exp_year"),
        customer_id=_id_of(method.get("customer")),
    )


def _paid(intent: Json) -> Paid:
    charge: Json = intent["latest_charge"]
    booked = read_charge(charge)
    method = intent.get("payment_method")
    return Paid(
        payment_id=intent["id"],
        charge_id=charge["id"],
        amount_cents=intent["amount_received"],
        currency=intent["currency"],
        paid_at=moment(charge["created"]),
        method=_method_behind(method, charge),
        fee_cents=booked.fee_cents,
        balance_transaction_id=booked.balance_transaction_id,
    )


def _method_behind(method: Any, charge: Json) -> MethodReading | None:
    if isinstance(method, Mapping):
        return read_method(method)
    details = charge.get("payment_method_details")
    if not method or not details:
        return None
    return read_method({"id": method, "type": details["type"], "card": details.get("card")})


def _attempt_of(thing: Json) -> str:
    return str((thing.get("metadata") or {}).get("attempt") or "")


def _id_of(value: Any) -> str:
    return str(value["id"] if isinstance(value, Mapping) else value or "")
