from celery import shared_task

from foundation import clock
from subscriptions.readers import actions


@shared_task
def follow_privacy_requests() -> None:
    """Every minute, and when somebody asked: what this app knows of a person, and the files of finished copies."""
    now = clock.now()
    actions.follow_privacy_requests(now=now)
    actions.make_waiting_files(now=now)


@shared_task
def forget_old_files() -> None:
    """Every night: copies that can no longer be fetched."""
    actions.forget_old_files(now=clock.now())
