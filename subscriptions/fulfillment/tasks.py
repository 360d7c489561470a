from celery import shared_task

from foundation import clock
from subscriptions.fulfillment import actions


@shared_task
def work_off_runs() -> None:
    """Every 20 seconds, and when a person has asked: rehearse and release what waits. The sweep is the retry."""
    actions.work_off_runs(now=clock.now())
