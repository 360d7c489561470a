"""A change of address, for good, for a while or every year, answered with the issues that it reaches."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.errors import DomainError, Invalid, NotFound
from orders.checkout import actions as checkout
from orders.checkout import queries as orders
from orders.checkout.actions import Moved
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers.models import Reader
from subscriptions.readers.queries import typed_address
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as service
from subscriptions.terms.actions import AddressChange, StayAnswer
from subscriptions.terms.queries.life import is_told
from web.reader import queries, visitor
from web.reader.countries import HOME, NAMES
from web.reader.forms.address import ReaderAddressForm, as_initial, layout_for
from web.reader.forms.away import KINDS, WhenForm
from web.reader.page import personal
from web.reader.queries import MySubscription
from web.reader.views.my_subscription import signed_in


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    mine = _mine(magazine, readers, subscription_uuid)
    if request.method != "POST":
        return _show(request, mine, _as_it_stands(mine, request), _fresh_when(request))
    layout = layout_for(request.POST.get("country", "") if request.POST.get("country") in NAMES else HOME)
    typed = {**request.POST.dict(), "kind": request.POST.get("kind", "permanent")}
    if "update" in request.POST or request.POST.get("layout") != layout:
        return _show(request, mine, ReaderAddressForm(initial=typed, layout=layout), WhenForm(initial=typed))
    form, when = ReaderAddressForm(request.POST, layout=layout), WhenForm(typed)
    if not all([form.is_valid(), when.is_valid()]):
        return _show(request, mine, form, when, status=400)
    if form.must_ask or _must_agree(request, mine, form, when):
        return _show(request, mine, form, when, asks=form.must_ask)
    try:
        _move(request, mine, form, when)
    except DomainError as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, mine, form, when, status=400 if isinstance(refusal, Invalid) else 409)
    return redirect("reader:my_subscription", code=magazine.code)


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end_stay(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID, stay_uuid: uuid.UUID
) -> HttpResponse:
    """GET says what ending an address away means; POST ends it."""
    mine = _mine(magazine, readers, subscription_uuid)
    stay = next((each for each in mine.stays if each.uuid == stay_uuid), None)
    if stay is None:
        raise NotFound("There is no such address away.")
    if request.method != "POST":
        context = {"magazine": magazine, "mine": mine, "stay": stay, "is_signed_in": True, "page": "my"}
        return render(request, "reader/end_stay.html", context)
    told = terms.end_stay(away_id=stay.pk, by=visitor.actor(request), now=clock.now(), told_on=_today(mine))
    tell_of_end(request, told)
    return redirect("reader:my_subscription", code=magazine.code)


def _mine(magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID) -> MySubscription:
    mine = queries.my_subscription(
        readers=readers, magazine=magazine, subscription_uuid=subscription_uuid, now=clock.now()
    )
    if not mine.is_mine:
        raise NotFound("The address is its reader's to change.")
    return mine


def _must_agree(request: HttpRequest, mine: MySubscription, form: ReaderAddressForm, when: WhenForm) -> bool:
    """A dearer zone that means something for this reader is said before it is done."""
    zone = postage_zone(form.cleaned_data["country"])
    magazine = mine.overview.magazine
    if when.is_away or request.POST.get("agreed_zone") == zone or magazine.zone_change == Magazine.ZoneChange.ABSORB:
        return False
    subscription_id = mine.overview.subscription.pk
    found = orders.quote_move(subscription_id=subscription_id, to_zone=zone, now=clock.now(), told_on=_today(mine))
    if sum(each.cents for each in found) < magazine.absorb_below_cents or not found:
        return False
    form.dearer_zone = zone
    form.is_converted = magazine.zone_change == Magazine.ZoneChange.CONVERT and not when.cleaned_data["moves_on"]
    return True


def _move(request: HttpRequest, mine: MySubscription, form: ReaderAddressForm, when: WhenForm) -> None:
    common: dict[str, Any] = {
        "subscription_id": mine.overview.subscription.pk,
        "typed": form.typed(),
        "source": "reader",
        "by": visitor.actor(request),
        "now": clock.now(),
        "told_on": _today(mine),
    }
    if when.is_away:
        tell_of_stay(request, terms.stay_at_typed(when=when.stay, **common))
    else:
        moved = checkout.move_to_typed(from_on=when.cleaned_data["moves_on"], **common)
        tell(request, moved.change)
        tell_of_zone(request, mine, moved)


def tell(request: HttpRequest, change: AddressChange) -> None:
    """The answer in words: first issue, what is given up or still goes to the old address, until when that holds."""
    first = change.first_coming
    words = _("Thank you. %(issue)s is the first issue that goes to the new address.")
    if first is None:
        words = _("Thank you. Whatever is sent from %(issue)s on goes to the new address.")
    messages.success(request, words % {"issue": (first or change.first_issue).cover_label})
    if change.replaced:
        words = _("The change of address that was entered before, and that no issue has followed yet, is given up.")
        messages.info(request, words)
    _tell_what_goes_to_the_old(request, [*change.still_old, *change.meanwhile])
    if first is not None:
        _tell_until_when(request, first)


def tell_of_stay(request: HttpRequest, answer: StayAnswer) -> None:
    if answer.issues:
        named = ", ".join(issue.cover_label for issue in answer.issues[:6])
        words = ngettext("%(named)s goes there.", "These issues go there: %(named)s.", len(answer.issues))
        messages.success(request, _("Thank you.") + " " + words % {"named": named})
    else:
        messages.success(request, _("Thank you. Whatever is sent in that time goes there."))
    if answer.home_again is not None:
        words = _("%(issue)s is the first to come home again.")
        messages.info(request, words % {"issue": answer.home_again.cover_label})
    _tell_what_goes_to_the_old(request, answer.still_old)
    if answer.issues:
        _tell_until_when(request, answer.issues[0])


def tell_of_end(request: HttpRequest, answer: StayAnswer) -> None:
    """The first issue that goes elsewhere now: home, or where another stay has it."""
    first = answer.first_issue
    messages.success(request, _("Thank you. From now on nothing more is sent to that address."))
    if first is not None and first != answer.home_again:
        words = _("%(issue)s goes to the other address that you have given for that time.")
        messages.info(request, words % {"issue": first.cover_label})
    if answer.home_again is not None:
        words = _("%(issue)s is the first to come home again.")
        messages.info(request, words % {"issue": answer.home_again.cover_label})
    _tell_each(request, answer.still_old, _("%(issue)s is on its way there already; expect it by %(day)s."))
    if first is not None:
        _tell_until_when(request, first)


def tell_of_zone(request: HttpRequest, mine: MySubscription, moved: Moved) -> None:
    """A price is for whoever pays it, how many issues come for the reader. Of a secret gift nothing is said."""
    moves = [move for move in moved.zone_moves if is_told(move.term, _today(mine))]
    if any(move.outcome == "converted" for move in moves):
        last = service.expire(mine.overview.subscription.pk, told_on=_today(mine)).issue
        if last is not None:
            words = _("Postage to there is higher, so your subscription now ends with %(last)s.")
            messages.info(request, words % {"last": last.cover_label})
    if any(move.outcome == "due" for move in moves):
        messages.info(request, _("Postage to there is higher. We write to whoever pays for the subscription about it."))


def _today(mine: MySubscription) -> dt.date:
    return clock.today(mine.overview.magazine.zone)


def _tell_what_goes_to_the_old(request: HttpRequest, issues: list[Issue]) -> None:
    _tell_each(request, issues, _("%(issue)s still goes to the old address; expect it by %(day)s."))


def _tell_each(request: HttpRequest, issues: list[Issue], words: str) -> None:
    for issue in issues:
        told = {"issue": issue.cover_label, "day": date_format(issue.in_home_until, "F j")}
        messages.info(request, words % told)


def _tell_until_when(request: HttpRequest, first: Issue) -> None:
    until = first.pull_at.astimezone(first.magazine.zone)
    messages.info(
        request,
        _("If anything is wrong with it, change it again before %(moment)s: then %(issue)s still follows.")
        % {"moment": date_format(until, "g:i a, F j"), "issue": first.cover_label},
    )


def _as_it_stands(mine: MySubscription, request: HttpRequest) -> ReaderAddressForm:
    address = mine.overview.address
    if address is None or _kind(request) != "permanent":
        return ReaderAddressForm(initial={"country": HOME, "name": mine.overview.reader.name}, layout=HOME)
    return ReaderAddressForm(initial=as_initial(typed_address(address)), layout=layout_for(address.country))


def _fresh_when(request: HttpRequest) -> WhenForm:
    return WhenForm(initial={"kind": _kind(request)})


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in dict(KINDS) else "permanent"


def _show(
    request: HttpRequest,
    mine: MySubscription,
    form: ReaderAddressForm,
    when: WhenForm,
    *,
    asks: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "magazine": mine.overview.magazine,
        "mine": mine,
        "form": form,
        "when": when,
        "asks": asks,
        "destinations": service.destinations(mine.overview.subscription.pk, clock.now(), told_on=_today(mine)),
        "is_signed_in": True,
        "page": "my",
    }
    return render(request, "reader/address.html", context, status=status)
