"""P4: one order through the full API, the call to Stripe apart, against pgbench writing the same rows, prepared.

Both sides use eight connections and the same two cores; each pair runs one after the other in the same database.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

from bench.databases import HOME, readers_database
from bench.pgbench import CONNECTIONS, SECONDS, transactions_per_second
from bench.table import Row
from demo.__main__ import free_port

# Each of the four processes learns its routes and statements first: several seconds of work on a busy machine.
WARM_UP, PAIRS = 10, 5
AT_LEAST, AT_LEAST_FROM_A_FILE = 0.20, 5.0
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
HEAD = (
    b"POST /api/v1/orders/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Idempotency-Key: %s\r\nContent-Length: %d\r\n\r\n"
)
BODY = (
    b'{"offer": "bench-ten", "payer": {"name": "Ana %(name)s", "email": "%(who)s@readers.example"}, "ship_to":'
    b' {"line1": "%(street)s N Milwaukee Ave", "city": "Chicago", "region": "IL", "postcode": "606%(zip)s-4002",'
    b' "country": "US"}}'
)
SCRIPT = Path(__file__).with_name("orders.sql")

# A second magazine to sell from, so that the label runs of the other one are left alone.
FURNISH = """
import datetime as dt, django
django.setup()
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from foundation.actors import system
from django.utils import timezone
from subscriptions.catalog.actions import lay_out, mark_pulled
from subscriptions.catalog.models import Issue, Magazine, Offer, OfferPrice, SourceKey
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
        for issue in Issue.objects.filter(magazine=magazine, pull_at__lte=timezone.now()).order_by("ordinal"):
            mark_pulled(issue_id=issue.pk, now=timezone.now())
        since = dt.date(2020, 1, 1)
        offer = Offer.objects.create(code="bench-ten", magazine=magazine, name="10", issues=10, valid_from=since)
        OfferPrice.objects.create(offer=offer, zone="us", magazine_cents=1995)
"""


def measure(url: str, sizes: list[int]) -> list[Row]:
    rows: list[Row] = []
    for size in sizes:
        database = readers_database(url, size=size)
        rows += [measure_at(database, size), from_a_file(database, size)]
    return rows


def measure_at(database: str, size: int) -> Row:
    port = free_port(0)
    env = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STRIPE_API_KEY": "",  # Without a key Stripe is not called, and the order is answered without an address.
        "CELERY_BROKER_URL": "memory://",
        **{
            f"LIMIT_{name}": "1000000000"
            for name in ("ORDERS_PER_IP", "ORDERS_PER_SUBNET", "ORDERS_PER_EMAIL", "CHECKOUT_BURST")
        },
    }
    subprocess.run([sys.executable, "-c", FURNISH], check=True, cwd=HOME, env=env)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "4",
         "--threads", "2", "--log-level", "error", "--no-control-socket"],
        cwd=HOME, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_it_answers(port)
        orders_per_second(port, seconds=WARM_UP)
        pairs = [
            (orders_per_second(port, seconds=SECONDS), transactions_per_second(database, SCRIPT)) for _ in range(PAIRS)
        ]
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
        note="at least",
    )


def from_a_file(database: str, size: int) -> Row:
    env = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CELERY_BROKER_URL": "memory://",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.import_side"], check=True, cwd=HOME, env=env, stdout=subprocess.PIPE
    )
    pairs = json.loads(done.stdout)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    return Row(
        promise="P4",
        what="orders of a checked file, per second, to pgbench",
        size=size,
        unit="/s",
        ours=statistics.median(ours for ours, _ in pairs),
        theirs=statistics.median(theirs for _, theirs in pairs),
        ratio=ratio,
        limit=AT_LEAST_FROM_A_FILE,
        holds=ratio >= AT_LEAST_FROM_A_FILE,
        note="at least",
    )


def wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with Buyer(port) as buyer:
                buyer.place_order()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The web server did not start.")


def orders_per_second(port: int, *, seconds: float) -> float:
    placed = [0] * CONNECTIONS
    until = time.monotonic() + seconds

    def buy(number: int) -> None:
        with Buyer(port) as buyer:
            while time.monotonic() < until:
                buyer.place_order()
                placed[number] += 1

    begun = time.monotonic()
    threads = [threading.Thread(target=buy, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(placed) / (time.monotonic() - begun)


class Buyer:
    """One kept-open connection. It writes ready bytes and looks for one number in the answer, as its processor time is
    taken from the server it measures; pgbench, on the other side, is written in C."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def __enter__(self) -> "Buyer":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def place_order(self) -> None:
        """:raises RuntimeError: when the order is not taken"""
        who = uuid.uuid4().hex
        # Four thousand surnames in a hundred ZIP codes: as few neighbours of the same name as a town has.
        name = "".join(NAMES[int(letter, 16)] for letter in who[:3]).title()
        parts = {b"name": name, b"who": who, b"street": int(who[3:7], 16), b"zip": f"{int(who[7:9], 16) % 99 + 1:02}"}
        body = BODY % {part: str(text).encode() for part, text in parts.items()}
        self._socket.sendall(HEAD % (who.encode(), len(body)) + body)
        answer = self._answer()
        if not answer.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"An order was not taken: {answer[-300:]!r}")

    def _answer(self) -> bytes:
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._received()
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._received()
        return head + body

    def _received(self) -> bytes:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionResetError("The web server hung up.")
        return received
