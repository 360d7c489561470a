"""What a manifest says of the moment of its pull. Frozen with the run: built again it says the same."""

import datetime as dt

from django.db import connection
from django.db.models import F, Max

from subscriptions.catalog.models import Magazine, Offer, OfferPrice
from subscriptions.catalog.queries import offers_on_sale


def of_the_pull(magazine: Magazine, *, eligible: int, now: dt.datetime) -> dict[str, object]:
    """Inside the pull's transaction. `eligible` was counted on another road than the labels were drawn on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        snapshot = cursor.fetchone()[0]
    return {
        "eligible": eligible,
        "snapshot": snapshot,
        "frequency": len(magazine.covers),
        "annual_cents": _annual_cents(magazine, day=now.astimezone(magazine.zone).date()),
    }


def _annual_cents(magazine: Magazine, *, day: dt.date) -> int | None:
    """The basic price of a year's issues at home: the dearest that the public is asked for; None where none is sold."""
    a_year = offers_on_sale(day=day, magazine_code=magazine.code).filter(
        kind=Offer.Kind.NEW, issues=len(magazine.covers)
    )
    prices = OfferPrice.objects.filter(offer__in=a_year.order_by().values("pk"), zone=OfferPrice.Zone.US)
    found: int | None = prices.aggregate(most=Max(F("magazine_cents") + F("postage_cents")))["most"]
    return found
