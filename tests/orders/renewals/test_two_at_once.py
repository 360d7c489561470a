"""The tasks of renewals are woken together, so that two may come to the same cycle at the same moment."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from foundation.actors import Actor
from orders.checkout.actions import settle_paid_orders
from orders.checkout.models import Order
from orders.payments import actions as payments
from orders.renewals import actions, queries
from orders.renewals.models import Cycle, Notice
from subscriptions.catalog.models import Issue
from subscriptions.terms.models import Term
from tests.orders.renewals.conftest import CHARGE, FIRST_NOTICE, SECOND_NOTICE, Renewing
from tests.own_database import at_once
from tests.shop import Shop


@pytest.fixture
def ana(committed_shop: Shop, settings: Any) -> Renewing:
    """Her renewal is planned, and no notice is due yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    renewing = Renewing(committed_shop)
    renewing.lives(FIRST_NOTICE - dt.timedelta(days=1))
    return renewing


def test_two_that_send_at_once_write_one_notice(ana: Renewing):
    written = at_once(*[lambda: actions.send_due_notices(now=FIRST_NOTICE)] * 4)

    assert sorted(written) == [0, 0, 0, 1]
    assert Notice.objects.count() == 1


def test_a_notice_waits_for_another_task_at_its_cycle(ana: Renewing):
    behind_a_lock(lambda: actions.send_due_notices(now=FIRST_NOTICE))

    assert Notice.objects.count() == 1


def test_a_charge_waits_for_another_task_at_its_cycle(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)

    behind_a_lock(lambda: actions.charge_due_cycles(now=CHARGE))

    assert ana.cycle.state == Cycle.State.CHARGING


def test_a_charge_that_meets_a_pull_waits_for_it_before_it_holds_a_subscription(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)

    with transaction.atomic():
        list(Issue.objects.select_for_update().order_by("ordinal").values_list("pk"))
        charge = in_a_thread(lambda: actions.charge_due_cycles(now=CHARGE))
        wait_for_it_to_wait(charge)
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE terms_subscription IN EXCLUSIVE MODE")
    charge.join(timeout=60)

    assert ana.cycle.state == Cycle.State.CHARGING


def test_a_charge_that_is_settled_meanwhile_is_no_renewal_by_the_reader(ana: Renewing, monkeypatch: Any):
    """Settling waits for whoever looks at the cycle; nothing changes between two looks."""
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    _charge_leaves(ana)
    ana.shop.hears()
    is_followed, settling = queries.is_followed, []

    def settled_meanwhile(term: Term) -> bool:
        settling.append(in_a_thread(lambda: settle_paid_orders(now=CHARGE)))
        wait_for_it_to_wait(settling[-1])
        return is_followed(term)

    with monkeypatch.context() as patched:
        patched.setattr(queries, "is_followed", settled_meanwhile)
        actions.follow_up_charges(now=CHARGE)
    settling[0].join(timeout=60)
    actions.follow_up_charges(now=CHARGE)

    assert ana.cycle.order.state == Order.State.PAID
    assert (ana.cycle.state, ana.cycle.ended_because) == (Cycle.State.RENEWED, "")
    assert len(ana.mails("charge_receipt")) == 1


def _charge_leaves(ana: Renewing) -> None:
    ana.shop.move_to(CHARGE)
    actions.charge_due_cycles(now=CHARGE)
    assert payments.send_waiting_attempts(now=CHARGE) == 1


def behind_a_lock(act: Any) -> None:
    """Let `act` begin while the cycle is locked, and end once it is free."""
    with transaction.atomic():
        Cycle.objects.select_for_update().get()
        thread = in_a_thread(act)
        wait_for_it_to_wait(thread)
    thread.join(timeout=60)


def in_a_thread(act: Any) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_for_it_to_wait(thread: threading.Thread) -> None:
    """Until it waits for a lock of ours, or has ended without."""
    while thread.is_alive() and not somebody_waits_for_us():
        thread.join(timeout=0.02)


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))")
        return bool(cursor.fetchone()[0])


def test_a_cancellation_and_the_charge_do_not_lock_each_other_out(ana: Renewing):
    """Both wait their turn, whoever comes first: never is one refused by the database."""
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    ana.shop.move_to(CHARGE)
    cancelled = []

    def cancel() -> None:
        by = Actor("reader", str(ana.subscription.reader_id))
        cancelled.append(actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=by, now=CHARGE))

    behind_a_lock(lambda: at_once(lambda: actions.charge_due_cycles(now=CHARGE), cancel))

    assert [answer.was_on for answer in cancelled] == [True]
    assert ana.cycle.state == Cycle.State.STOPPED
    assert payments.send_waiting_attempts(now=CHARGE) == 0
