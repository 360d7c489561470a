"""Redeeming a gift code: first the code, then where the magazine should go. The code never stands in an address."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.actors import ANONYMOUS
from foundation.client_address import client_ip
from foundation.errors import DomainError, Invalid
from foundation.limits.actions import TooMany
from orders.checkout import actions, queries
from orders.checkout.models import Gift, GiftCode, OrderLine
from orders.checkout.queries import GiftOutcome
from subscriptions.catalog.models import Magazine
from subscriptions.readers import queries as people
from subscriptions.readers.rules.address import label_form
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription
from web.reader import visitor
from web.reader.countries import HOME
from web.reader.forms.address import FIELDS, as_initial, layout_for
from web.reader.forms.redeem import CodeForm, RedeemForm
from web.reader.page import personal, render_for_house, too_many

PREFIXES = ("address.", "recipient.")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The gift of a code, and what it comes to at this visitor's.

    `meets`: of what is there already: `nothing`, what has `ended`, what is `running`, or what is `endless`, which
    nothing can come behind.
    """

    code: GiftCode
    joins: Subscription | None
    meets: str
    outcome: GiftOutcome | None


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
        if visitor.redeemed_here(request) == str(code.line.uuid):
            return redirect("reader:redeemed")  # Sent a second time, by a double click or by going back.
        actions.refuse_closed_code(code, now=clock.now())
    except TooMany as refusal:
        return too_many(request, refusal)
    except DomainError as refusal:
        form.add_error("code", refusal.sentence)
        return _ask_for_code(request, form, status=400)
    arrival = _arrival(code, _own(request, code.line.order.magazine))
    if "line1" not in request.POST or "update" in request.POST:
        return _ask_for_address(request, arrival, _fresh(request, form, arrival))
    return _redeem(request, arrival)


@personal
@require_safe
def redeemed(request: HttpRequest) -> HttpResponse:
    """What came of the code that this browser redeemed last."""
    lines = OrderLine.objects.select_related("order__magazine", "subscription", "term__start_issue")
    known = visitor.redeemed_here(request)
    line = lines.filter(uuid=known).first() if known else None
    if line is None:
        return redirect("reader:redeem")
    magazine = line.order.magazine
    first, is_behind = queries.told_start(line, today=clock.today(magazine.zone)) if line.term else (None, False)
    context = {"magazine": magazine, "line": line, "first": first, "is_behind": is_behind}
    return render(request, "reader/redeemed.html", context)


