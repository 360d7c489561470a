"""Redemption codes: the code of a row, the row of a code, and what nobody has redeemed yet."""

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, Count, F, QuerySet, Sum, Value, When
from django.db.models.functions import TruncDate
from django.utils.crypto import salted_hmac

from foundation.errors import DomainError, NotFound
from orders.checkout import rules
from orders.checkout.models import GiftCode, OrderLine
from subscriptions.catalog.models import Magazine


class GiftCodeUnknown(NotFound):
    code = "gift_code_unknown"


class CodeIsUnreadable(DomainError):
    code = "code_is_unreadable"


MOST_SHOWN = 100
# What an age is called, and how many days it reaches to.
OLDER, EXPIRED = "older", "expired"
AGES = {"up to 90 days": 90, "up to a year": 365, "up to 3 years": 1095, OLDER: None}


@dataclass(frozen=True, slots=True)
class CodesOfAge:
    """How many codes of an age wait, and what they were sold for."""

    age: str
    currency: str
    number: int
    cents: int


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


def ages_of_codes(*, today: dt.date) -> list[CodesOfAge]:
    """Per age and currency; the expired ones apart, as they are no revenue. Counted by the database."""
    found: Counter[tuple[str, str]] = Counter()
    cents: Counter[tuple[str, str]] = Counter()
    for magazine in Magazine.objects.order_by("pk"):
        aged = GiftCode.objects.filter(state=GiftCode.State.OPEN, line__order__magazine=magazine).annotate(
            sold_on=TruncDate("issued_at", tzinfo=magazine.zone), age=_age(today)
        )
        sums = aged.values_list("age", "line__order__currency").annotate(
            number=Count("pk"), value=Sum(F("line__magazine_cents") + F("line__postage_cents"))
        )
        for age, currency, number, value in sums.order_by():
            found[age, currency] += number
            cents[age, currency] += value
    ages = [*AGES, EXPIRED]
    order = sorted(found, key=lambda key: (key[1], ages.index(key[0])))
    return [CodesOfAge(age, currency, found[age, currency], cents[age, currency]) for age, currency in order]


def _age(today: dt.date) -> Case:
    younger = [
        When(sold_on__gte=today - dt.timedelta(days=days), then=Value(name)) for name, days in AGES.items() if days
    ]
    return Case(When(expires_on__lte=today, then=Value(EXPIRED)), *younger, default=Value(OLDER))


def unreadable_codes() -> list[GiftCode]:
    """Those that nobody has redeemed and nobody can read out, the oldest first: they have to be replaced."""
    bare = GiftCode.objects.filter(state=GiftCode.State.OPEN).only("uuid", "edition", "code_sha256")
    lost = [code.pk for code in bare.iterator() if not code_of(code)]
    return list(open_codes().filter(pk__in=lost).order_by("issued_at", "pk")[:MOST_SHOWN])


def open_codes() -> QuerySet[GiftCode]:
    """Those that nobody has redeemed, the expired ones too."""
    return GiftCode.objects.filter(state=GiftCode.State.OPEN).select_related(
        "line__order__magazine", "line__order__payer", "line__offer", "line__gift"
    )


def unredeemed_codes(*, today: dt.date, begin: int = 0, at_most: int = MOST_SHOWN) -> list[UnredeemedCode]:
    """Gifts that wait to be redeemed, the oldest first: what account 2105 is made of.

    :param begin: how many older ones are left out
    """
    return [
        UnredeemedCode(
            code=code,
            cents=code.line.total_cents,
            days=(today - code.issued_at.astimezone(code.line.order.magazine.zone).date()).days,
            is_over=code.expires_on <= today,
        )
        for code in open_codes().order_by("issued_at", "pk")[begin : begin + at_most]
    ]
