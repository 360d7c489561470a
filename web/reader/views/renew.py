"""Renewing a subscription: what is paid for already is said first, then what more would cost."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.client_address import client_ip
from foundation.errors import DomainError, NotFound
from foundation.limits.actions import TooMany
from orders.checkout import actions
from orders.checkout.rules import Circumstances
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from subscriptions.readers.queries import typed_address
from web.reader import queries, visitor
from web.reader.countries import HOME
from web.reader.forms.order import fresh_key
from web.reader.forms.renew import RenewForm
from web.reader.page import personal
from web.reader.queries import MySubscription
from web.reader.shelf import Shelf, shelf_of
from web.reader.views.my_subscription import signed_in
from web.reader.views.orders import to_payment

# More issues ahead than this, and the reader has to say that it is no mistake.
FAR_AHEAD = 12


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def renew(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    mine = queries.my_subscription(
        readers=readers, magazine=magazine, subscription_uuid=subscription_uuid, now=clock.now()
    )
    if not mine.is_mine:
        raise NotFound("A subscription is renewed by its reader.")
    shelf = _shelf(mine)
    must_be_sure = mine.overview.units_left is not None and mine.overview.units_left > FAR_AHEAD
    if request.method != "POST":
        return _show(request, mine, _fresh(shelf, must_be_sure))
    form = RenewForm(request.POST, shelf=shelf, must_be_sure=must_be_sure)
    good = form.is_valid()
    if request.POST.get("seen") != shelf.mark:
        return _show(request, mine, _fresh(shelf, must_be_sure), price_is_new=True)
    return _place(request, mine, form) if good else _show(request, mine, form, status=400)


def _place(request: HttpRequest, mine: MySubscription, form: RenewForm) -> HttpResponse:
    address = mine.overview.address
    if address is None:
        raise NotFound("There is no address to send it to.")
    asked = form.order_request(reader=mine.overview.reader, ship_to=typed_address(address))
    try:
        placed = actions.place_order(
            request=asked,
            key=form.idempotency_key(),
            by=visitor.actor(request),
            circumstances=Circumstances(
                channel="web", ip=client_ip(request), user_agent=request.headers.get("User-Agent", "")
            ),
            now=clock.now(),
            subscription=mine.overview.subscription,
        )
    except DomainError as refusal:
        form.tell(refusal)
        return _show(request, mine, form, status=429 if isinstance(refusal, TooMany) else 400)
    visitor.remember_order(request, placed.order.number)
    return to_payment(request, placed.order)


def _shelf(mine: MySubscription) -> Shelf:
    """What may come behind it; nothing behind a subscription without end."""
    now, magazine = clock.now(), mine.overview.magazine
    offers = queries.renewal_offers(magazine=magazine, day=now.astimezone(magazine.zone).date())
    return shelf_of(
        magazine=magazine,
        offers=offers if mine.overview.units_left is not None else [],
        country=mine.overview.address.country if mine.overview.address else HOME,
        copies=queries.copies_of(mine.overview.subscription.pk),
        now=now,
        subscription_id=mine.overview.subscription.pk,
        told_on=clock.today(magazine.zone),
    )


def _fresh(shelf: Shelf, must_be_sure: bool) -> RenewForm:
    offer = next((quote.offer.code for quote in shelf.quotes), "")
    initial = {"offer": offer, "key": fresh_key(), "seen": shelf.mark, "shown_consents": shelf.consent_marks}
    return RenewForm(initial=initial, shelf=shelf, must_be_sure=must_be_sure)


def _show(
    request: HttpRequest, mine: MySubscription, form: RenewForm, *, price_is_new: bool = False, status: int = 200
) -> HttpResponse:
    shelf = form.shelf
    context = {
        "magazine": mine.overview.magazine,
        "mine": mine,
        "form": form,
        "shelf": shelf,
        "consents": [] if mine.overview.auto_renews else shelf.consents,
        "chosen": form["offer"].value(),
        "price_is_new": price_is_new,
        "shown": {"seen": shelf.mark, "shown_consents": shelf.consent_marks},
        "is_signed_in": True,
        "page": "my",
    }
    return render(request, "reader/renew.html", context, status=status)
