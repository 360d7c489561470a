"""Two workers on the same rows, and every task twice over: nothing is doubled, nothing is lost."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db.models import Count

from demo.stripe_standin.testing import Standin
from tests.standin import Letterbox
from tests.stories.conftest import Stage, as_in
from tests.stories.crew import ALL_TASKS, ColdWorker, Tasks, Worker
from tests.stories.main_job import READERS_FROM_BEFORE, ROAD, Act, MainJob
from tests.stories.rows import differences

BUYERS = 30
COPIES_OF_EACH_TASK = 2
HOURS_LATE = dt.timedelta(hours=2)
DAYS_LATE = dt.timedelta(days=3)  # on the day after the second pull the charges are due
# Of the readers from before one is on holiday for the first issue, and one has moved away.
FIRST_ISSUE = BUYERS + READERS_FROM_BEFORE - 2
SECOND_ISSUE = BUYERS + READERS_FROM_BEFORE - 1


@dataclass(frozen=True)
class Lived:
    """The road has been lived; the workers are still there."""

    job: MainJob
    tasks: Tasks
    workers: list[Worker]
    # What changed when everything was done again, late, by act.
    changed_late: dict[str, list[str]]


@pytest.fixture(scope="module")
def lived(
    stage: Stage, surroundings: dict[str, str], own_standin: Standin, story_letterbox: Letterbox, folder: Path
) -> Iterator[Lived]:
    job = MainJob(standin=own_standin, letterbox=story_letterbox)
    made = Lived(job, Tasks(folder / "broker"), [], {})
    # Nobody dies here, and on a busy machine a short lease may run out under a worker that lives.
    surroundings = {**surroundings, "LEASE_SECONDS": "60"}
    with as_in(surroundings), ExitStack() as closing:
        for name in ("one", "two"):
            worker = ColdWorker(environment=surroundings, log=folder / f"worker-{name}.log")
            closing.callback(worker.kill)
            made.workers.append(worker)
        job.furnish()
        for act in ROAD:
            play(act, made)
        yield made


def play(act: Act, made: Lived) -> None:
    job = made.job
    if act.name == "settle":
        job.many_order_and_pay(BUYERS)
    else:
        act.people(job)
    end = job.lives_on(made.tasks, made.workers, each_round=ALL_TASKS * COPIES_OF_EACH_TASK)
    job.shop.move_to(job.shop.now + (DAYS_LATE if act.name == "charge" else HOURS_LATE))
    late = job.lives_on(made.tasks, made.workers, each_round=ALL_TASKS * COPIES_OF_EACH_TASK, before=end)
    made.changed_late[act.name] = differences(end, late)


def test_thirty_paid_orders_start_thirty_terms(lived: Lived):
    from orders.ledger.models import Journal
    from subscriptions.terms.models import Term

    bought = Term.objects.filter(order_line__order__kind="new")
    assert bought.count() == BUYERS
    assert bought.values("subscription").distinct().count() == BUYERS
    assert Journal.objects.filter(kind="sale", lines__offer="four").distinct().count() == BUYERS


def test_one_release_serves_everyone_once(lived: Lived):
    from subscriptions.fulfillment.models import Copy, LabelRun

    for number, entitled in ((504, FIRST_ISSUE), (505, SECOND_ISSUE)):
        run = LabelRun.objects.get(issue__number=number)
        records = Copy.objects.filter(issue_id=run.issue_id, copy_no=1)
        assert run.rows == entitled == records.count()
        assert records.values("serial").distinct().count() == entitled
        assert records.values("subscription_id").distinct().count() == entitled


def test_each_is_told_twice_and_charged_once(lived: Lived):
    from orders.payments.models import PaymentAttempt
    from orders.renewals.models import Cycle, Notice

    assert list(Notice.objects.values_list("number").annotate(times=Count("pk")).order_by("number")) == [
        (1, BUYERS),
        (2, BUYERS),
    ]
    assert set(Cycle.objects.values_list("state", flat=True)) == {"renewed"}
    assert PaymentAttempt.objects.filter(purpose="renewal").count() == BUYERS
    stats = lived.job.standin.stats()
    assert stats["charges"] == 2 * BUYERS
    assert stats["most_charges_of_a_customer"] == 2


def test_each_mail_is_sent_once(lived: Lived, folder: Path):
    from foundation.mail.models import OutgoingMail

    kinds = Counter(OutgoingMail.objects.values_list("kind", flat=True))
    assert kinds["renewal_notice_1"] == kinds["renewal_notice_2"] == kinds["charge_receipt"] == BUYERS
    assert len(list((folder / "mail").glob("*.eml"))) == kinds.total()


def test_every_job_done_twice_and_late_changes_nothing(lived: Lived):
    assert lived.changed_late == {act.name: [] for act in ROAD}


def test_the_ten_invariants_hold(lived: Lived):
    from orders.revenue.actions import nightly_check

    check = nightly_check(now=lived.job.shop.now)
    assert [finding for finding in check.findings if not finding["ok"]] == []
