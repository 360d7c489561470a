"""A button that is pressed twice acts once, where nothing in the state of things would refuse the second time."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.checkout.models import GiftMove, LineRefund
from subscriptions.catalog.models import StockMovement
from subscriptions.terms.models import BulkExtension, BulkHold, Comp, Entry
from tests.gifts import buy, given, wish
from tests.signin import signed_in
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import does, key_of, sure_of, text_of, url

pytestmark = pytest.mark.django_db
FREE = {"copy_class": "comp", "copies": 1, "owner": "The editor", "why": "author", "confirm_by": "2027-02-01"}
GUS = {"name": "Gus Long", "line1": "500 W Madison St", "city": "Chicago", "region": "IL", "postcode": "60661-2511",
       "country": "US"}  # fmt: skip
Case = tuple[str, str, dict[str, Any], Callable[[], int]]


def concession(desk: DeskHouse) -> Case:
    typed = {"cents": "5.00", "money": "refund", "because": "late"}
    return "finance", url("give_concession", desk.subscription.uuid), typed, LineRefund.objects.count


def extension(desk: DeskHouse) -> Case:
    typed = {"issues": 2, "reason": "goodwill"}
    return "clerk", url("extend", desk.subscription.uuid), typed, Entry.objects.filter(kind="bonus").count


def free_copies(desk: DeskHouse) -> Case:
    return "clerk", url("give_comp", desk.subscription.uuid), {**FREE, "units": 3}, Comp.objects.count


def stock(desk: DeskHouse) -> Case:
    return "fulfillment", url("receive_stock", desk.house.issue(503).pk), {"copies": 5}, StockMovement.objects.count


def hold_for_many(desk: DeskHouse) -> Case:
    typed = {"reason": "strike", "from_issue": desk.house.issue(505).pk, "states": "IL"}
    return "clerk", url("enter_bulk_hold", "lantern"), typed, BulkHold.objects.count


def issues_for_many(desk: DeskHouse) -> Case:
    typed = {"issue": desk.house.issue(503).pk, "reason": "goodwill", "issues": 1, "zip3": "606"}
    return "clerk", url("enter_bulk_extension", "lantern"), typed, BulkExtension.objects.count


def gift(desk: DeskHouse) -> Case:
    [line] = buy(given(wish("Ana Field")), now=NOW)
    return "clerk", url("move_gift", line.uuid), GUS, GiftMove.objects.count


@pytest.mark.parametrize("case", [concession, extension, free_copies, stock, hold_for_many, issues_for_many, gift])
def test_pressed_twice_it_is_done_once(desk_house: DeskHouse, case: Callable[[DeskHouse], Case]) -> None:
    role, at, typed, done = case(desk_house)
    client, before = signed_in(role), done()
    if case in (hold_for_many, issues_for_many, gift):
        typed = typed | {"sure": sure_of(client, at, typed)}
    pressed = typed | {"once": key_of(client.get(at))}

    does(client, at, **pressed)
    assert "nothing was done a second time" in does(client, at, **pressed)

    assert done() == before + 1


def test_what_was_refused_can_be_tried_again_on_the_same_page(desk_house: DeskHouse) -> None:
    fay, at = signed_in("finance"), url("give_concession", desk_house.subscription.uuid)
    typed = {"money": "refund", "because": "late", "once": key_of(fay.get(at))}

    assert "Between 1 and" in text_of(fay.post(at, {**typed, "cents": "99.00"}))
    assert "$5.00 given back" in does(fay, at, **typed, cents="5.00")
