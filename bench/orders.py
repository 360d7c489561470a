"""P4: one order through the full API, the call to Stripe apart, against pgbench writing the same rows, prepared.

Both sides use eight connections and the same two cores; each pair runs one after the other in the same database.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from bench.databases import HOME, readers_database
from bench.table import Row
from demo.__main__ import free_port
from demo.postgres_binaries import find_binaries

CONNECTIONS, SECONDS, PAIRS = 8, 4, 5
AT_LEAST = 0.12
NAMES = [
    "Ash",
    "Birch",
    "Cole",
    "Dale",
    "Elm",
    "Ford",
    "Glen",
    "Heath",
    "Ives",
    "Jay",
    "Kirk",
    "Lane",
    "Moss",
    "Oaks",
    "Penn",
    "Reed",
]
SCRIPT = Path(__file__).with_name("orders.sql")

# A second magazine to sell from, so that the label runs of the other one are left alone.
FURNISH = """
import datetime as dt, django
django.setup()
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from foundation.actors import system
from subscriptions.catalog.actions import lay_out
from subscriptions.catalog.models import Magazine, Offer, OfferPrice, SourceKey
with transaction.atomic():
    with connection.cursor() as cursor:  # The invented readers were written with numbers of their own.
        tables = [m for m in apps.get_models() if m._meta.managed]
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
    SourceKey.objects.get_or_create(code="WEB", defaults=dict(name="Website", channel="web"))
    months = [[month] for month in range(1, 13)]
    if not Magazine.objects.filter(code="sold").exists():
        magazine = Magazine.objects.create(code="sold", label_code="SLD", name="Sold", covers=months)
        lay_out(magazine_id=magazine.pk, first_number=1, first_year=dt.date.today().year, years=3, by=system("bench"))
        since = dt.date(2020, 1, 1)
        offer = Offer.objects.create(code="bench-ten", magazine=magazine, name="10", issues=10, valid_from=since)
        OfferPrice.objects.create(offer=offer, zone="us", magazine_cents=1995)
"""


def measure(url: str, sizes: list[int]) -> list[Row]:
    return [measure_at(readers_database(url, size=size), size) for size in sizes]


def measure_at(database: str, size: int) -> Row:
    port = free_port(0)
    env = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STRIPE_API_KEY": "",  # Without a key Stripe is not called, and the order is answered without an address.
        "CELERY_BROKER_URL": "memory://",
        **{f"LIMIT_{name}": "1000000000" for name in ("ORDERS_PER_IP", "ORDERS_PER_EMAIL", "CHECKOUT_BURST")},
    }
    subprocess.run([sys.executable, "-c", FURNISH], check=True, cwd=HOME, env=env)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
         "--threads", "4", "--log-level", "error", "--no-control-socket"],
        cwd=HOME, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_it_answers(port)
        orders_per_second(port, seconds=2)
        pairs = [(orders_per_second(port, seconds=SECONDS), pgbench(database)) for _ in range(PAIRS)]
    finally:
        server.terminate()
        server.wait(20)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    return Row(
        promise="P4",
        what="orders through the API, per second, to pgbench",
        size=size,
        unit="/s",
        ours=statistics.median(ours for ours, _ in pairs),
        theirs=statistics.median(theirs for _, theirs in pairs),
        ratio=ratio,
        limit=AT_LEAST,
        holds=ratio >= AT_LEAST,
        note="at least; bulk import is not built yet",
    )


def wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            place(http.client.HTTPConnection("127.0.0.1", port, timeout=10), uuid.uuid4().hex)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The web server did not start.")


def orders_per_second(port: int, *, seconds: float) -> float:
    placed = [0] * CONNECTIONS
    until = time.monotonic() + seconds

    def buy(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until:
            place(connection, uuid.uuid4().hex)
            placed[number] += 1

    begun = time.monotonic()
    buyers = [threading.Thread(target=buy, args=(number,)) for number in range(CONNECTIONS)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    return sum(placed) / (time.monotonic() - begun)


def place(connection: http.client.HTTPConnection, who: str) -> None:
    """:raises RuntimeError: when the order is not taken"""
    body: dict[str, Any] = {
        "offer": "bench-ten",
        "payer": {"name": f"Ana {NAMES[int(who[:4], 16) % len(NAMES)]}", "email": f"{who}@readers.example"},
        "ship_to": {
            "line1": f"{int(who[:4], 16)} N Milwaukee Ave",
            "city": "Chicago",
            "region": "IL",
            "postcode": "60647-4002",
            "country": "US",
        },
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
    connection.request("POST", "/api/v1/orders/", json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"An order was not taken: {answer.status} {said[:300]!r}")


def pgbench(database: str) -> float:
    """Transactions per second of the script."""
    ran = subprocess.run(
        [find_binaries().folder / "pgbench", "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
         "-T", str(SECONDS), "-f", SCRIPT, database],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    line = next(line for line in ran.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
