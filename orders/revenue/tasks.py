from celery import shared_task

from foundation import clock
from orders.revenue import actions


@shared_task
def post_mailed_runs() -> None:
    """Every minute, and at once when a run was confirmed mailed. What cannot be posted is parked and tried again."""
    actions.post_mailed_runs(now=clock.now())


@shared_task
def post_entries() -> None:
    """Every minute, and when terms change: credits, recouped grace copies and back issues that were mailed."""
    actions.post_entries(now=clock.now())


@shared_task
def post_access() -> None:
    """Every hour: the months of digital access that have been over for an hour."""
    actions.post_access(now=clock.now())


@shared_task
def nightly_check() -> None:
    """Every night: whether the ten invariants hold."""
    actions.nightly_check(now=clock.now())
