"""The donor's gift book: who got what, until which issue, and giving it again. Also the card of each gift."""

import hashlib
import uuid

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.client_address import client_ip
from foundation.errors import DomainError, NotFound
from foundation.limits.actions import TooMany
from orders.checkout import actions
from orders.checkout import queries as checkout
from orders.checkout.exports.cards import cards_pdf
from orders.checkout.models import Order, OrderLine
from orders.checkout.queries import GivenGift
from orders.checkout.rules import Circumstances, GiftWish, OrderRequest, Person
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from web.reader import visitor
from web.reader.forms.order import KEY, fresh_key
from web.reader.gift_shelf import GiftShelf, gift_shelf
from web.reader.page import personal
from web.reader.views.my_subscription import signed_in
from web.reader.views.orders import not_for_you, order_of_visitor, to_payment


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def gift_book(request: HttpRequest, magazine: Magazine, readers: list[Reader]) -> HttpResponse:
    """GET shows the book; POST first says what the chosen ones cost together, and then orders them."""
    now = clock.now()
    donors = [reader.pk for reader in readers]
    given = checkout.gifts_given(donors, magazine_id=magazine.pk)
    leaf = Paginator(given, checkout.A_PAGE).get_page(request.GET.get("page"))
    book = checkout.gift_book(
        donors, magazine_id=magazine.pk, now=now, begin=max(0, leaf.start_index() - 1), at_most=checkout.A_PAGE
    )
    last_time = next((gift.line.offer.code for gift in book), "")
    shelf = gift_shelf(magazine=magazine, chosen=request.POST.get("offer", last_time), countries=[], now=now)
    if request.method != "POST":
        return _show(request, shelf, book, leaf, chosen={str(gift.line.uuid) for gift in book if gift.may_repeat})
    chosen = [gift for gift in book if gift.may_repeat and str(gift.line.uuid) in request.POST.getlist("gift")]
    uuids = {str(gift.line.uuid) for gift in chosen}
    if not chosen or not shelf.chosen:
        return _show(request, shelf, book, leaf, chosen=uuids, nobody=True, status=400)
    payer = readers[0]
    asked = OrderRequest(
        offer=shelf.chosen,
        payer=Person(payer.name, payer.email, payer.company, payer.phone),
        gifts=tuple(_again(gift) for gift in chosen),
    )
    try:
        wanted = checkout.gifts_wanted(asked, now=now, donors=donors)
        total = sum(gift.quote.total_cents for gift in wanted)
        if request.POST.get("seen") != _mark(asked, total):
            return _show(request, shelf, book, leaf, chosen=uuids, total=total, seen=_mark(asked, total))
        return _place(request, asked, readers)
    except DomainError as refusal:
        status = 429 if isinstance(refusal, TooMany) else 409
        return _show(request, shelf, book, leaf, chosen=uuids, refusal=refusal.sentence, status=status)


@personal
@require_safe
def gift_card(request: HttpRequest, number: str, line_uuid: uuid.UUID) -> HttpResponse:
    """A gift's card to print, for whoever gives it."""
    order = order_of_visitor(request, number)
    if order is None or order.state != Order.State.PAID:
        return not_for_you(request)
    line = next((line for line in order.lines.all() if line.uuid == line_uuid and hasattr(line, "gift")), None)
    if line is None:
        raise NotFound("There is no such gift in this order.")
    return HttpResponse(
        cards_pdf([checkout.card_of(line.gift, posted=False)]),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="card-{order.number}.pdf"'},
    )


def _again(gift: GivenGift) -> GiftWish:
    """The same gift to the same person, to wherever they are now."""
    return GiftWish(recipient=Person(name=gift.name), from_name=gift.line.gift.from_name, repeats=str(gift.line.uuid))


def _place(request: HttpRequest, asked: OrderRequest, readers: list[Reader]) -> HttpResponse:
    key = request.POST.get("key", "")
    typed = hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
    placed = actions.place_order(
        request=asked,
        key=f"{key if KEY.fullmatch(key) else fresh_key()}:{typed}",
        by=visitor.actor(request),
        circumstances=Circumstances(
            channel="web", ip=client_ip(request), user_agent=request.headers.get("User-Agent", "")
        ),
        now=clock.now(),
        donors=readers,
    )
    visitor.remember_order(request, placed.order.number)
    return to_payment(request, placed.order)


def _mark(asked: OrderRequest, total: int) -> str:
    said = f"{asked.offer} {total} {[gift.repeats for gift in asked.gifts]}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _show(
    request: HttpRequest,
    shelf: GiftShelf,
    book: list[GivenGift],
    leaf: Page[OrderLine],
    *,
    chosen: set[str],
    total: int | None = None,
    seen: str = "",
    nobody: bool = False,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "magazine": shelf.magazine,
        "shelf": shelf,
        "book": book,
        "leaf": leaf,
        "chosen": chosen,
        "may_repeat": any(gift.may_repeat for gift in book),
        "total": total,
        "seen": seen,
        "nobody": nobody,
        "refusal": refusal,
        "key": request.POST.get("key") or fresh_key(),
        "is_signed_in": True,
        "page": "my",
    }
    return render(request, "reader/gift_book.html", context, status=status)
