"""Checkouts that were left: their sessions end after half an hour, the order can be paid again for a week."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from foundation.actors import Actor, system
from foundation.audit.actions import record
from foundation.errors import DomainError
from foundation.one_by_one import each
from orders.checkout.actions.card_testing import asked_from, guard_another_page
from orders.checkout.actions.order_rows import payment_of
from orders.checkout.models import Bill, Order
from orders.payments import actions as payments
from orders.payments import queries as payment_queries
from orders.payments.models import PaymentAttempt

ORDER_MAY_BE_PAID_FOR = dt.timedelta(days=7)
# By then the card has been tried for the last time, and its payer has been asked.
RENEWAL_MAY_BE_PAID_FOR = dt.timedelta(days=30)


def may_be_paid_for(order: Order) -> dt.timedelta:
    return RENEWAL_MAY_BE_PAID_FOR if order.kind == Order.Kind.RENEWAL else ORDER_MAY_BE_PAID_FOR


class OrderIsClosed(DomainError):
    code = "order_is_closed"


def pay_again(*, order_id: int, by: Actor, ip: str | None, now: dt.datetime) -> PaymentAttempt:
    """The order's live payment, or a fresh one when the last checkout was left, declined or ran out.

    A fresh one counts like an order, for whoever asks from `ip`; see `guard_another_page`. Outside of any transaction.

    :raises OrderIsClosed: when the order is paid or too old
    :raises TooMany, CheckoutPaused: when a fresh one is needed and it looks like card testing
    """
    with transaction.atomic():
        order, live = _waiting_order(order_id)
    if live is not None:
        return live
    guard_another_page(order=order, ip=ip, by=by, now=now)
    with transaction.atomic():
        order, live = _waiting_order(order_id)
        return live or _plan_another(order, asked_from=asked_from(ip, by=by), now=now)


def _waiting_order(order_id: int) -> tuple[Order, PaymentAttempt | None]:
    """Locked, with the payment that may still bring its money.

    :raises OrderIsClosed:
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("magazine").get(pk=order_id)
    if order.state != Order.State.AWAITING_PAYMENT:
        raise OrderIsClosed(f"Order {order.number} is {order.get_state_display()}; there is nothing to pay.")
    last = payment_queries.latest_attempt(order.uuid)
    if last is not None and last.state == PaymentAttempt.State.PAID:
        raise OrderIsClosed(f"Order {order.number} has been paid; the confirmation is on its way.")
    return order, last if last is not None and last.state in PaymentAttempt.LIVE else None


def _plan_another(order: Order, *, asked_from: str, now: dt.datetime) -> PaymentAttempt:
    lines = list(order.lines.select_related("offer", "consent").order_by("pk"))
    consents = [line.consent for line in lines if hasattr(line, "consent")]
    save_method = any(consent.withdrawn_at is None for consent in consents)
    what = str(order.get_kind_display()) if order.kind in Order.BILLS else ""
    asked = payment_of(order, lines, what=what, save_method=save_method, now=now)
    return payments.plan_checkout(**asked, asked_from=asked_from)


def close_abandoned_orders(*, now: dt.datetime) -> int:
    """Close the orders that nobody paid for within a week, of automatic renewals within a month; how many were.

    A payment that comes later still counts. A bill for postage says for itself until when it may be paid.
    """
    left = Q(kind__in=[Order.Kind.NEW, Order.Kind.COPIES], placed_at__lt=now - ORDER_MAY_BE_PAID_FOR)
    left |= Q(kind=Order.Kind.RENEWAL, placed_at__lt=now - RENEWAL_MAY_BE_PAID_FOR)
    waiting = Order.objects.filter(left, state=Order.State.AWAITING_PAYMENT)
    ids = list(waiting.values_list("pk", flat=True)[:500])
    return each(ids, lambda order_id: _close(order_id, now=now), failed="order_not_closed")


@transaction.atomic
def _close(order_id: int, *, now: dt.datetime) -> bool:
    order = (
        Order.objects.select_for_update(skip_locked=True)
        .filter(pk=order_id, state=Order.State.AWAITING_PAYMENT)
        .first()
    )
    if order is None:
        return False
    last = payment_queries.latest_attempt(order.uuid)
    if last is not None and last.state in (*PaymentAttempt.LIVE, PaymentAttempt.State.PAID):
        return False
    order.state = Order.State.EXPIRED
    order.closed_at = now
    order.save(update_fields=["state", "closed_at"])
    Bill.objects.filter(order=order).update(closed_at=now)
    record(system("abandoned"), "order.expired", order)
    return True
