"""The API's routes by resource. Importing this package fills the table."""

from demo.stripe_standin.routes import (
    balance_transactions,
    charges,
    checkout_sessions,
    customers,
    events,
    payment_intents,
    payment_methods,
    refunds,
    webhook_endpoints,
)
from demo.stripe_standin.routing import API

__all__ = [
    "API",
    "balance_transactions",
    "charges",
    "checkout_sessions",
    "customers",
    "events",
    "payment_intents",
    "payment_methods",
    "refunds",
    "webhook_endpoints",
]
