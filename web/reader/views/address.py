"""A change of address, answered with the first issue that it reaches."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.errors import Invalid, NotFound
from subscriptions.catalog.models import Magazine
from subscriptions.readers import actions as people
from subscriptions.readers.models import Reader
from subscriptions.readers.queries import typed_address
from subscriptions.terms import actions as terms
from subscriptions.terms.actions import AddressChange
from web.reader import queries, visitor
from web.reader.countries import HOME, NAMES
from web.reader.forms.address import ReaderAddressForm, as_initial, layout_for
from web.reader.page import personal
from web.reader.queries import MySubscription
from web.reader.views.my_subscription import signed_in


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    mine = queries.my_subscription(
        readers=readers, magazine=magazine, subscription_uuid=subscription_uuid, now=clock.now()
    )
    if not mine.is_mine:
        raise NotFound("The address is its reader's to change.")
    if request.method != "POST":
        return _show(request, mine, _as_it_stands(mine))
    layout = layout_for(request.POST.get("country", "") if request.POST.get("country") in NAMES else HOME)
    if "update" in request.POST or request.POST.get("layout") != layout:
        return _show(request, mine, ReaderAddressForm(initial=request.POST.dict(), layout=layout))
    form = ReaderAddressForm(request.POST, layout=layout)
    if not form.is_valid():
        return _show(request, mine, form, status=400)
    if form.must_ask:
        return _show(request, mine, form, asks=True)
    try:
        change = _move(request, mine, form)
    except Invalid as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, mine, form, status=400)
    tell(request, change)
    return redirect("reader:my_subscription", code=magazine.code)


@transaction.atomic
def _move(request: HttpRequest, mine: MySubscription, form: ReaderAddressForm) -> AddressChange:
    now, by = clock.now(), visitor.actor(request)
    subscription = mine.overview.subscription
    address = people.add_address(reader_id=subscription.reader_id, typed=form.typed(), by=by, source="reader", now=now)
    return terms.change_address(subscription_id=subscription.pk, address_id=address.pk, by=by, now=now)


def tell(request: HttpRequest, change: AddressChange) -> None:
    """The answer in words: first issue, what still goes to the old address, until when that holds."""
    messages.success(
        request,
        _("Thank you. %(issue)s is the first issue that goes to the new address.")
        % {"issue": change.first_issue.cover_label},
    )
    for issue in change.still_old:
        messages.info(
            request,
            _("%(issue)s still goes to the old address; expect it by %(day)s.")
            % {"issue": issue.cover_label, "day": date_format(issue.in_home_until, "F j")},
        )
    until = change.holds_until.astimezone(change.first_issue.magazine.zone)
    messages.info(
        request,
        _("If anything is wrong with it, change it again before %(moment)s: then %(issue)s still follows.")
        % {"moment": date_format(until, "g:i a, F j"), "issue": change.first_issue.cover_label},
    )


def _as_it_stands(mine: MySubscription) -> ReaderAddressForm:
    address = mine.overview.address
    if address is None:
        return ReaderAddressForm(initial={"country": HOME, "name": mine.overview.reader.name}, layout=HOME)
    return ReaderAddressForm(initial=as_initial(typed_address(address)), layout=layout_for(address.country))


def _show(
    request: HttpRequest, mine: MySubscription, form: ReaderAddressForm, *, asks: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "magazine": mine.overview.magazine,
        "mine": mine,
        "form": form,
        "asks": asks,
        "is_signed_in": True,
        "page": "my",
    }
    return render(request, "reader/address.html", context, status=status)
