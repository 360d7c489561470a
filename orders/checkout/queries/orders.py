"""What an offer costs where, and what became of an order. Reads only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from foundation.errors import Invalid, NotFound
from orders.checkout import rules
from orders.checkout.models import Order, OrderLine, OrderPayment
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine, Offer, OfferPrice
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers import queries as people
from subscriptions.terms import queries as terms


class OfferNotOnSale(NotFound):
    code = "offer_not_on_sale"


@dataclass(frozen=True, slots=True)
class Quote:
    """What a term costs in a zone, in cents, and what it brings. `renewal` is the price of a
    renewal and `consent` what to agree to; None where auto-renew is not offered. `start` is the issue that was named.
    """

    offer: Offer
    zone: str
    copies: int
    magazine_cents: int
    postage_cents: int
    currency: str
    first_issue: Issue | None
    expire_issue: Issue | None
    holds_until: dt.datetime | None
    renewal: OfferPrice | None
    consent: rules.ConsentText | None
    start: Issue | None = None

    @property
    def total_cents(self) -> int:
        return self.magazine_cents + self.postage_cents

    @property
    def access_cents(self) -> int:
        """The share of the magazine's price that is for digital access."""
        return access_share(self.offer, self.magazine_cents)


def access_share(offer: Offer, magazine_cents: int) -> int:
    return rules.access_share(
        magazine_cents, issues=offer.issues, access_days=offer.access_days, access_cents=offer.access_cents
    )


def quote(
    *,
    offer_code: str,
    country: str,
    copies: int,
    now: dt.datetime,
    subscription_id: int | None = None,
    price: OfferPrice | None = None,
    start_issue: int | None = None,
    told_on: dt.date | None = None,
) -> Quote:
    """Price and issues for a buyer in `country` (ISO letters); the issues behind what `subscription_id` has already.

    :param price: that of this offer in the country's zone with offer and magazine, where it has been read just now
    :raises OfferNotOnSale: when there is no such offer today
    :param start_issue: the number of the issue that it begins with; it then brings no back issues
    :param told_on: for its reader's eyes: no issue is named where a gift that is announced later stands before it
    :raises TermNeverEnds: when it would wait behind a perpetual term
    :raises Invalid: when it cannot begin with that issue
    """
    zone = postage_zone(country)
    price = _on_sale(price or catalog.price_of_offer(code=offer_code, zone=zone), code=offer_code, zone=zone, now=now)
    offer = price.offer
    renewal = _renewal(offer, zone=zone)
    start = _named(start_issue, offer, now=now) if start_issue is not None else None
    preview = terms.preview_start(
        magazine_id=offer.magazine_id,
        issues=offer.issues,
        now=now,
        subscription_id=subscription_id,
        back_issues=0 if start else offer.magazine.back_start_new,
        start_issue_id=start.pk if start else None,
        told_on=told_on,
    )
    return Quote(
        offer=offer,
        zone=zone,
        copies=copies,
        magazine_cents=price.magazine_cents * copies,
        postage_cents=price.postage_cents * copies if offer.issues else 0,
        currency=offer.currency,
        first_issue=preview.first_issue,
        expire_issue=preview.expire_issue,
        holds_until=preview.holds_until,
        renewal=renewal,
        consent=_consent(offer.magazine, renewal, copies=copies) if renewal else None,
        start=start,
    )


def issues_to_start_with(magazine_id: int, *, now: dt.datetime) -> list[Issue]:
    """The planned issues that a term ordered now can still begin with."""
    return [issue for issue in catalog.planned_issues(magazine_id) if issue.weight and issue.takes_changes(now=now)]


def issue_named(number: int, within_reach: Sequence[Issue], *, field: str, what: str) -> Issue:
    """:raises Invalid: when the issue of that number is out of reach"""
    named = next((issue for issue in within_reach if issue.number == number), None)
    if named is None:
        first = f" The first that still can is {within_reach[0]}." if within_reach else ""
        sentence = f"{what} can no longer start with issue {number}, or not yet.{first}"
        raise Invalid({field: [("out_of_reach", sentence)]})
    return named


