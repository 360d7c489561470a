from celery import shared_task

from foundation import clock
from subscriptions.newsletters import actions


@shared_task
def follow_privacy_requests() -> None:
    """Every minute, and when somebody asked: this app's part of copies and erasures."""
    actions.follow_privacy_requests(now=clock.now())
