"""One order with its lines, payments and journals. Orders are read here; they change by what happens to them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions, queries
from orders.checkout.actions import PayLink
from orders.checkout.models import Order, OrderPayment
from orders.ledger.models import Journal
from orders.payments import queries as payments
from web.desk.pages.base import DeskPage, Verb
from web.desk.queries.people import names_of


class OneOrder(DeskPage):
    capability = "see_orders"
    template = "desk/order.html"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        order = find_order(number)
        paid = list(OrderPayment.objects.filter(order=order).select_related("attempt").order_by("pk"))
        journals = [pk for payment in paid for pk in (payment.journal_id, payment.fee_journal_id) if pk]
        bill = queries.bill_of_order(order)
        return self.show(
            bill=bill,
            mailed_to=queries.payers_email(order),
            bill_lines=list(bill.lines.order_by("pk")) if bill else [],
            title=f"Order {order.number}",
            order=order,
            attempts=list(payments.attempts_of(order.uuid).select_related("saved_method")),
            payments=paid,
            journals=Journal.objects.filter(pk__in=journals).prefetch_related("lines__account")
            if self.staff.may("see_money")
            else [],
            names=names_of([order.placed_by]),
        )


class SendPayLink(Verb):
    """For an order that waits for its payment: the payer types the card, on Stripe's page."""

    capability = "change_readers"
    title = "Send the link to pay"
    button = "Make the link"

    def find(self) -> Order:
        return find_order(self.kwargs["number"])

    def asks(self, subject: Order) -> list[str]:
        address = queries.payers_email(subject)
        to = f"It is mailed to {address}" if address else "There is no mail address to send it to"
        return [
            f"A link to order {subject.number}, with which the payer pays it. {to}, and shown to you to pass on.",
            "Never take a card number down: the payer types it on the page of Stripe.",
        ]

    def act(self, subject: Order, answers: dict[str, Any]) -> str:
        return said_of_link(actions.send_pay_link(order_id=subject.pk, by=self.actor, now=clock.now()))

    def back(self, subject: Order) -> str:
        return reverse("admin:order", args=[subject.number])


def said_of_link(link: PayLink) -> str:
    to = (
        f"is on its way to {link.mailed_to}" if link.mailed_to else "is for you to pass on, as there is no mail address"
    )
    return f"The link to pay {to}: {link.url}"


def find_order(number: str) -> Order:
    """:raises NotFound:"""
    order = queries.numbered(queries.orders_with_lines(), number)
    if order is None:
        raise NotFound("There is no such order.")
    return order
