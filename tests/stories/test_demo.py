"""`python -m demo`, as a person meets it: it takes a free port, tells the story, serves, ends, and begins again."""

import csv
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from demo.client import Client, Refused
from demo.postgres import PostgresServer
from tests.demo.living import PROC, living, nobody_lives_in, soon

ROOT = Path(__file__).resolve().parents[2]
READERS = 120
SERVES_WITHIN = 400.0
KEYS = {
    "base_url", "stripe_base_url", "users", "order_number", "label_run", "label_file", "manifest_file",
    "renewal_order_number",
}  # fmt: skip
ROLES = {"admin", "clerk", "fulfillment", "finance", "website"}

# Who is owed the issue of a run, read from the terms, the pauses and the addresses; a run's own skips do not count.
OWED = """
with issue as (
    select i.* from catalog_issue i join fulfillment_labelrun r on r.issue_id = i.id where r.uuid = %(run)s
),
missed as (
    select p.subscription_id, j.id as issue_id, j.ordinal, max(j.weight) as weight
    from terms_pause p
    join catalog_issue f on f.id = p.from_issue_id
    left join catalog_issue u on u.id = p.until_issue_id
    join catalog_issue j on j.magazine_id = f.magazine_id and j.state <> 'dropped'
     and j.ordinal >= f.ordinal and (u.id is null or j.ordinal < u.ordinal)
    where p.run_uuid is distinct from %(run)s
    group by 1, 2, 3
)
select s.reader_id
from terms_subscription s
join issue on issue.magazine_id = s.magazine_id
join terms_shipto h on h.subscription_id = s.id
 and h.from_ordinal <= issue.ordinal and issue.ordinal < h.until_ordinal
join readers_address a on a.id = h.address_id and a.undeliverable_since is null
where not exists (select from missed m where m.subscription_id = s.id and m.issue_id = issue.id)
  and exists (
    select from terms_term t
    where t.subscription_id = s.id
      and t.c_from <= issue.unit - (
          select coalesce(sum(m.weight), 0) from missed m
          where m.subscription_id = s.id and m.ordinal < issue.ordinal)
      and (t.c_to is null or t.c_to > issue.unit - (
          select coalesce(sum(m.weight), 0) from missed m
          where m.subscription_id = s.id and m.ordinal < issue.ordinal))
  )
"""
CHECK = """
import django; django.setup()
from foundation import clock
from orders.revenue import actions
print(actions.nightly_check(now=clock.now()).is_clean)
"""


@contextmanager
def port_8000_taken() -> Iterator[None]:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # Somebody else has it, which is as good.
        yield


