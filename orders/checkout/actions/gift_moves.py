"""A gift goes on elsewhere: to somebody else (domain 4.38), or to what its recipient has already (4.20)."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from orders.checkout import queries, rules
from orders.checkout.actions.bills import lock_bills
from orders.checkout.actions.moving import settle_surcharges, withdraw_surcharges
from orders.checkout.models import Gift, GiftMove, Order, OrderLine, ZoneMove
from subscriptions.catalog.models import Issue
from subscriptions.readers import actions as readers
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as service
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries.merged import merged_ones


class GiftHasNotBegun(DomainError):
    code = "gift_has_not_begun"


class GiftIsJoined(DomainError):
    code = "gift_is_joined"


@dataclass(frozen=True, slots=True)
class MovedGift:
    """What went on: the issues of the new term, and the first that it brings. `zone_move`: what a dearer zone costs."""

    move: GiftMove
    issues: int
    first_issue: Issue | None
    zone_move: ZoneMove | None = None


@transaction.atomic
def move_gift(
    *, line_id: int, recipient: rules.Person, address: TypedAddress, by: Actor, now: dt.datetime
) -> MovedGift:
    """The rest of a gift goes to somebody else, from the first issue that a change still reaches, with its access.

    Where postage is dearer, the magazine's policy decides as for a reader who moves house, and the donor owes what is
    due (`queries.quote_gift_move` tells it before). Otherwise no money moves.

    :raises GiftHasNotBegun: while it is not paid, or waits to be redeemed
    :raises NothingToCancel: when nothing of it is left
    :raises NotSentThere: when its offer is not sold to that zone
    :raises Invalid: when name or address are refused
    """
    line = _lock(line_id)
    term = _running(line)
    reader = readers.file_reader(
        name=recipient.name, company=recipient.company, email=recipient.email, phone=recipient.phone, by=by, now=now
    )
    to = readers.add_address(reader_id=reader.pk, typed=address, by=by, source="gift_move", now=now)
    readers.look_for_duplicates(reader_id=reader.pk, now=now)
    subscription = terms.open_subscription(
        magazine_id=line.order.magazine_id, reader_id=reader.pk, address_id=to.pk, by=by, now=now
    )
    return _go_on(line, term, subscription=subscription, address_id=to.pk, why="moved_to_another", by=by, now=now)


@transaction.atomic
def join_gift(*, line_id: int, subscription_id: int, meets: str, by: Actor, now: dt.datetime) -> Gift:
    """The recipient has a subscription already: the gift comes behind it, or lengthens it, or stays beside it.

    Before it is paid this is only noted; afterwards the rest goes on there, and a dearer zone means what it does for
    `move_gift`. Nobody's renewal is touched, and refunds of its issues stay the donor's.

    :raises OtherMagazine: when that subscription is one of another magazine
    :raises GiftHasNotBegun: while it waits to be redeemed: whoever redeems it says where it goes; and before it is
        paid, where the postage is another than it is to be paid with
    :raises GiftIsJoined: to have it stay beside what it has joined already
    :raises NothingToCancel: when nothing of it is left
    :raises TermNeverEnds: behind a perpetual term
    """
    line = _lock(line_id)
    gift = line.gift
    if line.by_code and line.term is None:
        raise GiftHasNotBegun("Whoever redeems this gift says where it goes.")
    subscription = queries.line_in_force(Subscription.objects.select_related("reader").get(pk=subscription_id))
    if subscription.magazine_id != line.order.magazine_id:
        raise terms.OtherMagazine("That subscription is one of another magazine.")
    _refuse_what_cannot_join(line, subscription, meets=meets)
    gift.meets = Gift.Meets(meets)
    gift.save(update_fields=["meets"])
    audit.record(by, "gift.joined", gift, subscription=subscription_id, meets=gift.meets)
    if gift.meets == Gift.Meets.PARALLEL:
        return gift
    if line.term is None:
        line.subscription = subscription
        line.save(update_fields=["subscription"])
    elif queries.service_of(line) != subscription:
        _go_on(line, _running(line), subscription=subscription, address_id=None, why="joined_own", by=by, now=now)
    return gift


def _go_on(
    line: OrderLine, term: Term, *, subscription: Subscription, address_id: int | None, why: str, by: Actor,
    now: dt.datetime,
) -> MovedGift:  # fmt: skip
    to_zone = service.home_zone(subscription.pk)
    left = service.what_is_left(term.pk, now).units
    dearer = queries.surcharge_of_gift(line, term, left=left or 0, to_zone=to_zone) if left else None
    # Settling locks orders before subscriptions, the lower number first: so does this, with both that it may close.
    due = queries.due_for(line)
    billed = Q(bill__lines__zone_move__in=ZoneMove.objects.filter(due))
    there = Q(bill__payer=line.order.payer_id, bill__subscription__in=merged_ones(subscription.pk))
    lock_bills(billed | there)
    withdraw_surcharges(due, note="the gift goes on elsewhere", by=by, now=now)
    rest = terms.split(
        term_id=term.pk, why=why, to_subscription_id=subscription.pk, link=f"order:{line.order.number}", by=by, now=now
    )
    move = GiftMove.objects.create(
        gift=line.gift,
        from_term=rest.old,
        to_term=rest.new,
        to_subscription=subscription,
        address_id=address_id,
        moved_at=now,
        moved_by=by.reference,
    )
    terms.give_access_to(subscription.reader_id, line_uuid=line.uuid, by=by, now=now)
    audit.record(by, "gift.moved", move, from_term=rest.old.pk, to_term=rest.new.pk)
    if dearer is None:
        return MovedGift(move, rest.new.units or 0, rest.first_issue)
    first = rest.first_issue or service.what_is_left(rest.new.pk, now).first_issue
    [zone_move] = settle_surcharges([replace(dearer, term=rest.new)], first=first, at_once=True, by=by, now=now)
    goes_on = Term.objects.filter(split_from=rest.new).first() or rest.new  # fewer issues, where it was converted
    return MovedGift(move, goes_on.units or 0, rest.first_issue, zone_move)


def _refuse_what_cannot_join(line: OrderLine, subscription: Subscription, *, meets: str) -> None:
    if meets == Gift.Meets.PARALLEL:
        if queries.service_of(line) == subscription:
            raise GiftIsJoined("This gift is part of that subscription already. Move it, to send it elsewhere.")
    elif line.term is None and line.address and line.address.zone != service.home_zone(subscription.pk):
        sentence = (
            "That goes to a country with other postage than is to be paid for this gift. Join it once it is paid."
        )
        raise GiftHasNotBegun(sentence)


def _lock(line_id: int) -> OrderLine:
    """The order first, as settling does: a gift that is being paid is joined as it stands then."""
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    lines = OrderLine.objects.select_for_update(of=("self",)).filter(gift__isnull=False)
    return lines.select_related("order__magazine", "gift", "address", "subscription", "term").get(pk=line_id)


def _running(line: OrderLine) -> Term:
    term = queries.term_of(line)
    if term is None:
        raise GiftHasNotBegun("This gift has not begun: it is not paid for, or waits to be redeemed.")
    return term
