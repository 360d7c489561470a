"""Rule 4.35: each served copy has one class, written when it is served; reports read only that."""

import pytest

from subscriptions.fulfillment import queries
from subscriptions.fulfillment.models import CLAIM, SUPPLEMENT
from subscriptions.terms.models import Term
from tests.subscriptions.fulfillment.runs import owe
from tests.worked_examples.post_office import claim, files, later, mail, overdue, stock
from tests.worked_examples.three_houses import HOUSES

__all__ = ["files"]
pytestmark = pytest.mark.django_db
# class -> paid code of the post: P paid, G grace or unpaid credit, F free
CLASSES = {
    "paid": "P", "gift": "P", "agency": "P", "bulk": "P", "credit": "G", "comp": "F", "staff": "F", "sample": "F",
}  # fmt: skip


def counted(run_id: int) -> dict[str, tuple[str, int]]:
    return {row["copy_class"]: (row["paid_code"], row["copies_sent"]) for row in queries.statement(run_id)}


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_35_one_class_for_each_copy_and_history_is_never_recomputed(calendar: str) -> None:
    house = HOUSES[calendar]()
    for copy_class in CLASSES:
        cents = 0 if copy_class in ("comp", "staff", "sample") else 1995
        house.term(house.subscription(), first=504, copy_class=copy_class, cents=cents)
    house.term(house.subscription(), first=501, units=house.issue(504).unit, cents=1995, grace=2)

    run = mail(house, 504)

    expected = {**{name: (code, 1) for name, code in CLASSES.items()}, "grace": ("G", 1)}
    assert counted(run.pk) == expected
    # Whatever becomes of the terms, the statement of that issue stays.
    Term.objects.update(copy_class="comp", grace=0)
    assert counted(run.pk) == expected


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_35_a_replacement_is_not_counted_again(calendar: str) -> None:
    house = HOUSES[calendar]()
    reader = house.subscription()
    house.term(reader, first=504)
    main = mail(house, 504)
    stock(house, 504)
    now = overdue(house, 504)
    claim(house, reader, 504, now=now)

    claims = later(house, 504, purpose=CLAIM, now=now)

    assert counted(main.pk) == {"paid": ("P", 1)}
    assert counted(claims.pk) == {"claim": ("F", 1)}
    assert [row["units_used"] for row in queries.statement(claims.pk)] == [0]
    assert queries.manifest(main.pk)["circulation"]["percent_paid"] == 100.0
    assert queries.manifest(claims.pk)["circulation"]["percent_paid"] == 0.0


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_35_a_copy_from_stock_has_the_class_of_its_term(calendar: str) -> None:
    house = HOUSES[calendar]()
    house.term(house.subscription(), first=504)
    mail(house, 504)
    gift = house.subscription()
    owe(house, gift, 504, term=house.term(gift, first=505, carried=house.issue(504).weight, copy_class="gift"))

    run = later(house, 504, purpose=SUPPLEMENT, now=overdue(house, 504))

    assert counted(run.pk) == {"gift": ("P", 1)}
