"""Giving the magazine: several recipients on one page, without scripts; then one payment."""

import hashlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.actors import ANONYMOUS
from foundation.client_address import client_ip
from foundation.errors import DomainError, Invalid
from foundation.limits.actions import TooMany
from orders.checkout import actions
from orders.checkout.rules import Circumstances, OrderRequest
from subscriptions.readers.models import Reader
from web.gift_rows import MOST_ROWS, place_of, startable
from web.reader import queries, visitor
from web.reader.forms.gifts import PLACES, GiftForm, GiverForm, country_of, typed_rows
from web.reader.forms.order import KEY, fresh_key
from web.reader.gift_shelf import GiftShelf, gift_shelf
from web.reader.page import find_magazine, personal
from web.reader.views.orders import to_payment


@dataclass
class GivePage:
    """The forms of the page: who gives, and each gift."""

    shelf: GiftShelf
    giver: GiverForm
    gifts: list[GiftForm]
    readers: list[Reader]

    def is_good(self) -> bool:
        """Looks at every form, so that everything that is wrong is told at once."""
        return all([self.giver.is_valid(), *[gift.is_valid() for gift in self.gifts]])

    @property
    def doubtful(self) -> list[GiftForm]:
        return [gift for gift in self.gifts if gift.warnings]

    @property
    def addresses_mark(self) -> str:
        """Says which addresses were shown with their warnings."""
        return hashlib.sha256("".join(gift.address_mark for gift in self.gifts).encode()).hexdigest()[:32]

    @property
    def has_errors(self) -> bool:
        return bool(self.giver.errors) or any(gift.errors for gift in self.gifts)

    def order_request(self, *, source_key: str) -> OrderRequest:
        from_name = self.giver.cleaned_data["from_name"]
        return OrderRequest(
            offer=self.giver.cleaned_data["offer"],
            payer=self.giver.payer(),
            source_key=source_key,
            gifts=tuple(gift.wish(from_name=from_name) for gift in self.gifts),
        )

    def tell(self, refusal: DomainError) -> None:
        """Write a refusal beside the field that it is about, or above the form."""
        if not isinstance(refusal, Invalid):
            self.giver.add_error(None, refusal.sentence)
            return
        for path, problems in refusal.fields.items():
            sentences = [sentence for _code, sentence in problems]
            if (at := place_of(path, gifts=len(self.gifts))) is not None:
                place, field = at
                self.gifts[place].add_error(PLACES.get(field), sentences)
            else:
                self.giver.add_error(None, sentences)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows one empty gift; POST adds one, takes one away, looks at the price again, or orders."""
    magazine = find_magazine(code)
    typed = request.POST if request.method == "POST" else request.GET
    rows = typed_rows(typed)
    shelf = gift_shelf(
        magazine=magazine, chosen=typed.get("offer", ""), countries=[country_of(row) for row in rows], now=clock.now()
    )
    if request.method != "POST" or {"more", "less", "update"} & set(typed):
        return show(request, fresh(request, shelf, rows))
    return order(request, shelf, rows)


def order(request: HttpRequest, shelf: GiftShelf, rows: list[dict[str, str]]) -> HttpResponse:
    page = bound(request, shelf, rows)
    good = page.is_good()
    if good and request.POST.get("seen") != shelf.mark:
        # A country, an offer or a price is another than what was shown: nobody pays what they did not see.
        return show(request, fresh(request, shelf, rows), price_is_new=True)
    if not good:
        return show(request, page, status=400)
    if page.doubtful and request.POST.get("as_typed") != page.addresses_mark:
        return show(request, page, asks=True)
    return place(request, page)


def place(request: HttpRequest, page: GivePage) -> HttpResponse:
    asked = page.order_request(source_key=queries.source_key_or_web(request.POST.get("source_key", "")))
    key = page.giver.cleaned_data["key"]
    typed = hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
    try:
        placed = actions.place_order(
            request=asked,
            key=f"{key if KEY.fullmatch(key) else fresh_key()}:{typed}",
            by=visitor.actor(request) if page.readers else ANONYMOUS,
            circumstances=Circumstances(
                channel="web", ip=client_ip(request), user_agent=request.headers.get("User-Agent", "")
            ),
            now=clock.now(),
            donors=page.readers,
        )
    except DomainError as refusal:
        page.tell(refusal)
        return show(request, page, status=429 if isinstance(refusal, TooMany) else 400)
    visitor.remember_order(request, placed.order.number)
    return to_payment(request, placed.order)


def fresh(request: HttpRequest, shelf: GiftShelf, rows: list[dict[str, str]]) -> GivePage:
    """The page with what was typed so far, and no word about what is missing."""
    typed = request.POST if request.method == "POST" else request.GET
    readers = visitor.readers(request)
    kept = {name: typed.get(name, "") for name in ("payer_name", "email", "from_name")}
    initial = {**kept, "offer": shelf.chosen, "key": typed.get("key") or fresh_key()}
    giver = GiverForm(initial=initial, offers=shelf.offers, giver=next(iter(readers), None))
    issues = startable(shelf.magazine.pk, now=clock.now())
    gifts = [
        GiftForm(
            initial={**row, "country": row["country"] or country_of(row)},
            prefix=f"g{place}",
            layout=country_of(row),
            issues=issues,
        )
        for place, row in enumerate(rows)
    ]
    if {"more", "less"} & set(typed):
        # Whoever asked for another one goes on there, not at the top of the page.
        gifts[-1].fields["recipient"].widget.attrs["autofocus"] = True
    return GivePage(shelf, giver, gifts, readers)


def bound(request: HttpRequest, shelf: GiftShelf, rows: list[dict[str, str]]) -> GivePage:
    readers = visitor.readers(request)
    giver = GiverForm(request.POST, offers=shelf.offers, giver=next(iter(readers), None))
    issues = startable(shelf.magazine.pk, now=clock.now())
    gifts = [
        GiftForm(request.POST, prefix=f"g{place}", layout=country_of(row), issues=issues)
        for place, row in enumerate(rows)
    ]
    return GivePage(shelf, giver, gifts, readers)


def show(
    request: HttpRequest, page: GivePage, *, asks: bool = False, price_is_new: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "magazine": page.shelf.magazine,
        "shelf": page.shelf,
        "giver": page.giver,
        "gifts": list(zip(page.gifts, page.shelf.priced, strict=True)),
        "forms": [page.giver, *page.gifts],
        "giving": page,
        "asks": asks,
        "price_is_new": price_is_new,
        "source_key": queries.source_key_or_web(request.POST.get("source_key", "") or request.GET.get("key", "")),
        "may_add": len(page.gifts) < MOST_ROWS,
        "is_signed_in": bool(page.readers),
        "page": "give",
        "title": _("Give it"),
    }
    return render(request, "reader/give.html", context, status=status)
