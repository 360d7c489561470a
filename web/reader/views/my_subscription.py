"""What a signed-in reader gets, until which issue and why; and ending the automatic renewal."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.errors import NotFound
from orders.renewals import actions as renewals
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from web.reader import queries, visitor
from web.reader.page import find_magazine, personal


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view gets the magazine and the readers; whoever is not signed in is asked to be."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str, **kwargs: object) -> HttpResponse:
        magazine = find_magazine(code)
        readers = visitor.readers(request)
        if not readers:
            return redirect("reader:sign_in", code=code)
        return view(request, magazine, readers, **kwargs)

    return guarded


@personal
@signed_in
@require_safe
def my_subscription(request: HttpRequest, magazine: Magazine, readers: list[Reader]) -> HttpResponse:
    subscriptions = queries.my_subscriptions(readers=readers, magazine=magazine, now=clock.now())
    context = {
        "magazine": magazine,
        "readers": readers,
        "subscriptions": subscriptions,
        "may_order_copies": [mine.overview.subscription.pk for mine in subscriptions if mine.may_order_copies],
        "access": queries.access_of(readers=readers, magazine=magazine, now=clock.now()),
        "today": clock.today(magazine.zone),
        "bills": queries.bills_of(readers=readers, magazine=magazine),
        "orders": queries.orders_of(readers=readers, magazine=magazine),
        "is_signed_in": True,
        "page": "my",
    }
    return render(request, "reader/my_subscription.html", context)


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def stop_renewal(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    """GET says what the button does; POST ends the automatic renewal."""
    mine = queries.my_subscription(
        readers=readers, magazine=magazine, subscription_uuid=subscription_uuid, now=clock.now()
    )
    if request.method != "POST":
        if mine.overview.auto_renews and not mine.i_pay:
            raise NotFound("Somebody else pays for it.")
        context = {"magazine": magazine, "mine": mine, "is_signed_in": True, "page": "my"}
        return render(request, "reader/stop_renewal.html", context)
    if not mine.i_pay:
        return redirect("reader:my_subscription", code=magazine.code)
    ended = renewals.cancel_auto_renew(
        subscription_id=mine.overview.subscription.pk, by=visitor.actor(request), now=clock.now()
    )
    messages.success(request, _("Automatic renewal is cancelled. We will not charge you again."))
    if ended.charge_under_way:
        messages.warning(
            request,
            _(
                "A charge had already left for your bank. If it goes through you get its issues; "
                "write to us to have it back."
            ),
        )
    return redirect("reader:my_subscription", code=magazine.code)
