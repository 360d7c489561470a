"""A gift by code from its sale to its term, as the nightly check sees it."""

import pytest

from foundation.actors import ANONYMOUS
from orders.checkout import actions as checkout
from orders.checkout import queries
from orders.checkout.models import GiftCode
from orders.checkout.rules import Person
from orders.revenue import actions
from tests.gifts import address, code_for, given, wish
from tests.shop import Shop

pytestmark = pytest.mark.django_db
TIES = "J4: deferred gifts are the codes that nobody has redeemed"
CODES = "A paid code is open, redeemed or taken back"


def found(shop: Shop) -> list[str]:
    check = actions.nightly_check(now=shop.now)
    return [probe["name"] for finding in check.findings for probe in finding["probes"] if probe["found"]]


def test_a_code_is_sound_before_and_after_it_is_redeemed(shop: Shop):
    order = shop.sells(given(wish("Cleo Reed"), code_for("Ana Field")))
    before = found(shop)

    code = GiftCode.objects.get(line__order=order)
    checkout.redeem_code(
        code=queries.code_of(code), recipient=Person("Ana Field"), address=address("Ana Field"), by=ANONYMOUS,
        now=shop.now,
    )  # fmt: skip

    assert (before, found(shop)) == ([], [])


def test_a_code_that_was_taken_back_is_sound(shop: Shop):
    code = shop.sells(given(code_for("Ana Field"))).lines.get().gift_code
    checkout.take_back_code(code_id=code.pk, by=ANONYMOUS, now=shop.now)

    assert found(shop) == []


def test_a_code_that_is_closed_without_a_journal_is_found(shop: Shop):
    shop.sells(given(code_for("Ana Field")))
    GiftCode.objects.update(state="withdrawn", closed_at=shop.now)

    assert found(shop) == [TIES]


def test_a_paid_line_without_its_code_is_found(shop: Shop):
    shop.sells(given(code_for("Ana Field")))
    GiftCode.objects.all().delete()

    assert found(shop) == [TIES, CODES]
