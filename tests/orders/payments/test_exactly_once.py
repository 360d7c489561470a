"""Whatever is duplicated, shuffled, lost, or done by several workers at once: each payment counts once.

Committed rows and real threads: these tests get a database of their own.
"""

import random
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import Count

from demo.stripe_standin.testing import Standin
from foundation import clock
from orders.payments import actions, queries
from orders.payments.models import PaymentAttempt, WebhookEvent
from tests.orders.payments.conftest import Desk, without_proofs_of_renewals
from tests.own_database import at_once
from tests.standin import Letterbox


@pytest.fixture
def busy_desk(own_database: str, standin: Standin, letterbox: Letterbox) -> Desk:
    without_proofs_of_renewals()
    return Desk(standin, letterbox)


def receive(letters: list[tuple[bytes, str]]) -> None:
    for body, header in letters:
        actions.receive_webhook(body=body, signature=header, now=clock.now())


def work_off() -> int:
    return actions.work_off_inbox(now=clock.now())


def test_a_hundred_payments_through_shuffled_doubled_and_lost_webhooks(busy_desk: Desk) -> None:
    desk = busy_desk
    reader = desk.reader()
    desk.standin.webhooks(duplicates=1, order="shuffle", drop_fraction=0.25, workers=4, seed=7)
    attempts = [desk.open(payer=reader) for _ in range(100)]
    for attempt in attempts:
        desk.pay(attempt)
    desk.standin.wait_for_webhooks()
    letters = desk.letterbox.letters
    random.Random(7).shuffle(letters)

    at_once(partial(receive, letters[::2]), partial(receive, letters[1::2]), work_off, work_off)
    actions.sweep_events(now=clock.now())
    at_once(work_off, work_off, work_off)

    paid = PaymentAttempt.objects.filter(state="paid")
    assert paid.count() == 100
    assert paid.aggregate(charges=Count("charge_id", distinct=True))["charges"] == 100
    assert {attempt.fee_cents for attempt in paid} == {88}
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"done"}
    assert queries.attempts_to_settle().count() == 100


def test_one_charge_sent_by_four_workers_at_once_goes_out_once(busy_desk: Desk) -> None:
    desk = busy_desk
    attempt = desk.plan_charge(desk.permit(desk.saved()))
    desk.standin.control("latency", {"ms": [100, 200]})

    at_once(*[lambda: actions.send_attempt(attempt_id=attempt.pk)] * 4)

    desk.standin.control("latency", {"ms": [0, 0]})
    attempt.refresh_from_db()
    assert attempt.state == "paid"
    assert len(desk.standin.requests(method="POST", path="/v1/payment_intents")) == 1


def test_one_page_opened_by_four_clicks_at_once_is_one_page(busy_desk: Desk) -> None:
    attempt = busy_desk.plan()
    busy_desk.standin.control("latency", {"ms": [100, 200]})

    opened = at_once(*[lambda: actions.open_checkout(attempt_id=attempt.pk)] * 4)

    busy_desk.standin.control("latency", {"ms": [0, 0]})
    assert len({one.checkout_url for one in opened}) == 1
    assert opened[0].checkout_url
    assert len(busy_desk.standin.requests(method="POST", path="/v1/checkout/sessions")) == 1


def test_a_withdrawal_at_the_moment_of_sending_wins_or_loses_whole(busy_desk: Desk) -> None:
    desk = busy_desk
    method = desk.saved()
    for _ in range(5):
        PaymentAttempt.objects.filter(purpose="renewal", state="paid").update(settled_at=clock.now())
        permit = desk.permit(method, subject_uuid=uuid4())
        attempt = desk.plan_charge(permit)

        at_once(
            partial(actions.send_attempt, attempt_id=attempt.pk),
            partial(actions.withdraw_permit, permit_id=permit.pk, because="canceled", now=clock.now()),
        )

        attempt.refresh_from_db()
        asked = [
            one
            for one in desk.standin.requests(method="POST", path="/v1/payment_intents")
            if one["idempotency_key"] == attempt.idempotency_key
        ]
        assert (attempt.state, len(asked)) in (("paid", 1), ("canceled", 0))
