import datetime as dt

import pytest

from subscriptions.catalog import queries
from tests.house import House

DAY = dt.date(2026, 2, 20)


def test_shows_the_public_offers_of_the_day_cheapest_first(house: House) -> None:
    house.make_offer(code="twenty", issues=20, cents=3500)
    house.make_offer(code="five", issues=5, cents=1200)
    house.make_offer(code="hidden", issues=10, cents=1000, is_public=False)
    house.make_offer(code="over", issues=10, cents=1000, valid_until=DAY)

    offers = queries.offers_on_sale(day=DAY)

    assert [offer.code for offer in offers] == ["five", "ten", "twenty"]
    assert [price.zone for price in offers[0].prices.all()] == ["us", "ca", "other"]
    assert not queries.offers_on_sale(day=DAY, magazine_code="owl").exists()


def test_an_offer_is_sold_until_the_day_before_its_end(house: House) -> None:
    offer = house.make_offer(code="march", issues=10, cents=1995, valid_until=dt.date(2026, 4, 1), is_public=False)

    assert queries.find_offer("march", dt.date(2026, 3, 31)) == offer
    with pytest.raises(queries.UnknownOffer):
        queries.find_offer("march", dt.date(2026, 4, 1))
    with pytest.raises(queries.UnknownOffer):
        queries.find_offer("april", DAY)


def test_a_price_has_its_postage_apart(house: House) -> None:
    price = queries.price_of(offer_id=house.offer.pk, zone="ca")

    assert (price.magazine_cents, price.postage_cents, price.total_cents) == (1995, 1200, 3195)


def test_refuses_a_zone_without_a_price(house: House) -> None:
    house.offer.prices.filter(zone="other").delete()

    with pytest.raises(queries.NoPriceForZone):
        queries.price_of(offer_id=house.offer.pk, zone="other")
