"""PATCH readers/{number}/: a name, mail address or telephone put right."""

from typing import Any

import pytest

from subscriptions.readers.models import FormerDetails, Reader
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def patch(client: Any, number: str, body: Any) -> Any:
    return client.patch(f"/api/v1/readers/{number}/", body, content_type="application/json")


def test_what_is_sent_is_put_right_and_the_rest_stays(shop: Shop, api_for: Any) -> None:
    ana = shop.house.reader("Ana Field", "ana@raeders.example")

    answer = patch(api_for("clerk"), ana.number, {"email": "ana@readers.example", "phone": "555-0100"})

    told = answer.json()
    assert (answer.status_code, told["name"], told["email"], told["phone"]) == (
        200, "Ana Field", "ana@readers.example", "555-0100",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "A" * 81}, "name"),
        ({"name": "Ana\x00"}, "name"),
        ({"name": ["Ana"]}, "name"),
        ({"email": "ana at home"}, "email"),
        ({"email": None}, "email"),
        ({"phone": "5" * 31}, "phone"),
        ({"number": "0000001"}, "number"),
    ],
)
def test_a_bad_correction_is_told_by_field_and_changes_nothing(
    shop: Shop, api_for: Any, body: dict[str, Any], field: str
) -> None:
    ana = shop.house.reader("Ana Field", "ana@readers.example")

    answer = patch(api_for("clerk"), ana.number, body)

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (400, field)
    assert Reader.objects.filter(pk=ana.pk, name="Ana Field", email="ana@readers.example").exists()
    assert not FormerDetails.objects.exists()


def test_nobodys_file_is_not_there(shop: Shop, api_for: Any) -> None:
    answer = patch(api_for("clerk"), "9999999", {"name": "Ana"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
