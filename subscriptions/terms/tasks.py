from celery import shared_task

from foundation import clock
from subscriptions.terms import actions


@shared_task
def write_off_lapsed_grace() -> None:
    """Every night: grace copies that no renewal will pay for any more are a cost of circulation."""
    actions.write_off_lapsed_grace(now=clock.now())
