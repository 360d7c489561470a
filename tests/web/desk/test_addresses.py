from typing import Any

import pytest

from subscriptions.readers.models import Address
from tests.signin import signed_in
from tests.web.conftest import DeskHouse
from tests.web.desk.asking import asks, does, text_of, url

pytestmark = pytest.mark.django_db


def test_a_clerk_says_that_mail_came_back_and_that_the_address_is_good_after_all(desk_house: DeskHouse) -> None:
    cora: Any = signed_in("clerk")
    address = Address.objects.filter(reader=desk_house.ana).get()
    page = url("reader", desk_house.ana.pk)

    assert "Nothing more goes to Ana Field there" in asks(cora, url("mail_came_back", address.pk))
    does(cora, url("mail_came_back", address.pk))

    address.refresh_from_db()
    assert str(address.undeliverable_since) == "2026-02-20"
    assert "It is good after all" in text_of(cora.get(page))

    does(cora, url("address_is_good", address.pk))

    address.refresh_from_db()
    assert address.undeliverable_since is None
    assert "mail came back since" not in text_of(cora.get(page))
