"""How a sound house is broken where gifts by code are concerned, and which question of the nightly check finds it."""

from orders.checkout.models import GiftCode, Order, OrderLine
from tests.orders.revenue.sound_house import NIGHT, SoundHouse


def code_line(s: SoundHouse, order: Order, *, cents: int) -> OrderLine:
    return OrderLine.objects.create(order=order, offer=s.house.offer, by_code=True, issues=10, magazine_cents=cents)


def unpaid_order(s: SoundHouse) -> Order:
    return Order.objects.create(
        number="M-9", magazine=s.house.magazine, payer=s.reader, currency="usd", total_cents=1995,
        source_key=s.house.source, placed_by="system:test",
    )  # fmt: skip


GIFT_BREAKS = {
    "a code that was never sold": (
        lambda s: GiftCode.objects.create(
            line=code_line(s, unpaid_order(s), cents=1995), code_sha256="0" * 64, last4="0000", expires_on=NIGHT.date()
        ),
        {1: ["J4: deferred gifts are the codes that nobody has redeemed"]},
    ),
    "a paid gift by code without its code": (
        lambda s: code_line(s, s.order, cents=0),
        {10: ["A paid code is open, redeemed or taken back"]},
    ),
}
