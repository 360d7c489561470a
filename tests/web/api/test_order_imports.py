"""A file of orders through the API: the same steps as on the desk, for machines."""

from typing import Any

import pytest
from django.test import Client

from orders.checkout import actions
from orders.checkout.models import Order, OrderImport
from tests.house import House
from tests.orders.checkout.test_order_imports import ANA, BEN, HEADER
from tests.signin import with_token
from tests.web.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_time")]

HERE = "/api/v1/order-imports/"
FILE = {"magazine": "lantern", "batch": "fair", "file_name": "fair.csv", "csv": f"{HEADER}\n{ANA}\n{BEN}"}


@pytest.fixture
def finance(house: House) -> Any:
    return with_token("finance")


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, body or {}, content_type="application/json")


def test_a_file_is_staged_checked_and_taken(finance: Client):
    staged = post(finance, HERE, FILE)
    here = f"{HERE}{staged.json()['uuid']}/"
    actions.check_waiting_imports(now=NOW)
    seen = finance.get(here).json()

    asked = post(finance, f"{here}takings/")
    actions.take_asked_imports(now=NOW)
    again = post(finance, f"{here}takings/")

    assert (staged.status_code, staged.json()["state"]) == (202, "checking")
    assert (seen["state"], seen["rows"], seen["total_cents"]) == ("ready", 2, 79_80)
    # A warning stops nothing: Ben's ZIP code has five digits.
    assert [(each["line"], each["code"], each["is_error"]) for each in seen["problems"]] == [
        (3, "no_zip_plus_4", False)
    ]
    assert (asked.status_code, asked.json()["state"]) == (202, "taking")
    assert (again.status_code, again.json()["state"], Order.objects.count()) == (202, "taken", 2)


def test_the_errors_stand_in_the_answer_by_line_and_column(finance: Client):
    here = f"{HERE}{post(finance, HERE, {**FILE, 'csv': FILE['csv'].replace('60201', '602')}).json()['uuid']}/"
    actions.check_waiting_imports(now=NOW)

    problem = finance.get(here).json()["problems"][0]
    refused = post(finance, f"{here}takings/")

    assert (problem["line"], problem["reference"], problem["field"], problem["code"], problem["is_error"]) == (
        3,
        "card-2",
        "ship_postcode",
        "bad_postcode",
        True,
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "import_has_errors")


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no file": ({"csv": ""}, "csv"),
    "a header alone": ({"csv": HEADER}, "file"),
    "an unknown column": ({"csv": "reference,colour\n1,red"}, "file"),
    "no batch": ({"batch": ""}, "batch"),
    "a batch with a slash": ({"batch": "a/b"}, "batch"),
    "an unknown magazine": ({"magazine": "nothing"}, "magazine"),
    "a magazine that is a list": ({"magazine": ["lantern"]}, "magazine"),
    "an unknown field": ({"sure": True}, "sure"),
    "a file that is a list": ({"csv": [HEADER]}, "csv"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_and_leaves_nothing(finance: Client, case: str):
    changes, field = BAD[case]

    answer = post(finance, HERE, {**FILE, **changes})

    assert (answer.status_code, [each["field"] for each in answer.json()["fields"]]) == (400, [field])
    assert not OrderImport.objects.exists()


def test_a_file_that_is_not_there_is_nobodys(finance: Client):
    for path in ("", "takings/", "withdrawals/"):
        nowhere = f"{HERE}00000000-0000-0000-0000-000000000000/{path}"
        answer = post(finance, nowhere) if path else finance.get(nowhere)

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_withdrawn_file_is_not_taken(finance: Client):
    here = f"{HERE}{post(finance, HERE, FILE).json()['uuid']}/"

    assert post(finance, f"{here}withdrawals/").status_code == 201
    answer = post(finance, f"{here}takings/")

    assert (answer.status_code, answer.json()["code"]) == (409, "import_is_closed")
