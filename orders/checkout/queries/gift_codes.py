"""Redemption codes: the code of a row, the row of a code, and what nobody has redeemed yet."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from foundation.errors import DomainError, NotFound
from orders.checkout import rules
from orders.checkout.models import GiftCode, OrderLine


class GiftCodeUnknown(NotFound):
    code = "gift_code_unknown"


class CodeIsUnreadable(DomainError):
    code = "code_is_unreadable"


@dataclass(frozen=True, slots=True)
class UnredeemedCode:
    """A gift that was paid and that nobody has redeemed: its value in cents, and how old it is."""

    code: GiftCode
    cents: int
    days: int
    is_over: bool


def code_of(code: GiftCode) -> str:
    """The letters of the code. Derived from the row, hence kept nowhere; empty when our secret has changed since.

    Then a new edition has to be sent: the old code, wherever it is written down, is still good.
    """
    secret = salted_hmac("checkout.gift_code", f"{code.uuid}:{code.edition}", algorithm="sha256").digest()
    letters = rules.code_letters(secret)
    return letters if not code.code_sha256 or hash_of(letters) == code.code_sha256 else ""


def can_be_read_out(line: OrderLine) -> bool:
    """False for a line whose gift waits with a code that nobody can write down any more: it has to be replaced."""
    code: GiftCode | None = getattr(line, "gift_code", None)
    return code is None or code.state != GiftCode.State.OPEN or bool(code_of(code))


def hash_of(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()


def find_code(typed: str) -> GiftCode:
    """The gift behind a code, whatever its state.

    :raises GiftCodeUnknown: for one that was never given out, was mistyped, or has been replaced
    """
    letters = rules.normal_code(typed)
    lines = GiftCode.objects.select_related("line__order__magazine", "line__order__payer", "line__offer", "line__gift")
    found = lines.filter(code_sha256=hash_of(letters)).first() if letters else None
    if found is None:
        raise GiftCodeUnknown("We do not know this code. Please compare it with your card, letter by letter.")
    return found


def by_age(codes: Sequence[UnredeemedCode]) -> list[tuple[str, int, int]]:
    """Per age: what it is called, how many codes, how many cents; the expired ones apart, as they are no revenue."""
    ages = {"up to 90 days": 0, "up to a year": 90, "up to 3 years": 365, "older": 1095}
    found = dict.fromkeys([*ages, "expired"], (0, 0))
    for code in codes:
        name = "expired" if code.is_over else [age for age, over in ages.items() if code.days > over or not over][-1]
        number, cents = found[name]
        found[name] = (number + 1, cents + code.cents)
    return [(name, number, cents) for name, (number, cents) in found.items() if number]


def open_codes() -> QuerySet[GiftCode]:
    """Those that nobody has redeemed, the expired ones too."""
    return GiftCode.objects.filter(state=GiftCode.State.OPEN).select_related(
        "line__order__magazine", "line__order__payer", "line__offer", "line__gift"
    )


def unredeemed_codes(*, today: dt.date) -> list[UnredeemedCode]:
    """Every gift that waits to be redeemed, the oldest first: what account 2105 is made of."""
    return [
        UnredeemedCode(
            code=code,
            cents=code.line.total_cents,
            days=(today - code.issued_at.astimezone(code.line.order.magazine.zone).date()).days,
            is_over=code.expires_on <= today,
        )
        for code in open_codes().order_by("issued_at", "pk")
    ]
