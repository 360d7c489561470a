"""Telling recipients of their gifts: by mail on the day, and with cards that are printed in batches."""

import datetime as dt

import structlog
from django.db import transaction

from foundation.actors import Actor, system
from foundation.audit import actions as audit
from foundation.errors import DomainError
from foundation.one_by_one import each
from orders.checkout import queries
from orders.checkout.actions.letters import tell_recipient
from orders.checkout.models import CardBatch, Gift
from subscriptions.readers import queries as people

log = structlog.get_logger(__name__)
BY = system("gifts")


class NoCardsDue(DomainError):
    code = "no_cards_due"


def announce_gifts(*, now: dt.datetime) -> int:
    """Write the mail to every recipient whose day has come; how many were written. A gift is announced once.

    One that cannot be written is logged, and stops no other: it is due until it goes well.
    """
    # The database's date may be a day off the book date of a magazine; each gift is held against its own.
    tomorrow = now.date() + dt.timedelta(days=1)
    due = queries.to_announce(today=tomorrow).values_list("pk", flat=True)
    return each(list(due), lambda gift_id: announce(gift_id=gift_id, now=now), failed="gift_not_announced")


@transaction.atomic
def announce(*, gift_id: int, now: dt.datetime) -> bool:
    """False when another worker told them, its day has not come, or its code has to be replaced first."""
    due = queries.to_announce(today=now.date() + dt.timedelta(days=1), gift_id=gift_id)
    gift = due.select_for_update(of=("self",), skip_locked=True).first()
    if gift is None:
        return False
    today = now.astimezone(gift.line.order.magazine.zone).date()
    if gift.announce_on is not None and gift.announce_on > today:
        return False
    if not queries.can_be_read_out(gift.line):
        log.warning("gift_code_unreadable", gift=gift_id)
        return False
    to_email = _where_to(gift)
    if not to_email:
        log.warning("gift_has_no_address", gift=gift_id)
        return False
    gift.announced_by = tell_recipient(gift=gift, to_email=to_email, key=f"gift:{gift.line.uuid}:announcement", now=now)
    gift.save(update_fields=["announced_by"])
    audit.record(BY, "gift.announced", gift)
    return True


@transaction.atomic
def print_cards(*, magazine_id: int, by: Actor, now: dt.datetime, today: dt.date) -> CardBatch:
    """Take every card that has to be posted by now into one batch. Its file is `exports.cards_pdf` of the batch.

    :raises NoCardsDue: when there is none
    """
    due = list(
        queries.cards_due(magazine_id=magazine_id, today=today)
        .select_for_update(of=("self",), skip_locked=True)
        .values_list("pk", flat=True)
    )
    if not due:
        raise NoCardsDue("No card has to be posted yet.")
    batch = CardBatch.objects.create(magazine_id=magazine_id, cards=len(due), printed_at=now, printed_by=by.reference)
    Gift.objects.filter(pk__in=due).update(card_batch=batch)
    audit.record(by, "gift_cards.printed", batch, cards=len(due))
    return batch


def _where_to(gift: Gift) -> str:
    """The mail address that the donor gave, or what staff have put in its place in the recipient's file."""
    recipient = gift.line.recipient
    return people.mail_address_now(recipient, gift.to_email) if recipient else gift.to_email
