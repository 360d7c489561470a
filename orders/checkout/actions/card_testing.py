"""The fences around every road to a payment page (docs/decisions/0006)."""

import datetime as dt

import structlog
from django.conf import settings

from foundation.actors import Actor
from foundation.client_address import as_counted, subnet_of
from foundation.errors import DomainError
from foundation.limits.actions import Limit, TooMany, count_all_and_refuse, hash_of
from orders.checkout.models import Order
from orders.payments import queries as payments
from orders.payments.rules.breaker import DECLINES_OF_A_CONNECTION

log = structlog.get_logger(__name__)
# Whom a limit by connection holds back.
BY_THEMSELVES = ("anonymous", "reader")
HOUR = dt.timedelta(hours=1)


class CheckoutPaused(DomainError):
    code = "checkout_paused"


def guard_new_order(
    *, email: str, ip: str | None, by: Actor, declined_from_here: int, looks_like_card_testing: bool
) -> None:
    """Count it for its connection and its mail address; staff is not counted. Outside of any transaction.

    :raises TooMany: past one of the limits
    :raises CheckoutPaused: while the breaker is open, for everybody
    """
    limits = _of_connection(ip, by=by)
    if by.kind != "staff":
        sentence = "Too many orders came for this mail address within an hour. Please try again later."
        limits.append(Limit("orders_per_email", email.lower(), settings.LIMIT_ORDERS_PER_EMAIL, HOUR, sentence))
    count_all_and_refuse(limits)
    _refuse_after_declines(declined_from_here)
    if looks_like_card_testing:
        log.warning("checkouts_are_paused", asked="an order")
        raise CheckoutPaused(
            "Card payments are paused for some minutes. Nothing was ordered; please try again shortly."
        )


def guard_another_page(*, order: Order, ip: str | None, by: Actor, now: dt.datetime) -> None:
    """The same for one more payment page of an order that is there: it counts like an order, and for its order.

    :raises TooMany: past one of the limits
    :raises CheckoutPaused: while the breaker is open, for everybody
    """
    limits = _of_connection(ip, by=by)
    if by.kind != "staff":
        sentence = "Too many payment pages were opened for this order within an hour. Please try again later."
        most = settings.LIMIT_CHECKOUTS_PER_ORDER
        limits.append(Limit("checkouts_per_order", str(order.uuid), most, HOUR, sentence))
    count_all_and_refuse(limits)
    _refuse_after_declines(payments.declined_from(asked_from(ip, by=by), now=now))
    if payments.breaker_is_open(now):
        log.warning("checkouts_are_paused", asked="another page")
        raise CheckoutPaused("Card payments are paused for some minutes. The order stands; please try again shortly.")


def asked_from(ip: str | None, *, by: Actor) -> str:
    """What is kept of where a buyer came from: a keyed hash; nothing of those who are not counted by it."""
    return hash_of("asked_from", as_counted(ip)) if ip and by.kind in BY_THEMSELVES else ""


def _refuse_after_declines(declined: int) -> None:
    if declined >= settings.LIMIT_DECLINES_PER_IP:
        raise TooMany(
            "Too many cards were declined from your connection today. Please try again tomorrow or write to us.",
            retry_after=int(DECLINES_OF_A_CONNECTION.total_seconds()),
        )


def _of_connection(ip: str | None, *, by: Actor) -> list[Limit]:
    """A website's server orders for many buyers, so only those who come by themselves are counted by where from."""
    if by.kind not in BY_THEMSELVES:
        return []
    sentence = "Too many orders came from your connection within an hour. Please try again later or write to us."
    return [
        Limit("orders_per_ip", as_counted(ip), settings.LIMIT_ORDERS_PER_IP, HOUR, sentence),
        Limit("orders_per_subnet", subnet_of(ip), settings.LIMIT_ORDERS_PER_SUBNET, HOUR, sentence),
    ]
