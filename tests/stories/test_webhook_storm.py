"""200 deliveries of 100 payments, shuffled, doubled and a quarter of them lost, over HTTP into the running house."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.stripe_standin.testing import SECRET, Standin
from tests.standin import Letterbox
from tests.stories.conftest import Stage, as_in
from tests.stories.crew import ColdWorker, Tasks
from tests.stories.main_job import MainJob
from tests.stories.web_server import web_server

PAYMENTS = 100
WITHIN = 120.0


@pytest.fixture
def job(
    stage: Stage, surroundings: dict[str, str], own_standin: Standin, story_letterbox: Letterbox
) -> Iterator[MainJob]:
    with as_in(surroundings):
        made = MainJob(standin=own_standin, letterbox=story_letterbox)
        made.furnish()
        yield made


def test_two_hundred_deliveries_of_a_hundred_payments_start_a_hundred_terms(
    job: MainJob, surroundings: dict[str, str], folder: Path
):
    # Nobody dies here, and on a busy machine a short lease may run out under a worker that lives.
    surroundings = {**surroundings, "LEASE_SECONDS": "60"}
    tasks, worker = Tasks(folder / "broker"), ColdWorker(environment=surroundings, log=folder / "worker.log")
    try:
        with web_server(surroundings=surroundings, folder=folder) as url:
            storm_over(job.standin, f"{url}/api/v1/stripe/webhook/")
            sessions = [job.checkout_of(f"Buyer{number} Field") for number in range(PAYMENTS)]
            for session in sessions:
                job.standin.pay(session)
            job.standin.wait_for_webhooks(60)
        tasks.do("orders.payments.tasks.sweep_events", workers=[worker])
        assert soon_settled(tasks, worker)
    finally:
        worker.kill()

    arrived = Counter(str(one["answer"]) for one in job.standin.look("webhooks/deliveries")["deliveries"])
    assert arrived["200"] + 2 * arrived["dropped"] == 2 * PAYMENTS
    assert 15 <= arrived["dropped"] <= 35
    each_payment_counts_once()


def storm_over(standin: Standin, url: str) -> None:
    """Each payment tells of itself once, in two copies, unless it is lost."""
    standin.control("webhooks/endpoints", method="DELETE")
    standin.control(
        "webhooks/endpoints", {"url": url, "secret": SECRET, "enabled_events": ["checkout.session.completed"]}
    )
    standin.webhooks(duplicates=1, order="shuffle", drop_fraction=0.25, window_seconds=1.0, workers=4, seed=7)


def soon_settled(tasks: Tasks, worker: ColdWorker) -> bool:
    """Sweeps, as beat sends them, until everything is settled and no word of Stripe's is left."""
    from orders.checkout.models import Order
    from orders.payments.models import WebhookEvent

    give_up_at = time.monotonic() + WITHIN
    while Order.objects.exclude(state="paid").exists() or WebhookEvent.objects.exclude(state="done").exists():
        if time.monotonic() > give_up_at:
            return False
        tasks.do(
            "orders.payments.tasks.work_off_inbox", "orders.checkout.tasks.settle_paid_orders", workers=[worker]
        )  # fmt: skip
    return True


def each_payment_counts_once() -> None:
    from orders.checkout.models import OrderPayment
    from orders.ledger.models import Journal
    from orders.ledger.queries import balance
    from orders.payments.models import WebhookEvent
    from subscriptions.terms.models import Term

    assert Term.objects.filter(order_line__isnull=False).count() == PAYMENTS
    assert Journal.objects.filter(kind="sale").count() == PAYMENTS
    assert OrderPayment.objects.filter(use="settles").count() == PAYMENTS
    assert OrderPayment.objects.exclude(use="settles").count() == 0
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"done"}
    fees = -balance("5100")
    assert balance("1010") == PAYMENTS * 19_95 + fees
