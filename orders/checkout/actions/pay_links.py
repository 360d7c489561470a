"""An order taken on the telephone: the payer gets a link, and types the card on Stripe's page. Staff never sees one."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import NotFound
from foundation.mail import actions as mail
from orders.checkout import queries, rules
from orders.checkout.actions.abandoned import OrderIsClosed, may_be_paid_for
from orders.checkout.actions.intake import place_order
from orders.checkout.models import Order
from subscriptions.readers.models import Reader

PURPOSE = "pay_for_order"


@dataclass(frozen=True, slots=True)
class PayLink:
    """Opens the order's page for whoever has it, until the order closes. `mailed_to`: empty when it was only made."""

    url: str
    mailed_to: str
    good_until: dt.datetime


@dataclass(frozen=True, slots=True)
class EnteredOrder:
    """`link` is None for a repeat, whose link has been made."""

    order: Order
    link: PayLink | None


@transaction.atomic
def enter_gift_order(
    *, request: rules.OrderRequest, key: str, donor: Reader | None, by: Actor, now: dt.datetime
) -> EnteredOrder:
    """Place an order of gifts for a donor on the telephone, and send the donor the link to pay it.

    :param donor: whoever is on file and pays; None files the payer of the request
    :raises Invalid: and the others, as `place_order`
    """
    placed = place_order(
        request=request,
        key=key,
        by=by,
        circumstances=rules.Circumstances(channel="telephone"),
        now=now,
        donors=[donor] if donor else [],
    )
    if placed.replayed:
        return EnteredOrder(placed.order, None)
    return EnteredOrder(placed.order, send_pay_link(order_id=placed.order.pk, by=by, now=now))


@transaction.atomic
def send_pay_link(*, order_id: int, by: Actor, now: dt.datetime) -> PayLink:
    """A fresh link to an order that waits for its payment; older ones stay good. Mailed where the payer has an address.

    :raises OrderIsClosed: when it is paid, or was not paid in time
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("magazine", "payer").get(pk=order_id)
    good_until = _good_until(order)
    if order.state != Order.State.AWAITING_PAYMENT or good_until <= now:
        raise OrderIsClosed(f"Order {order.number} is {order.get_state_display()}; there is nothing to pay.")
    token = mail.make_link(purpose=PURPOSE, subject=str(order.uuid), lives=good_until - now, single_use=False)
    link = PayLink(f"{settings.PUBLIC_URL}/pay/{token}/", queries.payers_email(order), good_until)
    if link.mailed_to:
        _mail(order, link, key=f"order:{order.uuid}:pay_link:{token[:12]}", now=now)
    audit.record(by, "order.pay_link_sent", order, mailed=bool(link.mailed_to))
    return link


def _good_until(order: Order) -> dt.datetime:
    """As long as it may be paid: a bill of dearer postage until its own last day."""
    bill = getattr(order, "bill", None)
    if bill is None or bill.due_on is None:
        return order.placed_at + may_be_paid_for(order)
    return dt.datetime.combine(bill.due_on + dt.timedelta(days=1), dt.time(), tzinfo=order.magazine.zone)


def order_behind(token: str) -> Order:
    """The order that a link opens. Changes nothing.

    :raises LinkIsOver: for a link that is unknown or too old
    """
    found = Order.objects.filter(uuid=mail.open_link(token=token, purpose=PURPOSE).subject).first()
    if found is None:
        raise NotFound("There is no such order.")
    return found


def _mail(order: Order, link: PayLink, *, key: str, now: dt.datetime) -> None:
    mail.queue_mail(
        key=key,
        kind="pay_link",
        to_email=link.mailed_to,
        template="pay_link",
        context={
            "magazine": order.magazine,
            "magazine_name": order.magazine.name,
            "order": order,
            "payer_name": order.payer.shown_name,
            "total": rules.money(order.total_cents, order.currency),
            "lines": _lines(order),
            "pay_url": link.url,
            "good_until": link.good_until.astimezone(order.magazine.zone).date(),
        },
        now=now,
    )


def _lines(order: Order) -> list[dict[str, str]]:
    bill = queries.bill_of_order(order)
    if bill is not None:
        name = f"{bill.get_why_display()}, from {bill.first_issue} on".capitalize()
        return [{"name": name, "for": "", "price": rules.money(order.total_cents, order.currency)}]
    return [
        {
            "name": line.offer.name,
            "for": line.gift.to_name if hasattr(line, "gift") else "",
            "price": rules.money(line.total_cents, order.currency),
        }
        for line in order.lines.select_related("offer", "recipient", "gift").order_by("pk")
    ]
