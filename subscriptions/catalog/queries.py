"""What can be bought, and where the calendar stands. Reads only."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from foundation.errors import NotFound
from foundation.rows import columns_of
from subscriptions.catalog.models import Issue, IssueStock, Offer, OfferPrice


class UnknownOffer(NotFound):
    code = "unknown_offer"


class NoPriceForZone(NotFound):
    code = "no_price_for_zone"


def offers_on_sale(*, day: dt.date, magazine_code: str | None = None) -> QuerySet[Offer]:
    """The public offers of a day with their magazine and prices, the cheapest for the US first."""
    offers = _sold_on(day).filter(is_public=True).select_related("magazine").prefetch_related("prices")
    if magazine_code is not None:
        offers = offers.filter(magazine__code=magazine_code)
    in_the_us = Q(prices__zone=OfferPrice.Zone.US)
    return offers.filter(in_the_us).order_by(F("prices__magazine_cents") + F("prices__postage_cents"), "code")


def find_offer(code: str, day: dt.date) -> Offer:
    """An offer that is sold on that day, public or not.

    :raises UnknownOffer: when there is none of that code on that day
    """
    offer = _sold_on(day).filter(code=code).select_related("magazine", "renews_with").first()
    if offer is None:
        raise UnknownOffer(f"There is no offer “{code}” on sale on {day.isoformat()}.")
    return offer


def price_of(*, offer_id: int, zone: str) -> OfferPrice:
    """With its offer.

    :raises NoPriceForZone: when the offer is not sold there
    """
    price = next(iter(OfferPrice.objects.filter(offer_id=offer_id, zone=zone).select_related("offer")[:1]), None)
    if price is None:
        raise NoPriceForZone("This offer is not sold to that country.")
    return price


def planned_values(magazine_id: int, *, at_most: int) -> list[tuple[Any, ...]]:
    """The next planned issues as plain values, in the order of the model's columns: every quote asks this."""
    columns = columns_of(Issue, "issue")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM catalog_issue issue WHERE magazine_id = %s AND state = 'planned'"  # noqa: S608
            " ORDER BY ordinal LIMIT %s",
            [magazine_id, at_most],
        )
        return list(cursor.fetchall())


def price_of_offer(*, code: str, zone: str) -> OfferPrice | None:
    """The price of an offer in a zone together with the offer and its magazine, in one query."""
    prices = OfferPrice.objects.filter(offer__code=code, zone=zone)
    return next(iter(prices.select_related("offer__magazine")[:1]), None)


def next_to_pull(magazine_id: int) -> Issue | None:
    """The first planned issue, specials included: what the next label run is for."""
    return planned_issues(magazine_id).first()


def new_orders_issue(issues: Iterable[Issue], *, now: dt.datetime) -> Issue | None:
    """Where an order of this moment starts: the first planned issue that counts and whose pull time has not come.

    :param issues: a calendar in its order, or as much of it as is planned
    """
    planned = (issue for issue in issues if issue.state == Issue.State.PLANNED)
    return next((issue for issue in planned if issue.pull_at > now and issue.weight > 0), None)


def first_open_issue(*, magazine_id: int, now: dt.datetime) -> Issue | None:
    """The first issue that a change of this moment still reaches, specials included."""
    return planned_issues(magazine_id).filter(pull_at__gt=now).first()


def planned_after(issue: Issue) -> Issue | None:
    """The next planned issue that counts; None at the end of the calendar."""
    return planned_issues(issue.magazine_id).filter(ordinal__gt=issue.ordinal, weight__gt=0).first()


def planned_issues(magazine_id: int) -> QuerySet[Issue]:
    """Neither pulled nor dropped, in the order of the calendar."""
    return Issue.objects.filter(magazine_id=magazine_id, state=Issue.State.PLANNED).order_by("ordinal")


def stock_of(issue_id: int) -> int:
    """Copies of the issue in stock that are promised to nobody."""
    on_hand = IssueStock.objects.filter(issue_id=issue_id).values_list("on_hand", flat=True).first()
    return on_hand or 0


def calendar(magazine_id: int) -> QuerySet[Issue]:
    """Every issue in order, dropped ones too."""
    return Issue.objects.filter(magazine_id=magazine_id).order_by("ordinal")


def _sold_on(day: dt.date) -> QuerySet[Offer]:
    return Offer.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)
