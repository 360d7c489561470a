"""Guards at start: real money and pretended money are never mixed up."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from orders.payments import safety, stripe_gateway


def check_stripe(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Only what the environment says: a key typed on the desk is held against the same rules before its first use."""
    found: list[CheckMessage] = [
        Error(complaint, id="payments.E001")
        for complaint in safety.complaints(
            key=settings.STRIPE_API_KEY, base=settings.STRIPE_API_BASE, production=settings.PRODUCTION
        )
    ]
    if settings.STRIPE_API_VERSION != stripe_gateway.API_VERSION:
        found.append(
            Error(
                f"The SDK speaks {stripe_gateway.API_VERSION}, the settings {settings.STRIPE_API_VERSION}.",
                hint="An upgrade of either is a deliberate change of both.",
                id="payments.E002",
            )
        )
    return found
