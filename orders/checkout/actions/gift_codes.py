"""Gifts by code: sold now, redeemed by whoever has the code, once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.client_address import as_counted
from foundation.errors import DomainError, Invalid
from foundation.limits.actions import count_and_refuse
from orders.checkout import queries, rules
from orders.checkout.actions import letters
from orders.checkout.actions.paid_terms import start_terms
from orders.checkout.actions.refunds import promise_back_code
from orders.checkout.models import Gift, GiftCode, LineRefund, OrderLine
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.ledger.models import AccountCode
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address, Reader
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import queries as terms
from subscriptions.terms.actions import OtherMagazine
from subscriptions.terms.models import Subscription, Term


class GiftCodeIsUsed(DomainError):
    code = "gift_code_is_used"


class GiftCodeIsOver(DomainError):
    code = "gift_code_is_over"


class NoWayToSend(DomainError):
    code = "no_way_to_send"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The gift that a code has become: its line and the term it started; None for digital access alone."""

    line: OrderLine
    term: Term | None


def issue_codes(lines: Sequence[OrderLine], *, by: Actor, now: dt.datetime) -> list[GiftCode]:
    """The codes of paid lines, good from today on."""
    codes = []
    for line in lines:
        sold_on = now.astimezone(line.order.magazine.zone).date()
        codes.append(GiftCode(line=line, issued_at=now, expires_on=rules.expires_on(sold_on)))
        _renew_letters(codes[-1])
    GiftCode.objects.bulk_create(codes)
    for code in codes:
        audit.record(by, "gift_code.issued", code, line=str(code.line.uuid))
    return codes


def guard_against_guessing(*, ip: str | None, by: Actor) -> None:
    """Count one more try from this connection; staff may try as often as they like. Outside of any transaction.

    :raises TooMany: after as many tries as people need who read badly
    """
    if by.kind == "staff":
        return
    count_and_refuse(
        scope="gift_codes_per_ip",
        who=as_counted(ip),
        limit=settings.LIMIT_GIFT_CODES_PER_IP,
        window=dt.timedelta(hours=1),
        sentence="Too many codes were tried from your connection. Please try again in an hour, or call us.",
    )


def refuse_closed_code(code: GiftCode, *, now: dt.datetime) -> None:
    """Before somebody types an address for nothing.

    :raises GiftCodeIsUsed, GiftCodeIsOver: as `redeem_code`
    """
    _refuse_what_is_closed(code, today=now.astimezone(code.line.order.magazine.zone).date())


@transaction.atomic
def redeem_code(
    *,
    code: str,
    recipient: rules.Person,
    address: TypedAddress,
    by: Actor,
    now: dt.datetime,
    subscription: Subscription | None = None,
    meets: str = Gift.Meets.QUEUE,
) -> Redeemed:
    """Turn a code into a term, once: of two at the same time one wins. The price moves from 2105 to 2100.

    `subscription` is what the recipient, signed in or on the telephone with a clerk, has already; `meets` says how the
    gift joins it. If it does, it goes to the address on file, and `address` is for a copy beside it. Call
    `guard_against_guessing` first.

    :raises GiftCodeUnknown: as `queries.find_code`
    :raises GiftCodeIsUsed: when somebody has redeemed it
    :raises GiftCodeIsOver: when it has expired or was taken back
    :raises OtherMagazine: when that subscription is one of another magazine
    :raises Invalid: when name or address are refused, or the address is not where the code is good
    """
    row = _lock(queries.find_code(code))
    line = row.line
    _refuse_what_is_closed(row, today=now.astimezone(line.order.magazine.zone).date())
    subscription = _what_it_meets(line, subscription)
    if not line.issues and not (recipient.email or (subscription and subscription.reader.email)):
        sentence = "Digital access is reached with a mail address. What is yours?"
        raise Invalid({"recipient.email": [("required", sentence)]})
    joined = subscription if meets != Gift.Meets.PARALLEL else None
    known = terms.home_of(joined.pk) if joined else None
    _refuse_other_zone(line, known.zone if known else postage_zone(address.country))
    if joined and known:
        line.recipient, line.address = joined.reader, known
    else:
        line.recipient, line.address = _who(recipient, address, subscription=subscription, by=by, now=now)
    line.subscription = joined
    line.save(update_fields=["recipient", "address", "subscription"])
    line.gift.meets = Gift.Meets(meets)
    line.gift.save(update_fields=["meets"])
    start_terms([line], by=by, now=now)
    _close(row, by=by, now=now)
    if recipient.email:
        letters.tell_recipient(gift=line.gift, to_email=recipient.email, key=letters.redeemed_key(line.uuid), now=now)
    audit.record(by, "gift_code.redeemed", row, term=line.term_id)
    return Redeemed(line, line.term)


@transaction.atomic
def replace_code(*, code_id: int, by: Actor, now: dt.datetime) -> GiftCode:
    """A new code for the same gift; the old one is dead from now on.

    :raises GiftCodeIsUsed: when somebody has redeemed the old one
    :raises GiftCodeIsOver: when it was taken back
    """
    row = _lock(GiftCode(pk=code_id))
    _refuse_what_is_closed(row, today=None)
    row.edition += 1
    _renew_letters(row)
    row.save(update_fields=["edition", "code_sha256", "last4"])
    audit.record(by, "gift_code.replaced", row, edition=row.edition)
    return row


