"""The link in every notice that ends the automatic renewal: one step, no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.actors import Actor
from foundation.mail.actions import LinkIsOver, open_link, use_link
from orders.checkout.queries import line_in_force
from orders.renewals.actions import cancel_auto_renew
from orders.renewals.actions.cancel import CancelledRenewal
from orders.renewals.actions.letters import CANCEL_PURPOSE
from orders.renewals.queries import can_be_stopped
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription
from web.reader.page import personal, render_for_house


@csrf_exempt
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_renewal(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs post `List-Unsubscribe=One-Click` by themselves (RFC 8058) and have no form token."""
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        return one_click(token)
    return button(request, token=token)


def one_click(token: str) -> HttpResponse:
    try:
        _cancel(token, because="cancelled from the mail program")
    except LinkIsOver:
        return HttpResponse("This link is no longer good.\n", status=410, content_type="text/plain")
    return HttpResponse("Automatic renewal is cancelled.\n", content_type="text/plain")


@csrf_protect
def button(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method != "POST":
            subscription = _subscription(open_link(token=token, purpose=CANCEL_PURPOSE).subject)
            return _show(request, "reader/cancel_button.html", subscription)
        subscription, ended = _cancel(token, because="cancelled with the link in a mail")
    except LinkIsOver:
        return render_for_house(request, "reader/link_over.html", {"kind": "cancel"}, status=410)
    return _show(request, "reader/cancel_done.html", subscription, ended=ended)


def _cancel(token: str, *, because: str) -> tuple[Subscription, CancelledRenewal]:
    subscription = _subscription(use_link(token=token, purpose=CANCEL_PURPOSE).subject)
    ended = cancel_auto_renew(
        subscription_id=subscription.pk,
        by=Actor("reader", str(subscription.reader_id)),
        now=clock.now(),
        because=because,
    )
    return subscription, ended


def _subscription(subject: str) -> Subscription:
    named = Subscription.objects.select_related("magazine").get(uuid=subject.removeprefix("subscription:"))
    return line_in_force(named)


def _show(request: HttpRequest, template: str, subscription: Subscription, **more: object) -> HttpResponse:
    """No name, address or price: a link in a mail may be forwarded."""
    context = {
        "magazine": subscription.magazine,
        "auto_renews": can_be_stopped(subscription),
        "expire": terms.expire(subscription.pk, told_on=clock.today(subscription.magazine.zone)),
        **more,
    }
    return render(request, template, context)
