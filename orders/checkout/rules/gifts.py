"""What a gift asks for, what several of them cost, and who is told what when."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foundation.shares import allocate
from orders.checkout.rules.orders import GiftWish
from subscriptions.readers.rules.card_numbers import holds_card_number

MOST_GIFTS = 50
MOST_MESSAGE = 200
# The mail takes so long: a card leaves this many days before the day on which it is to arrive.
CARD_DAYS = 7
# The last efforts go to the recipient, the first three to the donor (reference domain 4.19).
DONOR_EFFORTS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `address` is printed outside when the card is posted; a donor who prints it himself leaves it out.

    `code` stands for a gift whose recipient says where it goes: with `redeem_at` and `good_until` instead of an issue.
    """

    magazine: str
    publisher: str
    contact: str
    to_name: str
    from_name: str
    message: str
    issues: int
    access_days: int = 0
    first_issue: str = ""
    arrives: tuple[dt.date, dt.date] | None = None
    address: tuple[str, ...] = ()
    code: str = ""
    redeem_at: str = ""
    good_until: dt.date | None = None


def problems_of(wish: GiftWish, *, today: dt.date, has_address: bool) -> dict[str, list[tuple[str, str]]]:
    """What is wrong with a gift beside its address, by field: (code, sentence) pairs."""
    found: dict[str, list[tuple[str, str]]] = {}
    if len(wish.message) > MOST_MESSAGE:
        found["message"] = [("too_long", f"The message has more than {MOST_MESSAGE} letters.")]
    for field, text in (("message", wish.message), ("from_name", wish.from_name)):
        if holds_card_number(text):
            found[field] = [("card_number", "This looks like a card number. Please take it out.")]
    if wish.start_issue is not None and wish.arrives_on is not None:
        found["arrives_on"] = [("two_starts", "Choose an issue to start with, or a day, not both.")]
    found |= _odd_announcement(wish, today=today, has_address=has_address)
    if not has_address and (wish.start_issue is not None or wish.arrives_on is not None):
        found["start_issue"] = [("code_starts_itself", "A gift by code starts when the code is used.")]
    return found


def _odd_announcement(wish: GiftWish, *, today: dt.date, has_address: bool) -> dict[str, list[tuple[str, str]]]:
    if wish.announce == "mail" and not wish.recipient.email:
        return {"recipient.email": [("required", "Where should the announcement be mailed to?")]}
    if wish.announce == "card" and not has_address:
        return {"announce": [("no_address", "Without an address no card can be posted; you get one to print.")]}
    if wish.announce_on is not None and wish.announce_on < today:
        return {"announce_on": [("in_the_past", "This day is over.")]}
    if wish.announce_on is not None and (wish.announce_on - today).days > 366:
        return {"announce_on": [("too_far", "A gift can be announced up to a year ahead.")]}
    return {}


def group_price(*, list_cents: int, gifts: int, tiers: Mapping[int, int]) -> int:
    """What so many gifts of one offer cost together. `tiers`: from which gift on each costs what.

    A tier never makes a gift dearer than it is alone. The fourth at half price: `{4: 997, 5: 1995}`.
    """
    total, price = 0, list_cents
    for number in range(1, gifts + 1):
        price = min(tiers.get(number, price), list_cents)
        total += price
    return total


def share_out(*, total_cents: int, copies: Sequence[int]) -> list[int]:
    """The price of each line: gifts of one offer are worth the same, whichever of them was the cheaper one."""
    return allocate(total_cents, copies)


def nearest_in_home(windows: Sequence[tuple[dt.date, dt.date]], day: dt.date) -> int | None:
    """The place of the in-home window that holds `day`, or lies nearest to it; the earlier one of two. None of none."""

    def distance(place: int) -> int:
        first, last = windows[place]
        return max(0, (first - day).days, (day - last).days)

    return min(range(len(windows)), key=lambda place: (distance(place), place), default=None)


def effort_goes_to_recipient(effort: int, *, efforts: int) -> bool:
    """Whether this renewal effort for a gift goes to whoever reads it: from the fourth on, and the last of several."""
    return effort > max(1, min(DONOR_EFFORTS, efforts - 1))