@transaction.atomic
def take_back_code(*, code_id: int, by: Actor, now: dt.datetime) -> LineRefund | None:
    """The donor takes an unredeemed gift back: the code is dead, and the price is promised back, to the donor only.

    An expired code can be taken back too. None when nothing was paid for it.

    :raises GiftCodeIsUsed: when somebody has redeemed it
    :raises GiftCodeIsOver: when it was taken back before
    """
    row = _lock(GiftCode(pk=code_id))
    _refuse_what_is_closed(row, today=None)
    refund = promise_back_code(line=row.line, by=by, now=now)
    row.state, row.closed_at, row.closed_by = GiftCode.State.WITHDRAWN, now, by.reference
    row.save(update_fields=["state", "closed_at", "closed_by"])
    audit.record(by, "gift_code.taken_back", row)
    return refund


@transaction.atomic
def send_code(*, code_id: int, by: Actor, now: dt.datetime) -> None:
    """The code as it stands goes to the donor once more.

    :raises GiftCodeIsUsed, GiftCodeIsOver: as `replace_code`
    :raises NoWayToSend: when the donor has no mail address, or our secret is another than when it was made
    """
    row = _lock(GiftCode(pk=code_id))
    _refuse_what_is_closed(row, today=None)
    if not queries.payers_email(row.line.order):
        raise NoWayToSend("The donor has no mail address on file. Print the card, and post it.")
    if not queries.code_of(row):
        raise NoWayToSend("This code can no longer be read out. Replace it by a new one.")
    letters.send_code(code=row, now=now)
    audit.record(by, "gift_code.sent", row)


@transaction.atomic
def prolong_code(*, code_id: int, until: dt.date, by: Actor) -> GiftCode:
    """A code is good longer: for one that expired in a drawer. Never shorter than it was sold for.

    :raises GiftCodeIsUsed, GiftCodeIsOver: as `replace_code`
    :raises Invalid: for an earlier day
    """
    row = _lock(GiftCode(pk=code_id))
    _refuse_what_is_closed(row, today=None)
    if until <= row.expires_on:
        raise Invalid({"until": [("too_early", f"The code is good until {row.expires_on:%B %-d, %Y} already.")]})
    before, row.expires_on = row.expires_on, until
    row.save(update_fields=["expires_on"])
    audit.record(by, "gift_code.prolonged", row, before=str(before), until=str(until))
    return row


def _lock(code: GiftCode) -> GiftCode:
    """The row as it stands once everybody else is done with it; what was read before is forgotten."""
    rows = GiftCode.objects.select_for_update(of=("self",)).select_related(
        "line__order__magazine", "line__order__payer", "line__order__source_key", "line__offer", "line__gift"
    )
    locked = rows.get(pk=code.pk)
    if code.code_sha256 and locked.code_sha256 != code.code_sha256:
        raise queries.GiftCodeUnknown("This code has been replaced by a new one. Please ask whoever gave it to you.")
    return locked


def _refuse_what_is_closed(row: GiftCode, *, today: dt.date | None) -> None:
    if row.state == GiftCode.State.REDEEMED:
        raise GiftCodeIsUsed("This code has been used. If it was not you, please write to us.")
    if row.state == GiftCode.State.WITHDRAWN:
        raise GiftCodeIsOver("This gift was taken back by whoever gave it.")
    if today is not None and row.expires_on <= today:
        raise GiftCodeIsOver("This code has expired. Nothing is lost: please write or call us.")


def _what_it_meets(line: OrderLine, subscription: Subscription | None) -> Subscription | None:
    if subscription is None:
        return None
    if subscription.magazine_id != line.order.magazine_id:
        raise OtherMagazine("That subscription is one of another magazine.")
    return queries.line_in_force(subscription)


def _refuse_other_zone(line: OrderLine, zone: str) -> None:
    if line.issues and zone != line.gift.code_zone:  # Digital access needs no postage.
        sentence = "The postage of this gift is not paid for that country. Please write to us; we find a way."
        raise Invalid({"address.country": [("other_zone", sentence)]})


def _renew_letters(code: GiftCode) -> None:
    code.code_sha256 = ""
    said = queries.code_of(code)
    code.code_sha256, code.last4 = queries.hash_of(said), said[-4:]


def _who(
    recipient: rules.Person, typed: TypedAddress, *, subscription: Subscription | None, by: Actor, now: dt.datetime
) -> tuple[Reader, Address]:
    """A new reader for whoever comes with a code; somebody on file only where they say so themselves."""
    reader = subscription.reader if subscription else _file(recipient, by=by, now=now)
    address = readers.add_address(reader_id=reader.pk, typed=typed, by=by, source="gift_code", now=now, path="address")
    if subscription is None:
        readers.ask_about_duplicates(reader_ids=[reader.pk], address_ids=[address.pk], now=now)
    return reader, address


def _file(person: rules.Person, *, by: Actor, now: dt.datetime) -> Reader:
    return readers.file_reader(
        name=person.name, company=person.company, email=person.email, phone=person.phone, by=by, now=now
    )


def _close(row: GiftCode, *, by: Actor, now: dt.datetime) -> None:
    """What was deferred as a gift is deferred as a subscription from the book date on which its term was sold."""
    line, order = row.line, row.line.order
    about = {"magazine": order.magazine.code, "offer": line.offer.code, "source": order.source_key.code}
    if line.total_cents:
        row.journal = ledger.post(
            posting_key=f"giftcode:{row.pk}",
            kind="gift_redeemed",
            book_date=ledger.first_open_day(now.astimezone(order.magazine.zone).date()),
            currency=order.currency,
            lines=[
                Posting(account=AccountCode.DEFERRED_GIFTS, cents=line.total_cents, **about),
                Posting(account=AccountCode.DEFERRED_SUBSCRIPTIONS, cents=-line.total_cents, **about),
            ],
            memo=order.number,
        )
    row.state, row.closed_at, row.closed_by = GiftCode.State.REDEEMED, now, by.reference
    row.save(update_fields=["state", "closed_at", "closed_by", "journal"])
