"""How each kind is looked up: a statement that gives candidates by an index, in an order that pages can follow.

Each statement gives `row` (what a page goes on behind), `reader` and `key` (what it is ordered by). Those that may find
very many look at no more than `ENOUGH` of them; the two that walk along an index of names need no such limit.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from web.search import names
from web.search.asked import Kind, Meaning
from web.search.words import SMALL_WORDS, beginning, folded, query

ENOUGH = 500

_BY_NUMBER = "select id as row, id as reader, '' as key from readers_reader where id = %(number)s"
# A gift by code has no recipient until somebody redeems it.
_BY_ORDER = """
select payer_id as row, payer_id as reader, '' as key from checkout_order where number = %(number)s
union select line.recipient_id, line.recipient_id, ''
  from checkout_order o join checkout_orderline line on line.order_id = o.id
 where o.number = %(number)s and line.recipient_id is not null
"""
_BY_CARD = """
select payer_id as row, payer_id as reader, '' as key from (
  (select payer_id from payments_savedmethod where last4 = %(last4)s limit %(enough)s)
  union (select payer_id from payments_paymentattempt where card_last4 = %(last4)s and card_last4 <> ''
         limit %(enough)s)) cards
"""
_BY_PHONE = """
select id as row, id as reader, '' as key from readers_reader
 where phone <> '' and phone_from_behind(phone) ~>=~ %(begins)s and phone_from_behind(phone) ~<~ %(ends)s
 limit %(enough)s
"""
_BY_EMAIL = """
select id as row, id as reader, lower(email) as key from readers_reader
 where lower(email) ~>=~ %(begins)s and lower(email) ~<~ %(ends)s and not ' ' || words like %(name)s limit %(enough)s
"""
_BY_ZIP = """
select id as row, reader_id as reader, label_addr1 as key from readers_address where label_zip5 = %(zip)s
 order by label_addr1 limit %(enough)s
"""
_BY_POSTCODE = """
select id as row, reader_id as reader, label_addr1 as key from readers_address
 where array_to_tsvector(address_words(label_name, label_company, label_attn, label_addr1, label_addr2, label_urb,
                                       label_city, label_zip5, label_postcode)) @@ %(query)s::tsquery
   and label_postcode = %(postcode)s
 limit %(enough)s
"""
# Whoever has all the words in the name has been found by name, and is left out here.
_BY_ADDRESS = """
select id as row, reader_id as reader, label_addr1 as key from readers_address
 where array_to_tsvector(address_words(label_name, label_company, label_attn, label_addr1, label_addr2, label_urb,
                                       label_city, label_zip5, label_postcode)) @@ %(query)s::tsquery
   and not ' ' || label_name || ' ' || label_company like all (%(names)s::text[])
 limit %(enough)s
"""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One statement. `code` names it in the place where the next page goes on; `is_bitmap`: by an index of words.

    `is_last_resort`: only where nothing before it has found anybody.
    """

    code: str
    kind: Kind
    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_bitmap: bool = False
    is_last_resort: bool = False


def lookups(meaning: Meaning) -> Iterator[Lookup]:
    if meaning.value:
        yield from _MADE[meaning.kind](meaning.value)


def _by_number(number: str) -> Iterator[Lookup]:
    yield Lookup("number", "number", _BY_NUMBER, {"number": int(number)})


def _by_order(number: str) -> Iterator[Lookup]:
    yield Lookup("order", "order", _BY_ORDER, {"number": number})


def _by_card(last4: str) -> Iterator[Lookup]:
    yield Lookup("card", "card", _BY_CARD, {"last4": last4, "enough": ENOUGH})


def _by_phone(digits: str) -> Iterator[Lookup]:
    # From behind, and without the 1 of North America: on file it may stand with or without.
    spoken = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    yield Lookup("telephone", "telephone", _BY_PHONE, {**beginning(spoken[::-1]), "enough": ENOUGH})


def _by_email(text: str) -> Iterator[Lookup]:
    # A word alone has found by name whoever is called so.
    name = "" if "@" in text else f"% {''.join(folded(text))}%"
    yield Lookup("email", "email", _BY_EMAIL, {**beginning(text.lower()), "name": name, "enough": ENOUGH})


def _by_zip(zip_code: str) -> Iterator[Lookup]:
    yield Lookup("zip", "zip", _BY_ZIP, {"zip": zip_code, "enough": ENOUGH})


def _by_postcode(postcode: str) -> Iterator[Lookup]:
    values = {"query": query([postcode], whole=True), "postcode": postcode, "enough": ENOUGH}
    yield Lookup("postcode", "postcode", _BY_POSTCODE, values, is_bitmap=True)


def _by_name(text: str) -> Iterator[Lookup]:
    for place, (sql, values, is_bitmap) in enumerate(names.statements(folded(text), enough=ENOUGH)):
        yield Lookup(f"name{place}", "name", sql, values, is_bitmap)


def _by_address(text: str) -> Iterator[Lookup]:
    typed = folded(text)
    # `Main Street` is found as `MAIN ST`, and the other way round; a street called Court is found all the same.
    words = [word for word in typed if word not in SMALL_WORDS] or typed
    if not words:
        return
    values = {"names": [f"% {word.upper()}%" for word in typed], "enough": ENOUGH}
    whole, begun = {**values, "query": query(words, whole=True)}, {**values, "query": query(words)}
    yield Lookup("address", "address", _BY_ADDRESS, whole, is_bitmap=True)
    if begun["query"] != whole["query"]:
        # `Spring` begins Springfield, too, and counting a whole city is most of the work.
        yield Lookup("address1", "address", _BY_ADDRESS, begun, is_bitmap=True, is_last_resort=True)


_MADE: dict[Kind, Callable[[str], Iterator[Lookup]]] = {
    "number": _by_number,
    "order": _by_order,
    "card": _by_card,
    "telephone": _by_phone,
    "email": _by_email,
    "zip": _by_zip,
    "postcode": _by_postcode,
    "name": _by_name,
    "address": _by_address,
}