class Demo:
    """The demo in a folder of its own, and what it said."""

    def __init__(self, var: Path, *options: str) -> None:
        self.var, self._said = var, var.parent / "said.txt"
        surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with self._said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo", *options],
                cwd=ROOT,
                env={**surroundings, "MASTHEAD_VAR": str(var)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.server = PostgresServer(var / "postgres", durable=True)

    def said(self) -> str:
        return self._said.read_text()

    def facts(self) -> dict[str, Any]:
        """`demo.json`, once the demo serves."""
        give_up_at = time.monotonic() + SERVES_WITHIN
        while "Serving." not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < give_up_at, self.said()
            time.sleep(0.2)
        facts: dict[str, Any] = json.loads((self.var / "demo.json").read_text())
        return facts

    def ends(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    @property
    def database_url(self) -> str:
        return self.server.url.replace("/masthead?", "/masthead_demo?")

    def left_behind(self) -> list[str]:
        """The command lines of whoever was started for this folder and is still there."""
        found = list(living(str(self.server.place.home)).values())
        marker = f"MASTHEAD_VAR={self.var}".encode()
        for entry in PROC.glob("[0-9]*"):
            try:
                if marker in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue  # It ended meanwhile, or is not ours to look at.
        return found


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with port_8000_taken():
        running = Demo(tmp_path / "var", "--readers", str(READERS))
        yield running
        running.process.kill()
        running.process.wait()


def test_the_demo_does_the_whole_job_serves_ends_and_begins_again(demo: Demo):
    facts = demo.facts()

    assert set(facts) == KEYS
    assert set(facts["users"]) == ROLES
    assert not facts["base_url"].endswith(":8000")
    label_file_holds_exactly_who_is_owed(demo, facts)
    orders_are_paid(facts)
    books_balance(facts)
    ten_invariants_hold(demo, facts)
    roles_guard_the_books(demo)

    assert demo.ends() == 0, demo.said()
    assert demo.left_behind() == []
    assert soon(lambda: nobody_lives_in(demo.server.place.home))

    again = Demo(demo.var, "--once", "--readers", "20")
    assert again.process.wait(SERVES_WITHIN) == 0, again.said()
    assert json.loads((demo.var / "demo.json").read_text())["order_number"] != facts["order_number"]
    assert again.left_behind() == []


def label_file_holds_exactly_who_is_owed(demo: Demo, facts: dict[str, Any]) -> None:
    with Path(facts["label_file"]).open(encoding="ascii", newline="") as stored:
        labels = list(csv.DictReader(stored))
    with psycopg.connect(demo.database_url) as connection:
        owed = [row[0] for row in connection.execute(OWED, {"run": facts["label_run"]})]

    printed = [int(label["subscriber_no"][:7]) for label in labels]
    assert sorted(printed) == sorted(owed)
    assert len(set(printed)) == len(printed)
    # Of 120 invented readers 4 are on holiday and 2 have moved away; Ruth and Oscar have come.
    assert len(printed) == READERS - 4 - 2 + 2
    manifest = json.loads(Path(facts["manifest_file"]).read_text())
    assert str(len(printed)) in json.dumps(manifest)


def roles_guard_the_books(demo: Demo) -> None:
    """The worker that made the copies of the run acted as the app, which does not own the books."""
    owners = "SELECT relname, relowner::regrole::text FROM pg_class WHERE relkind = 'r'"
    with psycopg.connect(demo.database_url) as connection:
        owner = dict(connection.execute(owners).fetchall())

    assert owner["ledger_journal"] == "masthead_owner"
    assert {who for table, who in owner.items() if table.startswith("fulfillment_copy_")} == {"masthead_app"}


def orders_are_paid(facts: dict[str, Any]) -> None:
    clerk = Client(facts["base_url"], token=facts["users"]["clerk"]["token"])
    order = clerk.get(f"/api/v1/orders/{facts['order_number']}/")
    renewal = clerk.get(f"/api/v1/orders/{facts['renewal_order_number']}/")

    assert (order["state"], order["total_cents"], order["lines"][0]["issues"]) == ("paid", 19_95, 10)
    assert (renewal["state"], renewal["total_cents"], renewal["lines"][0]["issues"]) == ("paid", 19_95, 10)
    with pytest.raises(Refused, match="401"):
        Client(facts["base_url"]).get("/api/v1/revenue/trial-balance/")


def books_balance(facts: dict[str, Any]) -> None:
    """Ruth's $19.95, Oscar's $5.95 and his renewal of $19.95, less the fees of Stripe, are the balance there."""
    finance = Client(facts["base_url"], token=facts["users"]["finance"]["token"])
    until = dt.date.today() + dt.timedelta(days=400)
    answer = finance.get(f"/api/v1/revenue/trial-balance/?from=2020-01-01&until={until}")

    closing = {row["account"]: row["closing_cents"] for row in answer["rows"]}
    assert sum(closing.values()) == 0
    assert closing["1010"] + closing["5100"] == 19_95 + 5_95 + 19_95
    assert closing["4100"] < 0


def ten_invariants_hold(demo: Demo, facts: dict[str, Any]) -> None:
    checked = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": demo.database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MASTHEAD_VAR": str(demo.var),
            "CLOCK_CAN_BE_MOVED": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    finance = Client(facts["base_url"], token=facts["users"]["finance"]["token"])
    findings = finance.get("/api/v1/checks/")[0]["findings"]

    assert [one["number"] for one in findings] == list(range(1, 11))
    assert [one for one in findings if not one["ok"]] == []
    assert checked.stdout.strip() == "True"
