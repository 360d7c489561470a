"""A reader in mid-term who moves, or wants more copies: Ana bought ten issues for $19.95, the first of them 504.

Canada is $12.00 of postage more for ten.
"""

import datetime as dt
from typing import Any

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.models import Bill
from orders.ledger.queries import balance
from orders.revenue.queries.invariants import findings
from orders.revenue.queries.subledger import liability_cents
from subscriptions.terms.models import Subscription, Term
from tests.house import at
from tests.shop import Shop

TORONTO = {"country": "CA", "zone": "ca", "label_country": "CANADA", "label_state": "", "label_zip5": "",
           "label_postcode": "M5V 2T6"}  # fmt: skip


class Mover:
    """The reader of 4.1 after four issues, on 1 July 2026: 508 is next, six are left."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.house = shop, shop.house
        self.subscription: Subscription = shop.sells().lines.get().subscription
        self.reader = self.subscription.reader
        self.ana = Actor("reader", str(self.reader.pk))
        self.goes_to(508, "2026-07-01")
        self.toronto = self.house.address(self.reader, **TORONTO)

    def goes_to(self, number: int, day: str) -> None:
        """The issues before `number` are out. Copies are not made, so nothing of them is earned."""
        self.house.pull_before(number)
        self.shop.move_to(at(day))

    def moves(self, address: Any = None, **when: Any) -> Bill | None:
        actions.move_house(
            subscription_id=self.subscription.pk, address_id=(address or self.toronto).pk, by=self.ana,
            now=self.shop.now, **when,
        )  # fmt: skip
        return queries.open_bills().filter(why=Bill.Why.POSTAGE).first()

    def wants(self, copies: int, by: Actor | None = None) -> Bill:
        return actions.order_copies(
            subscription_id=self.subscription.pk, copies=copies, by=by or self.ana, now=self.shop.now
        )

    def pays(self, bill: Bill, **card: Any) -> None:
        actions.pay_again(order_id=bill.order_id, by=self.ana, ip=None, now=self.shop.now)
        self.shop.pays(bill.order, **card)
        self.shop.settles()

    def follows(self) -> int:
        return actions.follow_bills(now=self.shop.now)

    @property
    def running(self) -> Term:
        term: Term = Term.objects.filter(subscription=self.subscription, ended_at__isnull=True).get()
        return term

    def set_policy(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.house.magazine, name, value)
        self.house.magazine.save()


def books_agree() -> bool:
    """Nothing was mailed here, so account 2100 is what the terms were sold for less what they released."""
    unsound = [each for each in findings(now=at("2028-01-01")) if each["number"] in (1, 7, 8) and not each["ok"]]
    assert unsound == []
    return balance("2100") == -liability_cents(until=dt.date(2100, 1, 1))


def mail(kind: str) -> str:
    return " ".join(OutgoingMail.objects.filter(kind=kind).latest("pk").text.split())
