"""Celery's hands on payments: each calls one action. When they run stands in `config/celery.py`."""

from celery import shared_task

from foundation import clock
from orders.payments import actions


@shared_task
def work_off_inbox() -> None:
    """On each webhook, and every 20 seconds: follow the pointers."""
    actions.work_off_inbox(now=clock.now())


@shared_task
def send_waiting_attempts() -> None:
    """When a charge was planned, and every 20 seconds: send what is due."""
    actions.send_waiting_attempts(now=clock.now())


@shared_task
def look_after_stuck_attempts() -> None:
    """Every minute: whatever has not been heard of."""
    actions.look_after_stuck_attempts(now=clock.now())


@shared_task
def sweep_events() -> None:
    """Every half hour: what the webhooks did not tell."""
    actions.sweep_events(now=clock.now())


@shared_task
def fetch_missing_fees() -> None:
    """Every five minutes: fees that came later than their charge."""
    actions.fetch_missing_fees(now=clock.now())