def _named(number: int, offer: Offer, *, now: dt.datetime) -> Issue:
    if not offer.issues:
        raise Invalid({"start_issue": [("no_issues", "Digital access begins on a day, with no issue.")]})
    within_reach = issues_to_start_with(offer.magazine_id, now=now)
    return issue_named(number, within_reach, field="start_issue", what="A subscription")


def _on_sale(price: OfferPrice | None, *, code: str, zone: str, now: dt.datetime) -> OfferPrice:
    """With its offer and magazine.

    :raises OfferNotOnSale: when there is no such offer today
    :raises NoPriceForZone: when there is, but not in that zone
    """
    offer = price.offer if price else Offer.objects.select_related("magazine").filter(code=code).first()
    if offer is None or not offer.is_valid_on(now.astimezone(offer.magazine.zone).date()):
        raise OfferNotOnSale(f"There is no offer “{code}” on sale today.")
    return price or catalog.price_of(offer_id=offer.pk, zone=zone)


def _renewal(offer: Offer, *, zone: str) -> OfferPrice | None:
    # A renewal follows the last issue: where there is none, nothing is renewed by itself.
    if offer.renews_with_id is None or offer.kind == Offer.Kind.GIFT or offer.issues == 0:
        return None
    return catalog.price_of(offer_id=offer.renews_with_id, zone=zone)


def _consent(magazine: Magazine, renewal: OfferPrice, *, copies: int) -> rules.ConsentText:
    return rules.consent_text(
        magazine=magazine.name,
        issues=renewal.offer.issues,
        price_cents=renewal.total_cents * copies,
        currency=renewal.offer.currency,
        issues_left=magazine.renew_at_issues_left,
        contact=magazine.contact_email or "customer service",
    )


def view_token(order: Order) -> str:
    """What lets the buyer look at the order. Derived, hence kept nowhere; it goes into a header, never into a link."""
    return salted_hmac("checkout.order", str(order.uuid), algorithm="sha256").hexdigest()[:40]


def view_token_of(number: str) -> str:
    """The token of an order, for staff who may see every order; empty when there is no such order."""
    order = numbered(Order.objects.all(), number)
    return view_token(order) if order else ""


def numbered(orders: QuerySet[Order], number: str) -> Order | None:
    """The order of that number, as it was typed into an address: it may be anything."""
    return None if "\x00" in number else orders.filter(number=number).first()


def order_for_buyer(*, number: str, token: str) -> Order:
    """The order of that number, for whoever holds its token.

    :raises NotFound: for an unknown number and for a wrong token alike
    """
    order = numbered(orders_with_lines(), number)
    if order is None or not constant_time_compare(view_token(order), token):
        raise NotFound("There is no such order, or the token does not open it.")
    return order


def orders_with_lines() -> QuerySet[Order]:
    """Orders with everything that a page or an answer shows of them, in two queries however many there are."""
    lines = OrderLine.objects.select_related(
        "offer",
        "recipient",
        "address",
        "subscription",
        "term__start_issue",
        "promised_first_issue",
        "promised_expire_issue",
        "consent",
        "gift",
        "gift_code",
    )
    return Order.objects.select_related("payer", "magazine", "source_key").prefetch_related(
        Prefetch("lines", queryset=lines.order_by("pk"))
    )


def paid_line_of(subscription_id: int, *, payer_id: int | None = None) -> OrderLine | None:
    """The newest paid line of a subscription: what an automatic renewal goes by, if it is named whose."""
    lines = OrderLine.objects.filter(subscription_id=subscription_id, term__isnull=False)
    if payer_id is not None:
        lines = lines.filter(order__payer=payer_id)
    return (
        lines.select_related("order__payer", "offer__renews_with", "offer__magazine", "address", "subscription")
        .order_by("-pk")
        .first()
    )


def payments_without_fee() -> QuerySet[OrderPayment]:
    """Payments whose fee Stripe has told by now and the books do not know yet."""
    return OrderPayment.objects.filter(fee_journal__isnull=True, attempt__fee_cents__gt=0).select_related(
        "attempt", "order__magazine"
    )


def payers_email(order: Order) -> str:
    """Where mails about an order go: as it was typed, or as staff have put it right since. Empty for nowhere."""
    return people.mail_address_now(order.payer, order.payer_email)
