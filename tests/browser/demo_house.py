"""The house of `make demo`, in a folder of its own: after its story it serves, and a browser may walk in."""

import datetime as dt
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg

from demo.client import Client
from demo.leashed import Leashed
from demo.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 400.0
# Enough for a label file; the story adds two of its own.
READERS = 40
AN_HOUR_PAST_THE_CUT_OFF = """
select pull_at + interval '1 hour' from catalog_issue where state = 'planned' order by ordinal limit 1
"""
# The story's own run: a copy of it that has not come by then is missing.
WHEN_THE_STORYS_ISSUE_IS_MISSED = """
select (issue.in_home_until + 2)::timestamptz from catalog_issue issue
join fulfillment_labelrun run on run.issue_id = issue.id order by issue.ordinal limit 1
"""
MOVE_CLOCK = "update clock_clockshift set ahead = greatest(ahead, %s - now())"
NOW = "select now() + ahead from clock_clockshift"


@dataclass(frozen=True)
class DemoHouse:
    """What a visitor knows of it: addresses and logins. And its database, for what no visitor can do."""

    base_url: str
    stripe_url: str
    users: dict[str, dict[str, str]]
    database_url: str

    def waits_for_the_next_cut_off(self) -> None:
        """Move the clock of the house, and Stripe's, an hour past it."""
        self._waits_until(AN_HOUR_PAST_THE_CUT_OFF)

    def waits_until_the_storys_issue_is_missed(self) -> None:
        self._waits_until(WHEN_THE_STORYS_ISSUE_IS_MISSED)

    def today(self) -> dt.date:
        """Of its own clock, near enough for days that lie weeks ahead."""
        moment: dt.datetime = self._look(NOW)
        return moment.date()

    def _waits_until(self, which: LiteralString) -> None:
        """The clocks only move forward."""
        moment = self._look(which)
        if moment <= self._look(NOW):
            return
        Client(self.stripe_url).post("/_control/clock", {"now": int(moment.timestamp())})
        with psycopg.connect(self.database_url) as connection:
            connection.execute(MOVE_CLOCK, [moment])

    def _look(self, question: LiteralString) -> Any:
        with psycopg.connect(self.database_url) as connection:
            found = connection.execute(question).fetchone()
        assert found, question
        return found[0]


@contextmanager
def open_house() -> Iterator[DemoHouse]:
    folder = Path(tempfile.mkdtemp(prefix="masthead-browser-"))
    folder.chmod(0o711)  # the account that root lends to PostgreSQL walks through it
    log = folder / "demo.log"
    running = Leashed(
        [sys.executable, "-m", "demo", "--readers", str(READERS)], log=log, cwd=ROOT, env=surroundings(folder), grace=30
    )
    try:
        wait_until_it_serves(running, log)
        yield told(folder)
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def surroundings(folder: Path) -> dict[str, str]:
    """Ours, but for what the tests set up for themselves."""
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MAKELEVEL")}
    # All the tests' readers sit at one address, and order within minutes.
    limits = dict.fromkeys(("LIMIT_ORDERS_PER_IP", "LIMIT_ORDERS_PER_SUBNET"), "1000")
    return {**ours, **limits, "MASTHEAD_VAR": str(folder), "PYTHONWARNINGS": "ignore"}


def wait_until_it_serves(running: Leashed, log: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN
    while "Serving." not in (said := log.read_text()):
        assert running.ended() is None, f"The demo ended:\n{said}"
        assert time.monotonic() < give_up_at, f"The demo does not serve yet:\n{said}"
        time.sleep(0.1)


def told(folder: Path) -> DemoHouse:
    facts: dict[str, Any] = json.loads((folder / "demo.json").read_text())
    server = PostgresServer(folder / "postgres", durable=True)
    return DemoHouse(
        base_url=facts["base_url"],
        stripe_url=facts["stripe_base_url"],
        users=facts["users"],
        database_url=urlsplit(server.url)._replace(path="/masthead_demo").geturl(),
    )
