"""The stand-in as a program: its command line, its memory on disk, its speed, its end."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stripe

from demo.stripe_standin.testing import ROOT, Standin
from tests.demo.stripe_standin.mailbox import Mailbox
from tests.demo.stripe_standin.shop import Shop


def test_the_webhook_of_the_command_line_is_served(standin: Standin) -> None:
    with Mailbox() as mailbox, Standin(webhook_url=mailbox.url) as own, Shop(own) as shop:
        shop.customer()
        own.wait_for_webhooks()

        assert mailbox.types() == ["customer.created"]


def test_everything_is_remembered_over_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with Standin("--state", str(file)) as first, Shop(first) as shop:
        customer, method = shop.bought()
        renewal = shop.renew(customer, method, key="k1").id
        open_session = shop.session(customer).id
        first.advance(3600)

    assert isinstance(json.loads(file.read_text()), dict)
    with Standin("--state", str(file)) as second, Shop(second) as shop:
        assert shop.renew(customer, method, key="k1").id == renewal
        assert second.stats()["charges"] == 2
        assert second.look("clock")["offset"] == 3600
        second.advance(24 * 3600)
        assert shop.client.v1.checkout.sessions.retrieve(open_session).status == "expired"


def test_the_same_seed_makes_the_same_ids() -> None:
    made = []
    for _ in range(2):
        with Standin("--seed", "7") as standin, Shop(standin) as shop:
            made.append(shop.customer().id)

    assert made[0] == made[1]


def test_the_command_line_sets_speed_and_limit() -> None:
    with Standin("--latency-ms", "150-200", "--limit-per-second", "3") as standin, Shop(standin) as shop:
        begun = time.monotonic()
        for _ in range(3):
            shop.customer()

        assert time.monotonic() - begun > 0.45
        with ThreadPoolExecutor(6) as buyers:
            answers = list(buyers.map(lambda _: refused(shop), range(6)))
        assert True in answers


def refused(shop: Shop) -> bool:
    try:
        shop.customer()
    except stripe.RateLimitError:
        return True
    return False


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    starter = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'demo.stripe_standin', '--port', '0', '--end-with-parent'],"
        " stdout=subprocess.PIPE)\n"
        "print(child.stdout.readline().decode().split()[-1], flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    orphan = Standin()
    orphan.base_url = parent.stdout.readline().decode().strip()
    assert orphan.look("health")["ok"]

    parent.kill()
    parent.wait()
    parent.stdout.close()

    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        try:
            orphan.look("health")
        except OSError:
            return
        time.sleep(0.05)
    pytest.fail("The stand-in outlived its starter.")


def test_it_listens_on_the_loopback_only(standin: Standin) -> None:
    assert standin.base_url.startswith("http://127.0.0.1:")


def test_no_charge_waits_for_the_network_stack(standin: Standin, shop: Shop) -> None:
    """That would cost 40 ms each; the quickest of a hundred takes a few, even on a busy machine."""
    customer, method = shop.bought()
    took = []

    for number in range(100):
        begun = time.monotonic()
        shop.renew(customer, method, key=f"k{number}")
        took.append(time.monotonic() - begun)

    assert min(took) < 0.04
    assert standin.stats()["by_customer"] == {customer: 101}


def test_no_answer_is_lost_or_doubled_under_many_hands(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()

    with ThreadPoolExecutor(8) as hands:
        made = list(hands.map(lambda number: shop.renew(customer, method, key=f"k{number % 50}"), range(50)))

    assert len({intent.id for intent in made}) == 50
    assert standin.stats()["charges"] == 51
