from celery import shared_task

from foundation import clock
from orders.checkout import actions


@shared_task
def settle_paid_orders() -> None:
    """Every half minute, and on each payment: terms, sale journal and thanks for what was paid; then the known fees."""
    actions.settle_paid_orders(now=clock.now())
    actions.post_known_fees(now=clock.now())


@shared_task
def close_abandoned_orders() -> None:
    """Every five minutes: orders that nobody paid for within a week."""
    actions.close_abandoned_orders(now=clock.now())
