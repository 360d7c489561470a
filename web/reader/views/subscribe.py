"""The subscribe page: what it costs here, who pays, where it goes; then to Stripe's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.actors import ANONYMOUS
from foundation.client_address import client_ip
from foundation.errors import DomainError
from foundation.limits.actions import TooMany
from orders.checkout import actions
from orders.checkout.rules import Circumstances
from web.reader import queries, visitor
from web.reader.countries import HOME
from web.reader.forms.order import OrderForm, choose_country, fresh_key
from web.reader.page import find_magazine, personal
from web.reader.shelf import Shelf, public_shelf
from web.reader.views.orders import to_payment


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the offers with the prices for a country and writes nothing; POST orders."""
    typed = request.POST if request.method == "POST" else request.GET
    country, copies = choose_country(typed)
    shelf = public_shelf(magazine=find_magazine(code), country=country, copies=copies, now=clock.now())
    if request.method != "POST":
        key = queries.source_key_or_web(typed.get("key", ""))
        return show(request, shelf, fresh_form(shelf, {"source_key": key, "offer": typed.get("offer", "")}))
    if "update" in typed:
        return show(request, shelf, fresh_form(shelf, typed.dict()))
    return order(request, shelf)


def order(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    form = OrderForm(request.POST, shelf=shelf)
    good = form.is_valid()
    if request.POST.get("seen") != shelf.mark and not {"country", "copies"} & set(form.errors):
        # Another country, another number of copies or a new price: nobody pays what was not shown.
        return show(request, shelf, fresh_form(shelf, request.POST.dict()), price_is_new=True)
    if not good:
        return show(request, shelf, form, status=400)
    if form.must_ask:
        return show(request, shelf, form, asks=True)
    return place(request, form)


def place(request: HttpRequest, form: OrderForm) -> HttpResponse:
    asked = form.order_request()
    try:
        placed = actions.place_order(
            request=asked,
            key=form.idempotency_key(),
            by=ANONYMOUS,
            circumstances=Circumstances(
                channel="web", ip=client_ip(request), user_agent=request.headers.get("User-Agent", "")
            ),
            now=clock.now(),
        )
    except DomainError as refusal:
        form.tell(refusal)
        return show(request, form.shelf, form, status=429 if isinstance(refusal, TooMany) else 400)
    visitor.remember_order(request, placed.order.number)
    return to_payment(request, placed.order)


def fresh_form(shelf: Shelf, typed: dict[str, str]) -> OrderForm:
    """The form with what was typed so far, and no word about what is missing. The box is never ticked beforehand."""
    offers = [quote.offer.code for quote in shelf.quotes]
    chosen = typed.get("offer", "") if typed.get("offer") in offers else next(iter(offers), "")
    initial = {**typed, "country": shelf.country or HOME, "copies": shelf.copies, "offer": chosen, "auto_renew": False}
    initial["key"] = typed.get("key") or fresh_key()
    initial |= {"seen": shelf.mark, "shown_consents": shelf.consent_marks}
    return OrderForm(initial=initial, shelf=shelf)


def show(
    request: HttpRequest,
    shelf: Shelf,
    form: OrderForm,
    *,
    asks: bool = False,
    price_is_new: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "magazine": shelf.magazine,
        "shelf": shelf,
        "form": form,
        "asks": asks,
        "price_is_new": price_is_new,
        "shown": {"seen": shelf.mark, "shown_consents": shelf.consent_marks},
        "page": "subscribe",
        "chosen": form["offer"].value(),
    }
    return render(request, "reader/subscribe.html", context, status=status)
