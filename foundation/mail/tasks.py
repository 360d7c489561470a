from celery import shared_task

from foundation import clock
from foundation.mail import actions


@shared_task
def send_waiting_mail() -> None:
    """Every half minute, and when mail was written: hand over what waits. The sweep is the retry."""
    actions.send_waiting(now=clock.now())


@shared_task
def forget_old_links() -> None:
    """Nightly: links that ended a month ago."""
    actions.forget_old_links()
