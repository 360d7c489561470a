from celery import shared_task

from foundation import clock
from foundation.actors import system
from subscriptions.fulfillment import actions


@shared_task
def work_off_runs() -> None:
    """Every 20 seconds, and when a person has asked: rehearse and release what waits. The sweep is the retry."""
    actions.work_off_runs(now=clock.now())


@shared_task
def propose_later_runs() -> None:
    """Every night: plan and rehearse a run for each issue with copies waiting. People approve and release them."""
    actions.plan_waiting_runs(by=system("nightly"), now=clock.now())


@shared_task
def forget_old_label_files() -> None:
    """Every night: the bytes of label files that their magazine keeps no longer."""
    actions.forget_old_label_files(now=clock.now())


@shared_task
def follow_privacy_requests() -> None:
    """Every minute, and when somebody asked: this app's part of copies and erasures."""
    actions.follow_privacy_requests(now=clock.now())
