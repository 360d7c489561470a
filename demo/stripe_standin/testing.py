"""For tests and the demo: a stand-in of one's own, in a process of its own, on a free port.

with Standin() as stripe:
    client = stripe.client()
    ...
    stripe.pay(session_id, card=VISA)
"""

import json
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import stripe

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "sk_test_standin"
SECRET = "whsec_standin_secret"

VISA = "pm_card_visa"
MASTERCARD = "pm_card_mastercard"
DECLINED = "pm_card_visa_chargeDeclined"
INSUFFICIENT_FUNDS = "pm_card_visa_chargeDeclinedInsufficientFunds"
LOST_CARD = "pm_card_visa_chargeDeclinedLostCard"
STOLEN_CARD = "pm_card_visa_chargeDeclinedStolenCard"
EXPIRED_CARD = "pm_card_chargeDeclinedExpiredCard"
INCORRECT_CVC = "pm_card_chargeDeclinedIncorrectCvc"
PROCESSING_ERROR = "pm_card_chargeDeclinedProcessingError"
VELOCITY_EXCEEDED = "pm_card_visa_chargeDeclinedVelocityLimitExceeded"
FRAUDULENT = "pm_card_chargeDeclinedFraudulent"
DECLINED_AFTER_ATTACH = "pm_card_chargeCustomerFail"
AUTHENTICATE_ALWAYS = "pm_card_authenticationRequired"
AUTHENTICATE_ONCE = "pm_card_authenticationRequiredOnSetup"
AUTHENTICATED_THEN_DECLINED = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
REFUND_PENDING = "pm_card_pendingRefund"
REFUND_FAILS = "pm_card_refundFail"
PROCESSING = "pm_card_standin_processing"


def pays_now_then(decline_code: str) -> str:
    """A card that pays at the checkout and declines with that code off-session. Exists in the stand-in only."""
    return f"pm_card_standin_later_{decline_code}"


class ControlRefused(Exception):
    """A control call that was answered with anything but 200."""

    def __init__(self, status: int, answer: Json) -> None:
        super().__init__(f"{status}: {json.dumps(answer)}")
        self.status, self.answer = status, answer


class Standin:
    """A running stand-in; used as a context manager, or with ``start()`` and ``stop()``."""

    def __init__(self, *arguments: str, webhook_url: str | None = None, webhook_secret: str = SECRET) -> None:
        """``arguments`` go to the command line as they are: ``Standin("--limit-per-second", "25")``."""
        self._arguments = [*arguments]
        if webhook_url:
            self._arguments += ["--webhook-url", webhook_url, "--webhook-secret", webhook_secret]
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[stripe.HTTPClient] = []
        self.base_url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self.stop()

    def start(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            port_file = Path(folder) / "port"
            command = [sys.executable, "-m", "demo.stripe_standin", "--port", "0", "--port-file", str(port_file)]
            command += ["--end-with-parent", *self._arguments]
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
            self.base_url = f"http://127.0.0.1:{self._port(port_file)}"

    def _port(self, port_file: Path) -> str:
        assert self._process is not None
        give_up_at = time.monotonic() + 60
        while not port_file.exists():
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                self.stop()
                raise RuntimeError("The Stripe stand-in did not start.")
            time.sleep(0.02)
        return port_file.read_text()

    def stop(self) -> None:
        self.close_clients()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def close_clients(self) -> None:
        """Close the connections of the clients made so far."""
        while self._clients:
            self._clients.pop().close()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    def client(self, *, retries: int = 0, timeout: float = 10, key: str = API_KEY) -> stripe.StripeClient:
        """The official client, pointed here."""
        # Telemetry would write a file into the home folder.
        stripe.enable_telemetry = False
        over_http = stripe.RequestsClient(timeout=timeout)
        self._clients.append(over_http)
        return stripe.StripeClient(
            key, base_addresses={"api": self.base_url}, max_network_retries=retries, http_client=over_http
        )

    def control(self, path: str, body: Json | list[Json] | None = None, *, method: str = "POST") -> Any:
        """A control call: ``control("faults", {"kind": "cut_after"})``. The answer, decoded.

        :raises ControlRefused: anything but 200
        """
        connection = HTTPConnection(urlsplit(self.base_url).netloc, timeout=60)
        try:
            connection.request(method, f"/_control/{path.strip('/')}", json.dumps(body or {}))
            answer = connection.getresponse()
            content = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ControlRefused(answer.status, content)
        return content

    def look(self, path: str, /, **filters: str) -> Any:
        """A control call that only reads."""
        return self.control(f"{path}?{urlencode(filters)}" if filters else path, method="GET")

    def reset(self) -> None:
        """Forget every object, fault and log line; the webhook endpoints stay."""
        self.control("reset")

    def pay(self, session_id: str, card: str = VISA, **more: Any) -> Json:
        """The buyer pays. ``status`` in the answer: paid, declined, requires_action or processing.

        More: ``email``, ``late=True``, ``authenticate="succeed"|"fail"|"abandon"`` (succeed unless said otherwise).
        """
        paid: Json = self.control(f"checkout/sessions/{session_id}/pay", {"card": card} | more)
        return paid

    def fault(self, kind: str, **how: Any) -> None:
        """The next matching request goes wrong: ``fault("cut_after", path="/v1/payment_intents")``."""
        self.control("faults", {"kind": kind} | how)

    def send_webhooks_to(self, url: str, secret: str = SECRET, *, form: str = "snapshot") -> Json:
        """From now on events go to this URL as well. ``form``: snapshot, thin or both."""
        endpoint: Json = self.control("webhooks/endpoints", {"url": url, "secret": secret, "format": form})
        return endpoint

    def webhooks(self, **mode: Any) -> Json:
        """Change how deliveries misbehave: ``webhooks(duplicates=1, order="shuffle", drop_fraction=0.25)``."""
        changed: Json = self.control("webhooks/mode", mode)
        return changed

    def wait_for_webhooks(self, seconds: float = 20) -> None:
        """Until nothing waits to be delivered.

        :raises ControlRefused: when something still does
        """
        self.control("webhooks/wait", {"seconds": seconds})

    def advance(self, seconds: int) -> int:
        """Move the stand-in's clock. Its new time."""
        return int(self.control("clock", {"advance_seconds": seconds})["now"])

    def requests(self, **filters: str) -> list[Json]:
        """The request log, oldest first: ``requests(method="POST", path="/v1/payment_intents")``."""
        found: list[Json] = self.look("requests", **filters)["requests"]
        return found

    def stats(self) -> Json:
        found: Json = self.look("stats")
        return found
