from celery import shared_task

from foundation import clock
from orders.renewals import actions


@shared_task
def plan_cycles() -> None:
    """Every five minutes, and when an order was settled or an issue pulled: which renewals come near, and when."""
    actions.plan_cycles(now=clock.now())


@shared_task
def keep_cycles_true() -> None:
    """Every quarter of an hour, and when the calendar moves: hold what is planned against it."""
    actions.keep_cycles_true(now=clock.now())


@shared_task
def follow_shifted_service() -> None:
    """Every minute, and when the end of a subscription was moved: its renewal alone."""
    actions.follow_shifted_service(now=clock.now())


@shared_task
def send_due_notices() -> None:
    """Every five minutes: the notices whose day has come."""
    actions.send_due_notices(now=clock.now())


@shared_task
def send_due_invitations() -> None:
    """Every five minutes: renewal efforts by issues left."""
    actions.send_due_invitations(now=clock.now())


@shared_task
def charge_due_cycles() -> None:
    """Every five minutes: the charges whose day has come."""
    actions.charge_due_cycles(now=clock.now())


@shared_task
def follow_up_charges() -> None:
    """Every minute, and on each payment: what became of the charges."""
    actions.follow_up_charges(now=clock.now())


@shared_task
def follow_privacy_requests() -> None:
    """Every minute, and when somebody asked: this app's part of copies and erasures."""
    actions.follow_privacy_requests(now=clock.now())