def _redeem(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    form = RedeemForm(request.POST, layout=layout_for(request.POST.get("country", HOME)), there=arrival.meets)
    if not form.is_valid():
        return _ask_for_address(request, arrival, form, status=400)
    if form.must_ask:
        return _ask_for_address(request, arrival, form, asks=True)
    try:
        done = actions.redeem_code(
            code=form.cleaned_data["code"],
            recipient=form.person(),
            address=form.typed(),
            by=visitor.actor(request),
            now=clock.now(),
            subscription=_joined(request, arrival, form),
            meets=form.joining,
        )
    except Invalid as refusal:
        for path, problems in refusal.fields.items():
            name = next((path.removeprefix(p) for p in PREFIXES if path.startswith(p)), path)
            form.add_error(name if name in form.fields else None, [sentence for _code, sentence in problems])
        return _ask_for_address(request, arrival, form, status=400)
    except DomainError as refusal:
        form.add_error(None, refusal.sentence)
        return _ask_for_address(request, arrival, form, status=409)
    visitor.remember_redeemed(request, done.line.uuid)
    return redirect("reader:redeemed")


def _joined(request: HttpRequest, arrival: Arrival, form: RedeemForm) -> Subscription | None:
    """Digital access is whose it is said to be, which need not be whoever is signed in."""
    joins, person = arrival.joins, form.person()
    if arrival.code.line.issues:
        return joins or _kept_from(request, arrival.code.line.order.magazine, form)
    if joins is None:
        return None
    is_own = person.email.casefold() == joins.reader.email.casefold() and person.name == joins.reader.name
    return joins if is_own else None


def _kept_from(request: HttpRequest, magazine: Magazine, form: RedeemForm) -> Subscription | None:
    """A line of the signed-in reader that is nothing but a gift announced later. What goes to the same name and address
    comes behind it, as behind any other, and not beside it as a second copy; nothing is said of it."""
    lines = terms.untold_lines([reader.pk for reader in visitor.readers(request)], clock.now())
    found = Subscription.objects.filter(pk__in=lines, magazine=magazine, merged_into__isnull=True)
    typed = label_form(form.typed())
    homes = terms.homes_of(found.order_by("-pk").values_list("pk", flat=True))
    same = [pk for pk, home in homes.items() if label_form(people.typed_address(home)) == typed]
    return found.select_related("reader").filter(pk__in=same).order_by("-pk").first()


def _arrival(code: GiftCode, joins: Subscription | None) -> Arrival:
    line = code.line
    if not line.issues:
        return Arrival(code, joins, "nothing", None)  # Digital access goes by days, behind the access that is there.
    try:
        outcome = _outcome(line, joins, meets=Gift.Meets.QUEUE)
    except terms.TermNeverEnds:
        return Arrival(code, joins, "endless", _outcome(line, joins, meets=Gift.Meets.PARALLEL))
    if joins is None:
        return Arrival(code, joins, "nothing", outcome)
    *there, _gift = outcome.stretches
    return Arrival(code, joins, "running" if there else "ended", outcome)


def _outcome(line: OrderLine, joins: Subscription | None, *, meets: str) -> GiftOutcome:
    return queries.gift_outcome(
        magazine_id=line.order.magazine_id,
        issues=line.issues,
        subscription_id=joins.pk if joins else None,
        meets=meets,
        now=clock.now(),
        told_on=clock.today(line.order.magazine.zone),
    )


def _own(request: HttpRequest, magazine: Magazine) -> Subscription | None:
    """What the signed-in reader has of this magazine and knows of, the newest; nobody else's is ever looked up."""
    readers = [reader.pk for reader in visitor.readers(request)]
    own = Subscription.objects.filter(reader__in=readers, magazine=magazine, merged_into__isnull=True)
    own = own.exclude(pk__in=terms.untold_lines(readers, clock.now()))
    return own.select_related("reader").order_by("-pk").first()


def _fresh(request: HttpRequest, form: CodeForm, arrival: Arrival) -> RedeemForm:
    """The form as it was typed so far, in the layout of the country that was chosen."""
    initial = {name: request.POST.get(name, "") for name in ("name", "email", *FIELDS)}
    initial["country"] = initial["country"] or HOME
    if arrival.joins is not None and "line1" not in request.POST:
        address = people.newest_address(arrival.joins.reader_id)
        known = dict(as_initial(people.typed_address(address))) if address else {}
        initial |= {**known, "name": arrival.joins.reader.name, "email": arrival.joins.reader.email}
    initial |= {"code": form.cleaned_data["code"], "meets": request.POST.get("meets") or Gift.Meets.QUEUE}
    return RedeemForm(initial=initial, layout=layout_for(initial["country"]), there=arrival.meets)


def _ask_for_code(request: HttpRequest, form: CodeForm, *, status: int) -> HttpResponse:
    return render_for_house(request, "reader/redeem.html", {"form": form}, status=status)


def _ask_for_address(
    request: HttpRequest, arrival: Arrival, form: RedeemForm, *, asks: bool = False, status: int = 200
) -> HttpResponse:
    line = arrival.code.line
    context = {
        "magazine": line.order.magazine,
        "gift": line.gift,
        "line": line,
        "form": form,
        "arrival": arrival,
        "outcome": arrival.outcome,
        "asks": asks,
        "is_signed_in": bool(visitor.readers(request)),
    }
    return render(request, "reader/redeem_address.html", context, status=status)
