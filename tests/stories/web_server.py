"""The real web server, gunicorn, on a port of its own."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from demo.leashed import Leashed

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 60.0


@contextmanager
def web_server(*, surroundings: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Its address, once it answers."""
    (folder / "static").mkdir(exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    running = Leashed(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
         "--threads", "8", "--worker-tmp-dir", folder, "--no-control-socket"],
        log=folder / "web.log", cwd=ROOT, env={**os.environ, **surroundings}, grace=2,
    )  # fmt: skip
    try:
        give_up_at = time.monotonic() + READY_WITHIN
        while not answers(f"{url}/livez"):
            assert time.monotonic() < give_up_at, (folder / "web.log").read_text()
            time.sleep(0.05)
        yield url
    finally:
        running.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own loopback address)
            return True
    except (urllib.error.URLError, OSError):
        return False
