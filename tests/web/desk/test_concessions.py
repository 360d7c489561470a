from typing import Any

from orders.checkout.models import LineRefund
from tests.signin import signed_in
from tests.web.conftest import DeskHouse
from tests.web.desk.asking import asks, does, is_refused, url


def test_finance_lowers_the_price_after_a_look(db: Any, desk_house: DeskHouse) -> None:
    fay, at = signed_in("finance"), url("give_concession", desk_house.subscription.uuid)

    assert "The running term costs $19.95" in asks(fay, at)
    is_refused(fay, at, 400, cents="5.00", money="refund", because="")
    is_refused(fay, at, 400, cents="five", money="refund", because="late")
    assert "Between 1 and" in is_refused(fay, at, cents="99.00", money="refund", because="late")
    assert "Between 1 and" in is_refused(fay, at, cents="0", money="refund", because="late")
    assert "$5.00 given back" in does(fay, at, cents="5.00", money="refund", because="late issues")
    assert LineRefund.objects.get().because == "late issues"
    assert signed_in("clerk").get(at).status_code == 403
