"""Redeeming a gift code: first the code, then where the magazine should go. The code never stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.actors import ANONYMOUS
from foundation.client_address import client_ip
from foundation.errors import DomainError, Invalid
from foundation.limits.actions import TooMany
from orders.checkout import actions, queries
from orders.checkout.models import Gift, GiftCode
from subscriptions.catalog.models import Magazine
from subscriptions.readers import queries as people
from subscriptions.terms.models import Subscription
from web.reader import visitor
from web.reader.countries import HOME
from web.reader.forms.address import as_initial, layout_for
from web.reader.forms.redeem import CodeForm, RedeemForm
from web.reader.page import personal, render_for_house, too_many

PREFIXES = ("address.", "recipient.")


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def redeem(request: HttpRequest) -> HttpResponse:
    """GET asks for the code; POST shows the gift and asks where it goes, and with an address the gift begins."""
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask_for_code(request, form, status=400 if request.method == "POST" else 200)
    try:
        actions.guard_against_guessing(ip=client_ip(request), by=ANONYMOUS)
        code = queries.find_code(form.cleaned_data["code"])
        actions.refuse_closed_code(code, now=clock.now())
    except TooMany as refusal:
        return too_many(request, refusal)
    except DomainError as refusal:
        form.add_error("code", refusal.sentence)
        return _ask_for_code(request, form, status=400)
    joins = _own(request, code.line.order.magazine)
    if "line1" not in request.POST or "update" in request.POST:
        return _ask_for_address(request, code, _fresh(request, form, joins), joins)
    return _redeem(request, code, joins)


def _redeem(request: HttpRequest, code: GiftCode, joins: Subscription | None) -> HttpResponse:
    form = RedeemForm(request.POST, layout=layout_for(request.POST.get("country", HOME)), joins=joins is not None)
    if not form.is_valid():
        return _ask_for_address(request, code, form, joins, status=400)
    if form.must_ask:
        return _ask_for_address(request, code, form, joins, asks=True)
    try:
        redeemed = actions.redeem_code(
            code=form.cleaned_data["code"],
            recipient=form.person(),
            address=form.typed(),
            by=visitor.actor(request),
            now=clock.now(),
            subscription=joins,
            meets=form.cleaned_data.get("meets") or Gift.Meets.QUEUE,
        )
    except Invalid as refusal:
        for path, problems in refusal.fields.items():
            name = next((path.removeprefix(p) for p in PREFIXES if path.startswith(p)), path)
            form.add_error(name if name in form.fields else None, [sentence for _code, sentence in problems])
        return _ask_for_address(request, code, form, joins, status=400)
    except DomainError as refusal:
        form.add_error(None, refusal.sentence)
        return _ask_for_address(request, code, form, joins, status=409)
    magazine = redeemed.line.order.magazine
    context = {
        "magazine": magazine,
        "redeemed": redeemed,
        "first": redeemed.term.start_issue if redeemed.term else None,
    }
    return render(request, "reader/redeemed.html", context)


def _own(request: HttpRequest, magazine: Magazine) -> Subscription | None:
    """What the signed-in reader has of this magazine, the newest; nobody else's is ever looked up."""
    readers = [reader.pk for reader in visitor.readers(request)]
    own = Subscription.objects.filter(reader__in=readers, magazine=magazine, merged_into__isnull=True)
    return own.select_related("reader").order_by("-pk").first()


def _fresh(request: HttpRequest, form: CodeForm, joins: Subscription | None) -> RedeemForm:
    typed = {name: request.POST.get(name, "") for name in ("name", "email", "company", "line1", "line2", "city")}
    initial: dict[str, str] = {**typed, "country": request.POST.get("country", HOME)}
    if joins is not None and "line1" not in request.POST:
        address = people.newest_address(joins.reader_id)
        known = dict(as_initial(people.typed_address(address))) if address else {}
        initial |= {**known, "name": joins.reader.name, "email": joins.reader.email}
    initial |= {"code": form.cleaned_data["code"], "meets": Gift.Meets.QUEUE}
    return RedeemForm(initial=initial, layout=layout_for(initial["country"]), joins=joins is not None)


def _ask_for_code(request: HttpRequest, form: CodeForm, *, status: int) -> HttpResponse:
    return render_for_house(request, "reader/redeem.html", {"form": form}, status=status)


def _ask_for_address(
    request: HttpRequest,
    code: GiftCode,
    form: RedeemForm,
    joins: Subscription | None,
    *,
    asks: bool = False,
    status: int = 200,
) -> HttpResponse:
    line = code.line
    outcome = queries.gift_outcome(
        magazine_id=line.order.magazine_id,
        issues=line.issues,
        subscription_id=joins.pk if joins else None,
        now=clock.now(),
    )
    context = {
        "magazine": line.order.magazine,
        "gift": line.gift,
        "line": line,
        "form": form,
        "joins": joins,
        "outcome": outcome,
        "asks": asks,
        "is_signed_in": bool(visitor.readers(request)),
    }
    return render(request, "reader/redeem_address.html", context, status=status)
