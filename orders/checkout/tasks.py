from celery import shared_task

from foundation import clock
from orders.checkout import actions


@shared_task
def settle_paid_orders() -> None:
    """Every half minute, and on each payment: terms, sale journal and thanks for what was paid; then the known fees."""
    actions.settle_paid_orders(now=clock.now())
    actions.post_known_fees(now=clock.now())


@shared_task
def announce_gifts() -> None:
    """Every five minutes: the recipients whose day has come hear of their gifts."""
    actions.announce_gifts(now=clock.now())


@shared_task
def close_abandoned_orders() -> None:
    """Every five minutes: orders that nobody paid for within a week."""
    actions.close_abandoned_orders(now=clock.now())


@shared_task
def follow_bills() -> None:
    """Every five minutes: bills that were paid ahead, were not paid in time, or have nothing left to pay for."""
    actions.follow_bills(now=clock.now())


@shared_task
def follow_privacy_requests() -> None:
    """Every minute, and when somebody asked: this app's part of copies and erasures."""
    actions.follow_privacy_requests(now=clock.now())


@shared_task
def work_off_order_imports() -> None:
    """Every twenty seconds, and when a file is staged or wanted: check what is staged, take what people want taken."""
    actions.check_waiting_imports(now=clock.now())
    actions.take_asked_imports(now=clock.now())


@shared_task
def forget_old_imports() -> None:
    """Nightly: files of orders that nobody took within a month."""
    actions.forget_old_imports(now=clock.now())
