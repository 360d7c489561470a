"""The terms that paid lines start: a new subscription's in a few statements for all, a renewal's one by one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from foundation import rows
from foundation.actors import Actor, system
from orders.checkout.models import Gift, OrderLine
from orders.ledger import actions as ledger
from subscriptions.catalog.models import Issue, Offer
from subscriptions.readers.models import Address
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries.merged import all_in_force

BY = system("settle")


def start_terms(lines: Sequence[OrderLine], *, by: Actor, now: dt.datetime) -> None:
    """Start the term of each line and write it there, and its digital access.

    In the transaction that settles their orders, or redeems a code: each has its recipient and address.
    """
    known = {line.pk for line in lines if line.subscription is not None}
    for line in lines:
        # A gift that starts later, or a term that begins with back issues, needs its subscription first.
        if line.pk not in known and line.issues and _begins_elsewhere(line, now=now):
            line.subscription = _open(line, by=by, now=now)
    new = [line for line in lines if line.subscription is None and line.issues]
    renewing = [line for line in lines if line.subscription is not None and line.issues]
    # The book date of the sale journal: a sale in a closed month is a sale of the next one, in books and terms alike.
    days = {now.astimezone(line.order.magazine.zone).date() for line in lines}
    sold_on = {day: ledger.first_open_day(day) for day in days}
    started = terms.open_with_terms(wanted=[_first_term(line, sold_on, now=now) for line in new], by=by, now=now)
    for line, term in zip(new, started, strict=True):
        line.subscription, line.term = term.subscription, term
    # Two workers lock the subscriptions of their renewals in the same order: those that copies come from.
    goes_on = all_in_force(line.subscription_id or 0 for line in renewing)
    for line in sorted(renewing, key=lambda one: goes_on[one.subscription_id or 0]):
        line.term = _behind(line, sold_on, origin="renewal" if line.pk in known else "new", by=by, now=now)
    rows.update(lines, ["subscription", "term"])
    for line in sorted((line for line in lines if line.access_days), key=_reader_of):
        _start_access(line, sold_on, by=by, now=now)


def _first_term(line: OrderLine, sold_on: dict[dt.date, dt.date], *, now: dt.datetime) -> terms.FirstTerm:
    address = _address_of(line)
    return terms.FirstTerm(
        magazine=line.order.magazine,
        reader_id=address.reader_id,
        address=address,
        renewal=Subscription.Renewal.AUTO_CHARGE if _agreed(line) else Subscription.Renewal.RENEW,
        bought=_bought(line, sold_on, now=now),
    )


def _behind(
    line: OrderLine, sold_on: dict[dt.date, dt.date], *, origin: terms.Origin, by: Actor, now: dt.datetime
) -> Term:
    """Auto-renew starts only with a consent that stands; a gift or a renewal without one leaves the flag as it is."""
    start = _start_of(line, now=now)
    term = terms.start_term(
        subscription_id=line.subscription_id or 0,
        start_issue_id=start.pk if start else None,
        origin=origin,
        by=by,
        now=now,
        **asdict(_bought(line, sold_on, now=now)),
    )
    # Where it goes on at another subscription nobody has agreed to renew that one: its reader is asked.
    if _agreed(line) and term.subscription_id == line.subscription_id:
        terms.set_renewal(subscription_id=term.subscription_id, renewal=Subscription.Renewal.AUTO_CHARGE, by=by)
    return term


def _start_access(line: OrderLine, sold_on: dict[dt.date, dt.date], *, by: Actor, now: dt.datetime) -> None:
    terms.start_access(
        magazine_id=line.order.magazine_id,
        reader_id=_reader_of(line),
        payer_id=line.order.payer_id,
        days=line.access_days or 0,
        price_cents=line.access_cents,
        currency=line.order.currency,
        sold_on=sold_on[now.astimezone(line.order.magazine.zone).date()],
        line_uuid=line.uuid,
        opens_on=_announced_on(line),
        by=by,
        now=now,
    )


def _reader_of(line: OrderLine) -> int:
    """Of what was joined before it was paid: whom it was joined to, as for its issues."""
    return line.term.subscription.reader_id if line.term else line.recipient_id or 0


def _open(line: OrderLine, *, by: Actor, now: dt.datetime) -> Subscription:
    address = _address_of(line)
    return terms.open_subscription(
        magazine_id=line.order.magazine_id, reader_id=address.reader_id, address_id=address.pk, by=by, now=now
    )


def _address_of(line: OrderLine) -> Address:
    if line.address is None or line.recipient_id != line.address.reader_id:
        raise terms.AddressOfSomeoneElse("The line has no address of its recipient.")
    return line.address


def _begins_elsewhere(line: OrderLine, *, now: dt.datetime) -> bool:
    return bool(line.order.magazine.back_start_new) or _start_of(line, now=now) is not None


def _start_of(line: OrderLine, *, now: dt.datetime) -> Issue | None:
    """The issue that was named to start with. Paid too late for it, it starts with the next; the thanks say so."""
    gift: Gift | None = getattr(line, "gift", None)
    start = gift.start_issue if gift else line.start_issue
    return start if start is not None and start.takes_changes(now=now) else None


def _bought(line: OrderLine, sold_on: dict[dt.date, dt.date], *, now: dt.datetime) -> terms.Bought:
    is_gift = hasattr(line, "gift") or line.offer.kind == Offer.Kind.GIFT
    return terms.Bought(
        line_uuid=line.uuid,
        payer_id=line.order.payer_id,
        units=line.issues,
        copies=line.copies,
        copy_class=Term.Class.GIFT if is_gift else Term.Class.PAID,
        magazine_cents=line.magazine_cents - line.access_cents,
        postage_cents=line.postage_cents,
        currency=line.order.currency,
        sold_on=sold_on[now.astimezone(line.order.magazine.zone).date()],
        opens_on=_announced_on(line),
        link=f"order:{line.order.number}",
    )


def _announced_on(line: OrderLine) -> dt.date | None:
    """The day before which the recipient of a gift is not to hear of it; whoever redeems a code has heard."""
    gift: Gift | None = getattr(line, "gift", None)
    return gift.announce_on if gift and not line.by_code else None


def _agreed(line: OrderLine) -> bool:
    consent = getattr(line, "consent", None)
    return consent is not None and consent.withdrawn_at is None
