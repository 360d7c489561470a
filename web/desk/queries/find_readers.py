"""The clerk's search: by what people say on the telephone. Each kind of answer is looked up through its own index."""

import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from orders.checkout.models import Order
from subscriptions.readers.models import Address, Reader

MOST = 50
# A whole number of a reader, as printed on the label: seven digits and perhaps its check digit.
_NUMBER = re.compile(r"\d{1,8}")
_ZIP = re.compile(r"(\d{5})(?:-\d{4})?\b")
_LABEL_NUMBER = 8


def find(typed: str) -> list[Reader]:
    """Readers by number, mail address, order number, ZIP (with a part of the name behind it), or name."""
    words = " ".join(typed.replace("\x00", "").split())[:100]
    if not words:
        return []
    found: dict[int, Reader] = {}
    for readers in _answers(words):
        found.update({reader.pk: reader for reader in readers if reader.pk not in found})
        if len(found) >= MOST:
            break
    return list(found.values())[:MOST]


def _answers(words: str) -> Iterable[Iterable[Reader]]:
    if "@" in words:
        yield Reader.objects.alias(mail=Lower("email")).filter(mail=Lower(Value(words)))[:MOST]
        return
    if _NUMBER.fullmatch(words):
        yield Reader.objects.filter(pk__in=_numbers(words))
    yield _by_order(words)
    if zip_code := _ZIP.match(words):
        yield _by_zip(zip_code[1], words[zip_code.end() :].strip())
    if not words[0].isdecimal():
        yield from _by_name(words.lower())


def _numbers(digits: str) -> list[int]:
    """The number as typed, and without the check digit that stands behind it on a label."""
    return [int(digits), int(digits[:-1])] if len(digits) == _LABEL_NUMBER else [int(digits)]


def _by_order(words: str) -> list[Reader]:
    order = Order.objects.filter(number=words.upper()).select_related("payer").prefetch_related("lines__recipient")
    return [reader for o in order for reader in (o.payer, *(line.recipient for line in o.lines.all()))]


def _by_zip(zip_code: str, name: str) -> list[Reader]:
    addresses = Address.objects.filter(label_zip5=zip_code)
    if name:
        addresses = addresses.filter(Q(name__icontains=name) | Q(label_addr1__icontains=name))
    return [address.reader for address in addresses.select_related("reader").order_by("label_addr1", "pk")[:MOST]]


def _by_name(name: str) -> Iterable[QuerySet[Reader]]:
    named = Reader.objects.alias(lower_name=Lower("name")).order_by("lower_name", "pk")
    yield named.filter(lower_name__startswith=name)[:MOST]
    # A surname or company alone: this reads the names, and only when those that begin so are few.
    yield named.filter(Q(lower_name__contains=name) | Q(company__icontains=name))[:MOST]
