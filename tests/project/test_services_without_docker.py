"""What docker-compose.yml starts, started without Docker: the same words and the same environment, as real processes.

Stood in for are only the neighbours that a container would be: PostgreSQL 18 is our own, the mail catcher is the SMTP
server of the mail tests, and there is no Redis on a bare machine, so Celery's filesystem broker takes its place.
"""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from celery import Celery

from demo.postgres import throwaway_postgres
from tests.demo.living import soon
from tests.foundation.mail.smtp_server import SmtpServer, smtp_server
from tests.project.compose import ROOT, services

# A task of each queue that has nothing to do in an empty house, but for the mail that waits.
TASKS = {
    "money": "orders.checkout.tasks.settle_paid_orders",
    "mail": "foundation.mail.tasks.send_waiting_mail",
    "runs": "subscriptions.fulfillment.tasks.work_off_runs",
}


class House:
    """The services as processes of this machine, each with its log."""

    def __init__(self, *, folder: Path, database_url: str, mail_port: int) -> None:
        self.folder = folder
        self.database_url = database_url
        self.port = free_port()
        self.moved = {"/var/lib/masthead": str(folder), "0.0.0.0:8000": f"127.0.0.1:{self.port}"}
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "MASTHEAD_VAR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail_port),
            "CELERY_BROKER_URL": "filesystem://localhost/",
            "HEALTHCHECK_PORT": str(self.port),
        }
        self.of_web = {
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "static").mkdir()

    def environment_of(self, name: str) -> dict[str, str]:
        """That of the container, but for the neighbours' addresses. Who acts as which role stays as it is written."""
        written = services()[name].environment
        role = written["DATABASE_URL"].partition("?")[2]
        url = f"{self.database_url}&{role}" if role else self.database_url
        shared = {key: here for key, here in self.of_web.items() if key in written}
        return {**written, **self.environment, **shared, "DATABASE_URL": url}

    def start(self, name: str) -> None:
        words = services()[name].command
        for there, here in self.moved.items():
            words = [word.replace(there, here) for word in words]
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                words, cwd=ROOT, env=self.environment_of(name), stdout=log, stderr=subprocess.STDOUT
            )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def says(self, name: str, words: str) -> bool:
        return words in self.log(name).read_text(errors="replace")

    def wait_for(self, name: str, words: str) -> None:
        assert soon(lambda: self.says(name, words), within=90), self.log(name).read_text(errors="replace")[-3000:]

    def end(self) -> dict[str, int]:
        """Ask all of them to end; with what code each did."""
        for process in self.running.values():
            process.terminate()
        return {name: self.running.pop(name).wait(timeout=60) for name in list(self.running)}

    def kill(self) -> None:
        """Whatever a failed test has left."""
        for name in list(self.running):
            self.running[name].kill()
            self.running.pop(name).wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, mail: SmtpServer) -> Iterator[House]:
    # A server of its own: the roles that migrate makes belong to the whole server.
    with ExitStack() as stack:
        server = stack.enter_context(throwaway_postgres())
        house = House(folder=tmp_path, database_url=server.url, mail_port=mail.port)
        stack.callback(house.kill)
        yield house


def get(house: House, path: str) -> tuple[int, bytes]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{house.port}{path}", headers={"Host": "subscribe.example.org", "X-Forwarded-Proto": "https"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  (our own loopback address)
        return answer.status, answer.read()


def requests_counted(house: House, route: str) -> float:
    lines = get(house, "/metrics")[1].decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines
               if line.startswith("masthead_requests_total") and f'route="{route}"' in line)  # fmt: skip


def is_up(house: House) -> bool:
    try:
        return get(house, "/livez")[0] == 200
    except OSError:
        return False


def leave_a_mail(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO mail_outgoingmail (uuid, key, kind, to_email, subject, text, html, body_sha256, one_click_url,"
            " state, created_at, tries, last_error, provider_id, bounce_reason) VALUES (%s, 'k', 'test',"
            " 'ada@readers.example', 'Hello', 'Hello', '<p>Hello</p>', 'x', '', 'waiting', now(), 0, '', '', '')",
            [uuid4()],
        )


def ring(house: House) -> None:
    """Wake each worker once, as beat and web do: through the broker."""
    folder = house.folder / "broker"
    bell = Celery(broker="filesystem://localhost/")
    bell.conf.broker_transport_options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
    }
    for queue, task in TASKS.items():
        bell.send_task(task, queue=queue, ignore_result=True)


def test_what_the_compose_file_starts_comes_up_works_and_ends(house: House, mail: SmtpServer) -> None:
    house.start("migrate")
    assert house.running.pop("migrate").wait(timeout=180) == 0, house.log("migrate").read_text()[-3000:]
    assert house.says("migrate", "masthead_app may only add to them")

    for name in ("beat", "web", "worker-money", "worker-mail", "worker-runs"):
        house.start(name)
    assert soon(lambda: is_up(house), within=90), house.log("web").read_text()[-3000:]
    for queue in TASKS:
        house.wait_for(f"worker-{queue}", f"{queue}@")
        house.wait_for(f"worker-{queue}", "ready.")

    status, body = get(house, "/readyz")
    assert status == 200
    assert json.loads(body)["ready"]
    for _ in range(30):
        get(house, "/livez")
    assert requests_counted(house, "livez") >= 30  # By all the processes of web, whichever of them is asked.
    check = subprocess.run(
        [sys.executable, ROOT / "deploy" / "healthcheck.py"], env=house.environment_of("web"), check=False
    )
    assert check.returncode == 0

    leave_a_mail(house.database_url)
    ring(house)
    for queue, task in TASKS.items():
        house.wait_for(f"worker-{queue}", f"Task {task}")
        house.wait_for(f"worker-{queue}", "succeeded in")
    assert soon(lambda: len(mail.taken) == 1)
    house.wait_for("beat", "Sending due task")

    assert house.end() == dict.fromkeys(["beat", "web", "worker-money", "worker-mail", "worker-runs"], 0)
