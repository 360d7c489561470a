"""Celery's hands on payments: each calls one action. When they run stands in `config/celery.py`.

Before the publisher has entered a Stripe key there is nothing to do.
"""

from celery import shared_task

from foundation import clock
from orders.payments import actions, queries


@shared_task
def work_off_inbox() -> None:
    """On each webhook, and every 20 seconds: follow the pointers."""
    if queries.stripe_is_set_up():
        actions.work_off_inbox(now=clock.now())


@shared_task
def send_waiting_attempts() -> None:
    """When a charge was planned, and every 20 seconds: send what is due."""
    if queries.stripe_is_set_up():
        actions.send_waiting_attempts(now=clock.now())


@shared_task
def look_after_stuck_attempts() -> None:
    """Every minute: whatever has not been heard of."""
    if queries.stripe_is_set_up():
        actions.look_after_stuck_attempts(now=clock.now())


@shared_task
def sweep_events() -> None:
    """Every half hour: what the webhooks did not tell."""
    if queries.stripe_is_set_up():
        actions.sweep_events(now=clock.now())


@shared_task
def fetch_missing_fees() -> None:
    """Every five minutes: fees that came later than their charge."""
    if queries.stripe_is_set_up():
        actions.fetch_missing_fees(now=clock.now())


@shared_task
def forget_where_from() -> None:
    """Nightly: from where payments were asked for, once it says nothing of card testing any more."""
    actions.forget_where_from(now=clock.now())


@shared_task
def follow_privacy_requests() -> None:
    """Every minute, and when somebody asked: this app's part of copies and erasures."""
    actions.follow_privacy_requests(now=clock.now())
