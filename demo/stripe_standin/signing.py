"""Stripe's webhook signature: ``t=<unix time>,v1=<HMAC-SHA256 of "t.body">``, one ``v1`` for each secret in force."""

import hashlib
import hmac
import secrets as randomness
import time


def signature(body: str, secrets: list[str], *, timestamp_offset: int = 0, bad: bool = False) -> str:
    """Signed with real time, whatever the stand-in's clock says. ``bad`` signs with a secret that nobody knows."""
    moment = int(time.time()) + timestamp_offset
    signers = ["whsec_" + randomness.token_hex(16)] if bad else secrets
    return ",".join([f"t={moment}", *(f"v1={_sign(f'{moment}.{body}', secret)}" for secret in signers)])


def _sign(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
