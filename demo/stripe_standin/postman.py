"""Carries one webhook body to a URL on the loopback and tells what came back."""

from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TIMEOUT = 10.0


class NotOnTheLoopback(ValueError):
    """The stand-in sends nothing to other machines."""


def check_loopback(url: str) -> str:
    """:raises NotOnTheLoopback: for any other host, and for anything but http"""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise NotOnTheLoopback(f"{url}: webhooks of the stand-in go to http on the loopback only.")
    return url


def post(url: str, body: str, signature: str) -> int | str:
    """The status of the answer, or the name of what went wrong."""
    parts = urlsplit(url)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature,
    }
    # A connection of its own for each body: a kept one may have been closed by the receiver in the meantime, and then
    # a delivery would look failed that never left.
    connection = HTTPConnection(parts.netloc, timeout=TIMEOUT)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body.encode(), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException) as broken:
        return type(broken).__name__
    finally:
        connection.close()
