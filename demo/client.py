"""A small JSON client for the story: what any website would use to talk to Masthead."""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")


class Refused(Exception):
    """An answer that is not 2xx, with the sentence that the server gave."""


class TookTooLong(Exception):
    """Something that the story waits for did not happen."""


class Client:
    def __init__(self, base_url: str, *, token: str = "") -> None:
        self.base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **headers: str) -> Any:
        return self._send("GET", path, None, headers)

    def post(self, path: str, body: Json | None = None, **headers: str) -> Any:
        return self._send("POST", path, body or {}, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self._send("DELETE", path, None, headers)

    def _send(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> Any:
        url = path if path.startswith("http") else f"{self.base_url}{path}"
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(  # noqa: S310  (the demo's own loopback addresses)
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **self._headers, **given},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  (the same)
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            raise Refused(
                f"{method} {path}: {refusal.code} {refusal.read().decode(errors='replace')[:600]}"
            ) from refusal


def fresh_key() -> str:
    return uuid.uuid4().hex


def wait_for(look: Callable[[], T | None], *, what: str, within: float = 60) -> T:
    """What `look` finds, as soon as it finds something.

    :raises TookTooLong: after `within` seconds
    """
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.25)
    raise TookTooLong(f"Waited {within:g} seconds for {what}, in vain. The logs are in var/log.")
