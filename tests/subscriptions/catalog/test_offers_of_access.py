import pytest
from django.db import IntegrityError, transaction

from tests.house import House

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"issues": 0}, "offer_has_issues_or_days"),
        ({"issues": 10, "access_cents": 500}, "access_is_priced_only_where_it_is_sold"),
    ],
)
def test_the_database_keeps_an_offer_of_nothing_out(house: House, fields: dict[str, int], constraint: str):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        house.make_offer(code="odd", cents=999, **fields)
