"""Whatever is typed is looked up by an index: never by reading the file, and never along an index from end to end."""

import re

import pytest
from django.db import connection

from orders.checkout.models import Order, OrderLine
from orders.payments.models import PaymentAttempt, SavedMethod
from subscriptions.readers.models import Address, Reader
from tests.house import House
from web.search.asked import meanings
from web.search.finding import by_index, plan_for, statement
from web.search.lookups import Lookup, lookups

pytestmark = pytest.mark.django_db

# What is typed, and for each of its lookups the index that answers it.
PLANS = {
    "reader7@readers": {"email": "reader_email"},
    "0000007": {"number": "readers_reader_pkey", "telephone": "reader_phone"},
    "60607": {"number": "readers_reader_pkey", "zip": "address_zip_street", "postcode": "address_any_word"},
    "4242": {"number": "readers_reader_pkey", "card": "last4", "postcode": "address_any_word"},
    "M-1234-0007": {
        "order": "checkout_order_number",
        "name0": "reader_words",
        "name1": "reader_surname_first|reader_words",
        "name2": "reader_surname_first",
        "name3": "reader_surname_first",
        "name4": "reader_words",
        "name5": "reader_any_word",
        "name6": "reader_any_word",
        "email": "reader_email",
        "address": "address_any_word",
    },
    "smith": {
        "name0": "reader_words",
        "name1": "reader_surname_first",
        "name2": "reader_words",
        "name3": "reader_any_word",
        "name4": "reader_any_word",
        "email": "reader_email",
        "address": "address_any_word",
        "address1": "address_any_word",
    },
    "(312) 555-0007": {"telephone": "reader_phone", "address": "address_any_word"},
}


@pytest.fixture
def full_house(house: House) -> None:
    """Enough people that reading them all would be the dearer plan, and statistics that know it."""
    people = [
        Reader(name=f"{['Ann', 'Bea'][n % 2]} {['Smith', 'Field', f'Rare{n}'][n % 3]}",
               email=f"reader{n}@readers.example", phone=f"312 555 {n:04}")
        for n in range(3000)
    ]  # fmt: skip
    readers = Reader.objects.bulk_create(people)
    first = house.address(readers[0])
    typed = {
        field.attname: getattr(first, field.attname)
        for field in Address._meta.concrete_fields
        if not (field.generated or field.primary_key)
    }
    Address.objects.bulk_create(
        Address(**{**typed, "reader_id": reader.pk, "label_addr1": f"{n} MAIN ST", "label_zip5": f"{60000 + n % 900}"})
        for n, reader in enumerate(readers[1:1500])
    )
    furnish_orders(house, readers)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def furnish_orders(house: House, readers: list[Reader]) -> None:
    SavedMethod.objects.bulk_create(
        SavedMethod(payer=reader, method_id=f"pm_{n}", last4=f"{n:04}") for n, reader in enumerate(readers)
    )
    orders = Order.objects.bulk_create(
        Order(number=f"M-1234-{n:04}", magazine=house.magazine, payer=reader, currency="usd", total_cents=1,
              source_key=house.source, placed_by="system:test")
        for n, reader in enumerate(readers)
    )  # fmt: skip
    PaymentAttempt.objects.bulk_create(
        PaymentAttempt(payer=reader, purpose="first", subject_uuid=reader.uuid, amount_cents=1, currency="usd",
                       idempotency_key=str(n), request={}, card_last4=f"{n:04}")
        for n, reader in enumerate(readers)
    )  # fmt: skip
    addresses = {address.reader_id: address for address in Address.objects.all()}
    OrderLine.objects.bulk_create(
        OrderLine(order=order, offer=house.offer, recipient_id=order.payer_id, address=addresses[order.payer_id],
                  issues=10, magazine_cents=1)
        for order in orders[:1500]
    )  # fmt: skip


@pytest.mark.parametrize("typed", PLANS)
def test_every_lookup_goes_by_its_index(typed: str, full_house: None) -> None:
    steps = [step for meaning in meanings(typed) for step in lookups(meaning)]

    plans = {step.code: plan_of(step) for step in steps}

    assert list(plans) == list(PLANS[typed])
    for code, plan in plans.items():
        assert "Seq Scan" not in plan, plan
        scans = re.findall(r"Scan using (\S+)|Bitmap Index Scan on (\S+)", plan)
        wanted = re.compile(PLANS[typed][code])
        assert any(wanted.search("".join(names)) for names in scans), plan
        # Each scan is told where to begin and where to end.
        assert len(re.findall("Index Cond", plan)) == len(scans), plan


def plan_of(step: Lookup) -> str:
    with by_index(), connection.cursor() as cursor:
        plan_for(step)
        cursor.execute(f"explain {statement(step)}", {**step.values, "limit": 26})
        return "\n".join(line for (line,) in cursor.fetchall())
