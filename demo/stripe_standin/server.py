"""HTTP on the loopback: the API, the checkout page and the control calls on one port."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit

from demo.stripe_standin import api, control, page
from demo.stripe_standin.api import Answer, Request
from demo.stripe_standin.engine.sessions import expire_overdue
from demo.stripe_standin.postman import LOOPBACK
from demo.stripe_standin.world import World

HOST = "127.0.0.1"
LARGEST_BODY = 1_000_000


class Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the right part for the answer, writes it."""

    protocol_version = "HTTP/1.1"
    # Small writes that wait for each other's acknowledgement cost 40 ms a request: no Nagle, and one write per answer.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "StandinServer"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Silent: ``GET /_control/requests`` is the log."""

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            self._write(Answer(413, "The body is too large.", content_type="text/plain"))
            return
        self._write(self.server.route(request))

    def _request(self) -> Request | None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return None
        url = urlsplit(self.path)
        body = self.rfile.read(length).decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, url.path, url.query, body, headers)

    def _write(self, answer: Answer) -> None:
        if answer.cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer.body.encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{answer.content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            # The client has gone, or the connection was cut on purpose: there is nobody to answer.
            self.close_connection = True


class StandinServer(ThreadingHTTPServer):
    """Listens on the loopback only. Port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: World, port: int = 0) -> None:
        super().__init__((HOST, port), Handler)
        self.world = world
        self.world.base_url = f"http://{HOST}:{self.server_address[1]}"
        self._over = Event()
        Thread(target=self._keep_house, name="housekeeping", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def route(self, request: Request) -> Answer:
        if stranger := _stranger(request, self.port):
            return stranger
        if request.method != "GET":
            self.world.changed = True
        if request.path.startswith(("/v1/", "/v2/")):
            return api.answer(self.world, request)
        if request.path.startswith("/_control/"):
            return control.answer(self.world, request)
        return page.answer(self.world, request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play; anything else is ours and shall be seen."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # typeshed wants the socket's type

    def _keep_house(self) -> None:
        """Expire sessions and save the snapshot while nobody asks for anything."""
        while not self._over.wait(0.5):
            with self.world.lock:
                expire_overdue(self.world)
            self.world.save()

    def server_close(self) -> None:
        self._over.set()
        self.world.save()
        super().server_close()


def _stranger(request: Request, port: int) -> Answer | None:
    """Refuse what did not mean us: another host's name, or a web page elsewhere that makes a browser post here."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if host not in LOOPBACK:
        return Answer(421, "The stand-in answers on the loopback only.", content_type="text/plain")
    origin = request.headers.get("origin", "")
    if origin and (urlsplit(origin).hostname not in LOOPBACK or urlsplit(origin).port != port):
        return Answer(403, "Another site may not post here.", content_type="text/plain")
    return None
