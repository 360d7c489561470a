"""One order with its lines, payments and journals. Orders are read here; they change by what happens to them."""

from django.http import HttpRequest, HttpResponse

from foundation.errors import NotFound
from orders.checkout import queries
from orders.checkout.models import OrderPayment
from orders.ledger.models import Journal
from orders.payments import queries as payments
from web.desk.pages.base import DeskPage
from web.desk.queries.people import names_of


class OneOrder(DeskPage):
    capability = "see_orders"
    template = "desk/order.html"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        order = queries.orders_with_lines().filter(number=number).first()
        if order is None:
            raise NotFound("There is no such order.")
        paid = list(OrderPayment.objects.filter(order=order).select_related("attempt").order_by("pk"))
        journals = [pk for payment in paid for pk in (payment.journal_id, payment.fee_journal_id) if pk]
        return self.show(
            title=f"Order {order.number}",
            order=order,
            attempts=list(payments.attempts_of(order.uuid).select_related("saved_method")),
            payments=paid,
            journals=Journal.objects.filter(pk__in=journals).prefetch_related("lines__account")
            if self.staff.may("see_money")
            else [],
            names=names_of([order.placed_by]),
        )
