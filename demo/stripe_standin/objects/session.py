"""Checkout sessions and their lines."""

from demo.stripe_standin.failures import Json
from demo.stripe_standin.objects.payment_method import NO_ADDRESS


def session_object(session_id: str, url: str, created: int, asked: Json, lines: list[Json]) -> Json:
    total = sum(line["amount_total"] for line in lines)
    copied = (
        "allow_promotion_codes", "allowed_payment_method_types", "billing_address_collection", "cancel_url",
        "client_reference_id", "consent_collection", "customer", "customer_email",
        "excluded_payment_method_types", "locale", "shipping_address_collection", "submit_type", "success_url",
    )  # fmt: skip
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "client_secret": None,
        "consent": None,
        "created": created,
        "currency": lines[0]["currency"],
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None,
        },
        "customer_creation": None if asked.get("customer") else asked.get("customer_creation") or "if_required",
        "customer_details": _customer_details(asked.get("customer_email")),
        "discounts": [],
        "expires_at": asked["expires_at"],
        "invoice": None,
        "invoice_creation": {"enabled": False, "invoice_data": {
            "account_tax_ids": None, "custom_fields": None, "description": None, "footer": None, "issuer": None,
            "metadata": {}, "rendering_options": None,
        }},
        "livemode": False,
        "metadata": dict(asked.get("metadata") or {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": asked.get("payment_method_options") or {},
        "payment_method_types": ["card", "link"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": url,
        "wallet_options": None,
    } | {name: asked.get(name) for name in copied}  # fmt: skip


def _customer_details(email: str | None) -> Json | None:
    return customer_details(email) if email else None


def customer_details(email: str | None) -> Json:
    return {
        "address": dict(NO_ADDRESS),
        "email": email,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def line_object(line_id: str, created: int, price_id: str, product_id: str, asked: Json) -> Json:
    """One line of a session: its price is made on the spot, as with ``price_data``."""
    price, quantity = asked["price_data"], asked.get("quantity") or 1
    amount = price["unit_amount"] * quantity
    return {
        "id": line_id,
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "price": {
            "id": price_id,
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": created,
            "currency": price["currency"],
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": product_id,
            "recurring": None,
            "tax_behavior": price.get("tax_behavior") or "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
    }
