"""The tasks of renewals are woken together, so that two may come to the same cycle at the same moment."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from orders.renewals import actions
from orders.renewals.models import Cycle, Notice
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


def behind_a_lock(act: Any) -> None:
    """Let `act` begin while the cycle is locked, and end once it is free."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        Cycle.objects.select_for_update().get()
        thread.start()
        while thread.is_alive() and not somebody_waits_for_us():
            thread.join(timeout=0.02)
    thread.join(timeout=60)


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))")
        return bool(cursor.fetchone()[0])
