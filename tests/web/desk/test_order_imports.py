"""A file of orders on the desk: uploaded, followed, looked at, taken or withdrawn."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders.checkout import actions
from orders.checkout.models import Order, OrderImport
from tests.house import House
from tests.orders.checkout.test_order_imports import ANA, BEN, HEADER
from tests.signin import signed_in
from tests.web.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_time")]

HERE = "/desk/orders/imports/"


@pytest.fixture
def finance(house: House) -> Any:
    return signed_in("finance")


def upload(client: Client, *lines: str, content: bytes = b"") -> Any:
    file = SimpleUploadedFile("fair.csv", content or "\n".join([HEADER, *lines]).encode(), "text/csv")
    return client.post(f"{HERE}upload/", {"magazine": "lantern", "batch": "fair", "file": file})


def checked(client: Client, *lines: str) -> str:
    """The page of a file that was uploaded and checked."""
    answer = upload(client, *lines)
    actions.check_waiting_imports(now=NOW)
    return str(answer.headers["Location"])


def test_the_page_follows_while_the_file_is_checked(finance: Client):
    page = upload(finance, ANA, BEN).headers["Location"]

    shown = finance.get(page).content.decode()
    progress = finance.get(f"{page}progress.json").json()

    assert "0 of 2 lines checked" in shown
    assert (progress["busy"], progress["done"], progress["total"]) == (True, 0, 2)


def test_what_it_costs_and_the_first_lines_are_shown_before_it_is_taken(finance: Client):
    page = checked(finance, ANA, BEN)

    shown = finance.get(page).content.decode()
    asked = finance.get(f"{page}take/").content.decode()

    # One order and three copies of another, $19.95 each.
    assert "2 orders" in shown
    assert "$79.80" in shown
    assert "Ana Field" in shown
    assert "2 orders for The Lantern, together $79.80" in asked
    assert not Order.objects.exists()


def test_two_clicks_take_it_once(finance: Client):
    page = checked(finance, ANA, BEN)

    for _ in range(2):
        assert finance.post(f"{page}take/").headers["Location"] == page
        actions.take_asked_imports(now=NOW)

    assert Order.objects.count() == 2
    assert "They wait for payment" in finance.get(page).content.decode()


def test_the_example_is_a_file_that_can_be_taken(finance: Client):
    example = finance.get(f"{HERE}example.csv")

    upload(finance, content=example.content)
    actions.check_waiting_imports(now=NOW)

    assert "attachment" in example["Content-Disposition"]
    assert OrderImport.objects.get().state == OrderImport.State.READY


def test_errors_are_listed_by_line_and_can_be_downloaded(finance: Client):
    page = checked(finance, ANA.replace("card-1", "=1+1"), BEN.replace("60201", "602"))

    shown = finance.get(page).content.decode()
    rows = list(csv.reader(io.StringIO(finance.get(f"{page}problems.csv").content.decode("utf-8-sig"))))

    assert "2 of 2 lines cannot be taken, so nothing is." in shown
    assert "Take them all" not in shown
    # The reference would be a formula to a spreadsheet.
    assert [row[:5] for row in rows[1:] if row[2] == "error"] == [
        ["2", "'=1+1", "error", "reference", "malformed"],
        ["3", "card-2", "error", "ship_postcode", "bad_postcode"],
    ]
    assert finance.post(f"{page}take/").status_code == 409


def test_a_file_that_is_none_is_refused_at_its_field(finance: Client):
    answer = upload(finance, content=b"PK\x03\x04\x00")

    assert answer.status_code == 400
    assert "This is no text file" in answer.content.decode()
    assert not OrderImport.objects.exists()


def test_a_file_is_asked_for(finance: Client):
    answer = finance.post(f"{HERE}upload/", {"magazine": "lantern", "batch": "fair"})

    assert answer.status_code == 400
    assert not OrderImport.objects.exists()


def test_a_file_is_withdrawn(finance: Client):
    page = checked(finance, ANA)

    finance.post(f"{page}withdraw/")

    shown = finance.get(page).content.decode()
    assert "Nothing of it was ordered" in shown
    assert "Ana Field" not in shown
    assert "fair.csv" in finance.get(HERE).content.decode()
