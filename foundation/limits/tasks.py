from celery import shared_task

from foundation.limits import actions


@shared_task
def forget_old_counts() -> None:
    """Nightly: the counts of windows that are over."""
    actions.forget_old_counts()
