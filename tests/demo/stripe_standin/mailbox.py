"""A webhook receiver for tests: takes what comes, verifies it with the SDK, and answers as it is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

import stripe

from demo.stripe_standin.testing import SECRET


@dataclass
class Letter:
    """One delivery as it came."""

    body: bytes
    signature: str

    def event(self, secret: str = SECRET) -> Any:
        """The event, verified.

        :raises stripe.SignatureVerificationError: for a bad or old signature
        """
        return stripe.Webhook.construct_event(self.body, self.signature, secret, api_key="sk_test_standin")


class Mailbox:
    """Listens on a free port of the loopback. ``answers`` are used up one by one; then it is 200."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def _handler(mailbox) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler inside
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mailbox.letters.append(Letter(body, self.headers["Stripe-Signature"]))
                self.send_response(mailbox.answers.pop(0) if mailbox.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Tests read the letters instead."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def events(self) -> list[Any]:
        return [letter.event() for letter in self.letters]

    def types(self) -> list[str]:
        return [event.type for event in self.events()]


def ids(events: Iterable[Any]) -> list[str]:
    return [event.id for event in events]
