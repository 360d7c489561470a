"""How a sound house is broken where bills in mid-term are concerned, and which question of the check finds it."""

from orders.checkout.models import Bill, BillLine, Order
from tests.orders.revenue.sound_house import SoundHouse


def bill(s: SoundHouse, *, state: str = "awaiting_payment", asked: int = 720, line: int = 720) -> BillLine:
    order = Order.objects.create(
        number="M-8", kind="copies", magazine=s.house.magazine, payer=s.reader, currency="usd", total_cents=asked,
        source_key=s.house.source, placed_by="system:test", state=state, paid_at="2026-03-01T12:00Z",
    )  # fmt: skip
    written = Bill.objects.create(
        order=order, why="copies", payer=s.reader, subscription=s.subscription, first_issue=s.house.issue(505), copies=2
    )
    return BillLine.objects.create(bill=written, term=s.term, issues=9, magazine_cents=line)


NAME = "A bill asks for what its lines cost, and its money is where they say"
BILL_BREAKS = {
    "a bill of another sum than its lines": (lambda s: bill(s, line=700), {1: [NAME]}),
    "a paid bill without its payment": (lambda s: bill(s, state="paid"), {1: [NAME]}),
    "a bill whose money is not in the books": (
        lambda s: BillLine.objects.filter(pk=bill(s).pk).update(earned_cents=20),
        {1: [NAME]},
    ),
}
