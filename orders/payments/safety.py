"""Which key is in force, and the two guards that keep real money and pretended money apart."""

from collections.abc import Iterator

from django.conf import settings

from foundation.vault import queries as vault

STRIPE = "https://api.stripe.com"


def api_key() -> str:
    """From the environment or, where that is empty, as typed on the desk."""
    return settings.STRIPE_API_KEY or vault.open_secret("stripe_api_key") or ""


def webhook_secrets() -> list[str]:
    """All that are in force: two while one is being changed. On the desk they are typed with a comma between."""
    typed = settings.STRIPE_WEBHOOK_SECRETS or (vault.open_secret("stripe_webhook_secret") or "").split(",")
    return [secret.strip() for secret in typed if secret.strip()]


def is_live(key: str) -> bool:
    return "_live_" in key


def complaints(*, key: str, base: str, production: bool) -> Iterator[str]:
    """What forbids to talk to `base` with `key`."""
    if is_live(key) and base.rstrip("/") != STRIPE:
        yield f"A live Stripe key must not be sent to {base}."
    if production and base.rstrip("/") != STRIPE:
        yield f"In production STRIPE_API_BASE must be {STRIPE}, not {base}."
