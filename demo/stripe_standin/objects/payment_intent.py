"""Payment intents."""

from demo.stripe_standin.failures import Json

COPIED = (
    "description",
    "excluded_payment_method_types",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)


def payment_intent_object(intent_id: str, secret: str, created: int, asked: Json) -> Json:
    return {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": asked.get("allowed_payment_method_types"),
        "amount": asked["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": _automatic(asked),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": asked.get("capture_method") or "automatic_async",
        "client_secret": f"{intent_id}_{secret}",
        "confirmation_method": asked.get("confirmation_method") or "automatic",
        "created": created,
        "currency": asked["currency"],
        "customer": asked.get("customer"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(asked.get("metadata") or {}),
        "next_action": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": asked.get("payment_method_options")
        or {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": ["card", "link"],
        "processing": None,
        "review": None,
        "source": None,
        "status": "requires_payment_method",
    } | {name: asked.get(name) for name in COPIED}


def _automatic(asked: Json) -> Json | None:
    if asked.get("allowed_payment_method_types") or asked.get("excluded_payment_method_types"):
        return None
    chosen = asked.get("automatic_payment_methods") or {}
    return {"allow_redirects": chosen.get("allow_redirects") or "always", "enabled": chosen.get("enabled", True)}
