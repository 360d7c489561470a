"""Webhook bodies and listed events, read into pointers. Snapshot and thin form of one fact give the same pointer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from orders.payments.rules.outcomes import Pointer

# What is acted on: at most 20, as Stripe's event list takes no more. Other kinds are stored and left alone.
KINDS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.processing",
    "payment_intent.canceled",
    "charge.updated",
    "payment_method.automatically_updated",
    "payment_method.updated",
    "payment_method.detached",
    "customer.deleted",
)


def read_pointer(body: Mapping[str, Any]) -> Pointer:
    """:raises KeyError, TypeError, ValueError, AttributeError: when it is no event of Stripe's"""
    if body["object"] == "v2.core.event":
        return _thin(body)
    if body["object"] != "event":
        raise ValueError(f"an event was expected, not {body['object']!r}")
    return _snapshot(body)


def _thin(body: Mapping[str, Any]) -> Pointer:
    related = body.get("related_object") or {}
    return Pointer(
        event_id=_word(body.get("snapshot_event") or body["id"]),
        kind=_word(body["type"]).removeprefix("v1."),
        object_id=_word(related.get("id") or ""),
        created_at=dt.datetime.fromisoformat(body["created"]),
        livemode=bool(body["livemode"]),
    )


def _snapshot(body: Mapping[str, Any]) -> Pointer:
    return Pointer(
        event_id=_word(body["id"]),
        kind=_word(body["type"]),
        object_id=_word(body["data"]["object"].get("id") or ""),
        created_at=dt.datetime.fromtimestamp(body["created"], dt.UTC),
        livemode=bool(body["livemode"]),
        api_version=_word(body.get("api_version") or ""),
    )


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 80 or "\x00" in value:
        raise ValueError("an id or a kind of at most 80 characters was expected")
    return value
