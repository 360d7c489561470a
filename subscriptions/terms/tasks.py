from celery import shared_task

from foundation import clock
from subscriptions.terms import actions


@shared_task
def write_off_lapsed_grace() -> None:
    """Every night: grace copies that no renewal will pay for any more are a cost of circulation."""
    actions.write_off_lapsed_grace(now=clock.now())


@shared_task
def lay_addresses_again() -> None:
    """Every night, and when the calendar moves: which issues go to addresses away, and from which on a move counts."""
    actions.lay_addresses_again(now=clock.now())


@shared_task
def follow_merged_readers() -> None:
    """Every minute, and when readers were merged or the merge undone: their subscriptions follow."""
    actions.follow_merges(now=clock.now())


@shared_task
def follow_privacy_requests() -> None:
    """Every minute, and when somebody asked: this app's part of copies and erasures."""
    actions.follow_privacy_requests(now=clock.now())
