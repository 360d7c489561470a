"""Renewal efforts by mail for everyone who is not renewed automatically, counted in issues left."""

import datetime as dt

from django.db import IntegrityError, transaction

from foundation.one_by_one import each
from orders.renewals import queries
from orders.renewals.actions import letters
from orders.renewals.models import Invitation
from subscriptions.catalog.models import Magazine
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Term


def send_due_invitations(*, now: dt.datetime) -> int:
    """Write the mail of every effort that is due; how many were written. A term gets each effort once."""
    return sum(_invite_readers_of(magazine, now=now) for magazine in Magazine.objects.all())


def _invite_readers_of(magazine: Magazine, *, now: dt.datetime) -> int:
    efforts = {left: n for n, left in enumerate(sorted(magazine.invite_at_issues_left, reverse=True), start=1)}

    def invite_if_due(term: Term) -> bool:
        left = terms.expire(term.subscription_id).units_left
        if left is None or left not in efforts:
            return False
        return invite(term=term, effort=efforts[left], efforts=len(efforts), issues_left=left, now=now)

    due = queries.to_invite(magazine=magazine, efforts=efforts)
    return each(due.iterator(chunk_size=500), invite_if_due, failed="invitation_not_written")


def invite(*, term: Term, effort: int, efforts: int, issues_left: int, now: dt.datetime) -> bool:
    """One effort for one term, once."""
    today = now.astimezone(term.subscription.magazine.zone).date()
    to = queries.addressee(term, effort=effort, efforts=efforts, today=today)
    if to is None or Invitation.objects.filter(term=term, effort=effort).exists():
        return False
    try:
        with transaction.atomic():
            mail = letters.invitation(term=term, to=to, effort=effort, issues_left=issues_left, now=now)
            Invitation.objects.create(
                term=term,
                effort=effort,
                issues_left=issues_left,
                mail=mail,
                sent_on=today,
            )
    except IntegrityError:
        return False  # Another worker wrote this effort first.
    return True
