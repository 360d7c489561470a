"""A pytest plugin (see pyproject): the Stripe stand-in, one process for the session, and a letter box for its webhooks.

`standin` is fresh for each test, and the settings point to it; `letterbox` collects the webhooks that it sends, for a
test to hand in when and how it likes.
"""

import datetime as dt
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from demo.stripe_standin.testing import API_KEY, SECRET, Standin


@pytest.fixture(scope="session")
def standin_process() -> Iterator[Standin]:
    with Standin() as running:
        yield running


@pytest.fixture
def standin(standin_process: Standin, settings: Settings) -> Iterator[Standin]:
    """An empty Stripe with real time, at the other end of the settings."""
    forget_everything(standin_process)
    settings.STRIPE_API_BASE = standin_process.base_url
    settings.STRIPE_API_KEY = API_KEY
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    yield standin_process
    standin_process.close_clients()


def forget_everything(standin: Standin) -> None:
    standin.control("webhooks/endpoints", method="DELETE")
    standin.control("clock", {"now": int(time.time())})
    standin.reset()


class Letterbox:
    """Takes webhooks over HTTP, answers 200 and keeps them."""

    def __init__(self) -> None:
        self.letters: list[tuple[bytes, str]] = []
        box = self

        class Slot(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                box.letters.append((body, self.headers["Stripe-Signature"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Slot)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def hand_in(self, now: dt.datetime) -> int:
        """Give what has come to the inbox, as the web would. Returns how many letters there were."""
        from orders.payments import actions

        letters, self.letters = self.letters, []
        for body, signature in letters:
            actions.receive_webhook(body=body, signature=signature, now=now)
        return len(letters)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def letterbox(standin: Standin) -> Iterator[Letterbox]:
    box = Letterbox()
    standin.send_webhooks_to(box.url)
    yield box
    box.close()


def settled(standin: Standin, letterbox: Letterbox, now: dt.datetime) -> Any:
    """All webhooks have come, were handed in and followed."""
    from orders.payments import actions

    standin.wait_for_webhooks()
    letterbox.hand_in(now)
    return actions.work_off_inbox(now=now)
