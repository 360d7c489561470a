"""Customers."""

from demo.stripe_standin.failures import Json

SET_BY_CALLER = ("address", "description", "email", "name", "phone", "shipping", "metadata")


def customer_object(customer_id: str, created: int, asked: Json) -> Json:
    return {
        "id": customer_id,
        "object": "customer",
        "address": asked.get("address"),
        "balance": 0,
        "created": created,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": asked.get("description"),
        "email": asked.get("email"),
        "invoice_prefix": customer_id[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": asked.get("name"),
        "next_invoice_sequence": 1,
        "phone": asked.get("phone"),
        "preferred_locales": asked.get("preferred_locales") or [],
        "shipping": asked.get("shipping"),
        "tax_exempt": asked.get("tax_exempt") or "none",
        "test_clock": None,
    }


def deleted_customer(customer_id: str) -> Json:
    return {"id": customer_id, "object": "customer", "deleted": True}
