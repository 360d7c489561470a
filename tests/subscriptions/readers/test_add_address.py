import dataclasses

import pytest

from foundation.actors import ANONYMOUS
from foundation.errors import Invalid
from subscriptions.readers import actions, queries
from subscriptions.readers.models import Address
from subscriptions.readers.rules.address import TypedAddress
from tests.house import House, at

NOW = at("2026-02-20")
TYPED = TypedAddress(
    name="Ana Field", line1="2040 N. Milwaukee Avenue", city="Chicago", region="IL", postcode="60647-4002", country="us"
)


def test_keeps_what_was_typed_beside_the_label_form(house: House) -> None:
    reader = house.reader()

    address = actions.add_address(reader_id=reader.pk, typed=TYPED, by=ANONYMOUS, source="order", now=NOW)

    assert queries.typed_address(address) == dataclasses.replace(TYPED, country="US")
    assert address.label_addr1 == "2040 N MILWAUKEE AVE"
    assert (address.label_zip5, address.label_plus4, address.zone) == ("60647", "4002", "us")
    assert (address.entered_by, address.source, address.entered_at) == ("anonymous:web", "order", NOW)


def test_warnings_do_not_refuse_and_are_kept(house: House) -> None:
    typed = dataclasses.replace(TYPED, postcode="60647")

    address = actions.add_address(reader_id=house.reader().pk, typed=typed, by=ANONYMOUS, source="order", now=NOW)

    assert address.warnings == ["no_zip_plus_4"]


def test_another_country_has_its_zone_and_its_postcode(house: House) -> None:
    typed = TypedAddress(
        name="Jo Maple", line1="10 Elgin St", city="Ottawa", region="ON", postcode="k1p5w1", country="CA"
    )

    address = actions.add_address(reader_id=house.reader().pk, typed=typed, by=ANONYMOUS, source="order", now=NOW)

    assert (address.zone, address.label_postcode, address.label_country) == ("ca", "K1P 5W1", "CANADA")


def test_refuses_by_field_with_the_path_in_front(house: House) -> None:
    typed = dataclasses.replace(TYPED, line1="", postcode="1")

    with pytest.raises(Invalid) as refusal:
        actions.add_address(
            reader_id=house.reader().pk, typed=typed, by=ANONYMOUS, source="order", now=NOW, path="ship_to"
        )

    assert refusal.value.fields["ship_to.line1"][0][0] == "required"
    assert refusal.value.fields["ship_to.postcode"][0][0] == "bad_postcode"
    assert not Address.objects.exists()


def test_a_new_address_leaves_the_old_one_alone(house: House) -> None:
    reader = house.reader()
    old = house.address(reader)

    new = actions.add_address(reader_id=reader.pk, typed=TYPED, by=ANONYMOUS, source="reader", now=NOW)

    assert Address.objects.filter(reader=reader).count() == 2
    assert new.pk != old.pk
