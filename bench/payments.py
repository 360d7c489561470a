"""P10: 50 payments a second for 10 s, each event delivered four times: answered how fast, settled how soon.

Web, worker and stand-in run as in the demo. Stripe's endpoint is subscribed to `checkout.session.completed` alone, one
event a payment; the answer is timed by the web's own log of requests.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.databases import HOME
from bench.table import Row, below

A_SECOND, SECONDS, DELIVERIES = 50, 10, 4
ANSWER_MS, SETTLED_AFTER = 25.0, 10.0


def measure(url: str, sizes: Sequence[int]) -> list[Row]:
    """One size only: 500 payments. In a process of its own, as it sets Django up for a house of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "bench.payments", url], check=True, cwd=HOME, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    how = f"{A_SECOND} a second for {SECONDS} s, each event {DELIVERIES} times"
    paid = A_SECOND * SECONDS
    return [
        below("P10", "webhook answered, median", size=paid, unit="ms", ours=found["ms"], limit=ANSWER_MS, note=how),
        below(
            "P10",
            "all settled after the last payment",
            size=paid,
            unit="s",
            ours=found["seconds"],
            limit=SETTLED_AFTER,
            note=f"{found['settled']} of {paid} settled, paid at {found['rate']:.0f} a second",
        ),
    ]


def side(url: str) -> dict[str, Any]:
    from demo import __main__ as house  # it reads MASTHEAD_VAR when it is loaded
    from demo.client import Client
    from demo.supervisor import Supervisor

    web, stripe = house.free_port(0), house.free_port(0)
    base_url, stripe_url = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{stripe}"
    database = house.fresh_database(url)
    os.environ.update(house.environment(url=database, base_url=base_url, stripe_url=stripe_url))
    limits = ("LIMIT_ORDERS_PER_IP", "LIMIT_ORDERS_PER_SUBNET", "LIMIT_ORDERS_PER_EMAIL", "LIMIT_CHECKOUT_BURST")
    os.environ.update(dict.fromkeys(limits, "999999"))
    os.environ["STRIPE_MAX_RPS"] = "100"
    house.VAR.mkdir(parents=True, exist_ok=True)
    log = house.VAR / "log" / "web.log"
    with Supervisor(logs=log.parent, say=lambda line: None) as supervisor:
        furnished = house.prepare(20)
        house.start_processes(supervisor, web_port=web, stripe_port=stripe)
        supervisor.wait_until_ready("standin", lambda: house.answers(f"{stripe_url}/_control/stats"))
        supervisor.wait_until_ready("web", lambda: house.answers(f"{base_url}/livez"))
        house.start_beat(supervisor)
        standin = Client(stripe_url)
        sessions = place_orders(Client(base_url, token=furnished.logins["website"].token), count=A_SECOND * SECONDS)
        subscribe(standin, f"{base_url}/api/v1/stripe/webhook/", secret=house.WEBHOOK_SECRET)
        seen = log.stat().st_size
        rate = pay(stripe_url, sessions)
        return {"rate": rate, **wait_until_settled(len(sessions)), "ms": answered_in(log, since=seen)}


def place_orders(website: Any, *, count: int) -> list[str]:
    """Orders with their payment page opened; the sessions to pay."""
    from demo.client import fresh_key
    from demo.story import RUTHS_HOME

    sessions: list[str] = []

    def buy(numbers: range) -> None:
        for number in numbers:
            payer = {"name": "Ruth Calder", "email": f"ruth{number}@readers.example"}
            body = {"offer": "ten-issues", "payer": payer, "ship_to": {**RUTHS_HOME, "line1": f"{number} Wick St"}}
            order = website.post("/api/v1/orders/", body, Idempotency_Key=fresh_key())
            sessions.append(order["checkout_url"].rpartition("/")[2].partition("?")[0].partition("#")[0])

    in_parallel([lambda part=part: buy(range(part, count, 4)) for part in range(4)])
    return sessions


def subscribe(standin: Any, url: str, *, secret: str) -> None:
    """One event a payment, delivered four times by four workers."""
    standin.delete("/_control/webhooks/endpoints")
    endpoint = {"url": url, "secret": secret, "enabled_events": ["checkout.session.completed"]}
    standin.post("/_control/webhooks/endpoints", endpoint)
    standin.post("/_control/webhooks/mode", {"duplicates": DELIVERIES - 1, "workers": 4})


def pay(stripe_url: str, sessions: list[str]) -> float:
    """Pay them evenly, as fast as promised; payments a second that were reached."""
    from demo.client import Client

    began = time.monotonic()

    def buyer(part: int) -> None:
        client = Client(stripe_url)
        for number in range(part, len(sessions), 4):
            time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
            client.post(f"/_control/checkout/sessions/{sessions[number]}/pay", {"card": "pm_card_visa"})

    in_parallel([lambda part=part: buyer(part) for part in range(4)])
    return len(sessions) / (time.monotonic() - began)


def wait_until_settled(count: int) -> dict[str, Any]:
    from orders.checkout.models import OrderPayment

    began = time.monotonic()
    settled = 0
    while settled < count and time.monotonic() - began < 120:
        settled = OrderPayment.objects.count()
        time.sleep(0.2)
    return {"seconds": time.monotonic() - began, "settled": settled}


def answered_in(log: Path, *, since: int) -> float:
    """Median milliseconds of the webhook's answers in the web's log of requests."""
    with log.open() as lines:
        lines.seek(since)
        requests = [json.loads(line) for line in lines if '"event": "request"' in line]
    return float(median(request["ms"] for request in requests if request["route"].endswith("stripe/webhook/")))


def in_parallel(jobs: list[Any]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    os.environ["MASTHEAD_VAR"] = str(HOME / "var" / "bench" / "house")
    print(json.dumps(side(sys.argv[1])))
