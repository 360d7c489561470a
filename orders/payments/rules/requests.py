"""The exact parameters that Stripe gets. They are stored before the call and sent again word for word."""

from typing import Any
from uuid import UUID

Json = dict[str, Any]


def metadata(*, attempt_uuid: UUID, subject_uuid: UUID) -> dict[str, str]:
    """By this an object at Stripe is known again, whatever we forgot."""
    return {"attempt": str(attempt_uuid), "subject": str(subject_uuid)}


def customer_request(*, payer_uuid: UUID, email: str) -> Json:
    request: Json = {"metadata": {"payer": str(payer_uuid)}}
    if email:
        request["email"] = email
    return request


def checkout_request(
    *,
    attempt_uuid: UUID,
    subject_uuid: UUID,
    amount_cents: int,
    currency: str,
    description: str,
    save_method: bool,
    success_url: str,
    cancel_url: str,
    expires_at: int,
) -> Json:
    """A hosted page for our own total (the customer is added once known). `expires_at` in seconds since 1970."""
    marks = metadata(attempt_uuid=attempt_uuid, subject_uuid=subject_uuid)
    payment: Json = {"metadata": marks, "description": description}
    if save_method:
        payment["setup_future_usage"] = "off_session"
    return {
        "mode": "payment",
        "client_reference_id": str(subject_uuid),
        "metadata": marks,
        "payment_intent_data": payment,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": amount_cents,
                    "product_data": {"name": description},
                },
            }
        ],
        "expires_at": expires_at,
        "success_url": success_url,
        "cancel_url": cancel_url,
    }


def charge_request(
    *,
    attempt_uuid: UUID,
    subject_uuid: UUID,
    amount_cents: int,
    currency: str,
    description: str,
    customer_id: str,
    method_id: str,
) -> Json:
    """A charge of a saved card while its owner is away."""
    return {
        "amount": amount_cents,
        "currency": currency.lower(),
        "customer": customer_id,
        "payment_method": method_id,
        "confirm": True,
        "off_session": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "description": description,
        "metadata": metadata(attempt_uuid=attempt_uuid, subject_uuid=subject_uuid),
        "expand": ["latest_charge.balance_transaction"],
    }
