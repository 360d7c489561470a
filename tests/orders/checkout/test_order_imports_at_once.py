"""One file of orders, taken by several workers at once and by workers that are killed: its orders are there once."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orders.checkout import actions
from orders.checkout.models import Order, OrderImport, OrderLine, StagedOrder
from subscriptions.readers.models import Address, Reader
from tests.house import House
from tests.orders.checkout.test_order_imports import ANA, BEN, CY, FINANCE, NOW, stage
from tests.own_database import at_once

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import datetime as dt, django
django.setup()
from orders.checkout import actions
now = dt.datetime.fromisoformat("2026-02-20T12:00:00-06:00")
actions.check_waiting_imports(now=now)
actions.take_asked_imports(now=now)
"""


def test_two_clicks_and_three_workers_at_once_take_it_once(own_database: str):
    House()
    found = stage(ANA, BEN, CY)
    at_once(*[lambda: actions.check_waiting_imports(now=NOW)] * 3)
    actions.check_waiting_imports(now=NOW)
    at_once(*[lambda: actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)] * 2)

    took = at_once(*[lambda: actions.take_asked_imports(now=NOW)] * 3)

    found.refresh_from_db()
    assert (sorted(took), found.state, Order.objects.count()) == ([0, 0, 1], "taken", 3)
    assert (found.rows_checked, found.total_cents) == (3, 19_95 + 59_85 + 31_95)


@pytest.mark.parametrize(
    "point", ["import.checked", "import.readers_reader", "import.checkout_orderline", "import.taken"]
)
def test_a_worker_that_is_killed_leaves_nothing_half_done(own_database: str, tmp_path: Path, point: str):
    House()
    found = stage(ANA, BEN, CY)
    if point != "import.checked":
        actions.check_waiting_imports(now=NOW)
        actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)
    fired = tmp_path / "fired"

    killed = _work(own_database, MASTHEAD_FAILPOINT=point, MASTHEAD_FAILPOINT_FILE=str(fired))

    assert (killed, fired.exists()) == (-9, True)
    assert not any(model.objects.exists() for model in (Order, OrderLine, Reader, Address))
    assert StagedOrder.objects.count() == 3

    assert _work(own_database) == 0
    if point == "import.checked":
        actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)
        assert _work(own_database) == 0
    assert OrderImport.objects.get().state == "taken"
    assert [model.objects.count() for model in (Order, OrderLine, Reader, Address)] == [3, 3, 3, 3]


def _work(url: str, **more: Any) -> int:
    """A worker's turn in a process of its own; how it ended."""
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CELERY_BROKER_URL": "memory://",
        **more,
    }
    return subprocess.run([sys.executable, "-c", WORKER], cwd=ROOT, env=env, check=False, timeout=120).returncode
