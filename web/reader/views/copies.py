"""More copies of each issue: what they cost is said first, and they come once they are paid for."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation import clock
from foundation.client_address import client_ip
from foundation.errors import DomainError, NotFound
from orders.checkout import actions
from orders.checkout import queries as checkout
from orders.checkout.models import Bill
from orders.payments import actions as payment_actions
from orders.payments import queries as payments
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from web.reader import queries, visitor
from web.reader.forms.copies import CopiesForm
from web.reader.page import personal
from web.reader.queries import MySubscription
from web.reader.views.my_subscription import signed_in
from web.reader.views.orders import to_payment


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def more_copies(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    """GET asks how many, with `?copies=5` it says what they cost; POST orders them."""
    mine = queries.my_subscription(
        readers=readers, magazine=magazine, subscription_uuid=subscription_uuid, now=clock.now()
    )
    if not mine.may_order_copies:
        raise NotFound("More copies are ordered by whoever pays.")
    waiting = next((bill for bill in mine.bills if bill.why == Bill.Why.COPIES), None)
    typed = request.POST if request.method == "POST" else request.GET
    form = CopiesForm(typed if "copies" in typed or request.method == "POST" else None)
    if not form.is_bound:
        return _show(request, mine, form, waiting)
    if not form.is_valid():
        return _show(request, mine, form, waiting, status=400)
    try:
        return _step(request, mine, form, waiting)
    except DomainError as refusal:
        form.add_error("copies", refusal.sentence)
        return _show(request, mine, form, waiting, status=409)


@personal
@signed_in
@require_POST
def withdraw_copies(request: HttpRequest, magazine: Magazine, readers: list[Reader], number: str) -> HttpResponse:
    """Take back a wish that waits for its payment: for whoever was to pay it, whosever subscription it is for."""
    bill = queries.bill_of(readers=readers, magazine=magazine, number=number)
    if bill.why != Bill.Why.COPIES:
        raise NotFound("That bill is not for more copies.")
    _close_page(bill)
    actions.withdraw_copies(bill_id=bill.pk, by=visitor.actor(request), now=clock.now())
    messages.success(request, _("Taken back. The number of copies stays as it is, and nothing was charged."))
    return redirect("reader:my_subscription", code=magazine.code)


def _step(request: HttpRequest, mine: MySubscription, form: CopiesForm, waiting: Bill | None) -> HttpResponse:
    copies, now = form.cleaned_data["copies"], clock.now()
    quotes = checkout.quote_copies(subscription_id=mine.overview.subscription.pk, copies=copies, now=now)
    if not quotes or any(copies < quote.term.copies for quote in quotes):
        raise actions.NothingToPay(
            _("That is not more than you get already. For fewer copies please write or call us: you lose nothing.")
        )
    total = sum(quote.more_cents for quote in quotes)
    if request.method != "POST" or request.POST.get("seen") != f"{copies}:{total}":
        return _show(request, mine, form, waiting, quotes=quotes)
    if waiting is not None and waiting.copies != copies:
        _close_page(waiting)
    by = visitor.actor(request)
    bill = actions.order_copies(subscription_id=mine.overview.subscription.pk, copies=copies, by=by, now=now)
    actions.pay_again(order_id=bill.order_id, by=by, ip=client_ip(request), now=now)
    visitor.remember_order(request, bill.order.number)
    return to_payment(request, bill.order)


def _close_page(bill: Bill) -> None:
    """So that nobody pays for what is not wanted any more. Whoever is quicker is told by the action."""
    attempt = payments.latest_attempt(bill.order.uuid)
    if attempt is not None and attempt.state in PaymentAttempt.LIVE:
        payment_actions.close_checkout(attempt_id=attempt.pk, now=clock.now())


def _show(
    request: HttpRequest,
    mine: MySubscription,
    form: CopiesForm,
    waiting: Bill | None,
    *,
    quotes: Sequence[checkout.CopiesQuote] = (),
    status: int = 200,
) -> HttpResponse:
    total = sum(quote.more_cents for quote in quotes)
    context = {
        "magazine": mine.overview.magazine,
        "mine": mine,
        "form": form,
        "waiting": waiting,
        "quote": quotes[0] if quotes else None,
        "issues": sum(quote.issues for quote in quotes),
        "total_cents": total,
        "seen": f"{form.cleaned_data['copies']}:{total}" if quotes else "",
        "is_signed_in": True,
        "page": "my",
    }
    return render(request, "reader/more_copies.html", context, status=status)
