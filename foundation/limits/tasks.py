from celery import shared_task

from foundation.limits import actions, once


@shared_task
def forget_old_counts() -> None:
    """Nightly: the counts of windows that are over, and the keys that were spent a month ago."""
    actions.forget_old_counts()
    once.forget_old_keys()
