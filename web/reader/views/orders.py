"""An order's page, for whoever placed it from this browser or signed in as its payer; and the road to payment."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from foundation import clock
from foundation.client_address import client_ip
from foundation.errors import DomainError
from foundation.mail.actions import LinkIsOver
from orders.checkout import actions
from orders.checkout.models import Order
from orders.payments import actions as payments
from orders.payments import queries as payment_queries
from orders.payments.errors import StripeIsNotSetUp, StripeIsUnreachable
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Magazine
from subscriptions.readers import queries as people
from web.reader import queries, visitor
from web.reader.page import personal, render_for_house

LOOK_AGAIN_SECONDS = 4
# A page that reloads by itself must come to rest; after that the reader asks.
MOST_LOOKS = 5


@personal
@require_safe
def order_page(request: HttpRequest, number: str) -> HttpResponse:
    order = order_of_visitor(request, number)
    if order is None:
        return not_for_you(request)
    return _show(request, "reader/order.html", order)


@personal
@require_safe
def pay_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an order that was taken on the telephone: this browser may see and pay it from now on."""
    try:
        order = actions.order_behind(token)
    except LinkIsOver:
        return render_for_house(request, "reader/link_over.html", {"kind": "pay"}, status=410)
    visitor.remember_order(request, order.number)
    return redirect("reader:order", number=order.number)


@personal
@require_safe
def thanks(request: HttpRequest, number: str) -> HttpResponse:
    """Where Stripe sends the buyer back to. The address proves nothing: Stripe is asked whether money came."""
    order = order_of_visitor(request, number)
    if order is None:
        return not_for_you(request)
    looks = _looks(request)
    if order.state != Order.State.PAID and looks <= MOST_LOOKS:
        ask_stripe(order)
    again = f"?look={looks + 1}" if looks < MOST_LOOKS else ""
    return _show(request, "reader/thanks.html", order, again=again, seconds=LOOK_AGAIN_SECONDS)


@personal
@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """To Stripe's page, again if need be."""
    order = order_of_visitor(request, number)
    if order is None:
        return not_for_you(request)
    last = payment_queries.latest_attempt(order.uuid)
    if last is not None and _has_run_out(last, now=clock.now()):
        ask_stripe(order)
    try:
        actions.pay_again(order_id=order.pk, by=visitor.actor(request), ip=client_ip(request), now=clock.now())
    except actions.OrderIsClosed:
        return redirect("reader:order", number=number)  # Its page says what became of it.
    return to_payment(request, order)


def to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    """Open Stripe's page. When it cannot be reached the order stands, and its page says how to pay later."""
    attempt = payment_queries.latest_attempt(order.uuid)
    if attempt is not None and attempt.state != PaymentAttempt.State.OPEN:
        try:
            attempt = payments.open_checkout(attempt_id=attempt.pk)
        except (StripeIsUnreachable, StripeIsNotSetUp):
            return redirect("reader:order", number=order.number)
    if attempt is None or attempt.state != PaymentAttempt.State.OPEN or not attempt.checkout_url:
        return redirect("reader:order", number=order.number)
    return HttpResponseRedirect(attempt.checkout_url)


def ask_stripe(order: Order) -> None:
    """Bring the payment up to date, so that a buyer need not wait for the webhook."""
    attempt = payment_queries.latest_attempt(order.uuid)
    if attempt is None or attempt.state not in PaymentAttempt.LIVE:
        return
    try:
        payments.refresh(attempt_id=attempt.pk, now=clock.now())
    except DomainError:
        return  # Unreachable, or something for staff: the webhook and the sweep come anyway, and the page says "wait".


def order_of_visitor(request: HttpRequest, number: str) -> Order | None:
    """None for an unknown order and for somebody else's alike."""
    order = queries.order_numbered(number)
    if order is None:
        return None
    mine = people.files_of(reader.pk for reader in visitor.readers(request))
    return order if visitor.ordered_here(request, number) or order.payer_id in mine else None


def not_for_you(request: HttpRequest) -> HttpResponse:
    """How to get in by mail. Says nothing about whether there is such an order."""
    magazines = Magazine.objects.order_by("name")
    return render_for_house(request, "reader/order_closed_door.html", {"magazines": magazines}, status=404)


def _show(request: HttpRequest, template: str, order: Order, **more: object) -> HttpResponse:
    fresh = queries.order_numbered(order.number) or order
    context = {"magazine": fresh.magazine, "seen": queries.order_on_page(fresh), "order": fresh, **more}
    return render(request, template, context)


def _looks(request: HttpRequest) -> int:
    typed = request.GET.get("look", "0")
    return min(int(typed), MOST_LOOKS) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0


def _has_run_out(attempt: PaymentAttempt, *, now: dt.datetime) -> bool:
    ends = attempt.checkout_expires_at
    return attempt.state == PaymentAttempt.State.OPEN and ends is not None and ends <= now
