import csv
import datetime as dt
import io
import json
import re
import zipfile

import pytest

from orders.ledger import actions as ledger
from orders.revenue import actions, exports
from orders.revenue.exports.files import formula_safe
from orders.revenue.exports.table import decimal
from tests.house import House
from tests.orders.revenue.printing import mail_issue, post_sale

pytestmark = pytest.mark.django_db

SPAN = {
    "from_day": dt.date(2026, 2, 1),
    "until": dt.date(2026, 4, 1),
    "now": dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC),
}
FILES = [exports.roll_forward_file, exports.earned_by_issue_file, exports.trial_balance_file]


@pytest.fixture(autouse=True)
def spring(house: House) -> None:
    term = house.term(house.subscription(), postage_cents=500)
    post_sale(term)
    mail_issue(504, [term], on="2026-03-20")
    actions.post_mailed_runs(now=house.at("2026-03-20"))


def test_json_keeps_cents_and_says_what_it_is():
    name, content_type, content = exports.roll_forward_file(format="json", **SPAN)

    report = json.loads(content)
    assert (name, content_type) == ("deferred-revenue-all-usd-2026-02-01-2026-04-01.json", "application/json")
    assert report["header"]["Book time zone"] == "America/Chicago"
    assert report["header"]["Generated at"] == "2026-04-01T12:00:00+00:00"
    assert report["row_count"] == 2
    assert report["control_totals"]["earned_magazine_cents"] == -199
    assert [row["closing_cents"] for row in report["rows"]] == [2495, 2246]


def test_csv_has_two_decimals_below_its_header():
    _, _, content = exports.roll_forward_file(format="csv", **SPAN)

    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    start = lines.index([])
    head, march = dict(lines[:start]), dict(zip(lines[start + 1], lines[start + 3], strict=True))
    assert (head["Report"], head["Rows"], head["Total earned magazine"]) == ("Deferred revenue", "2", "-1.99")
    assert (march["Opening"], march["Earned magazine"], march["Closing"]) == ("24.95", "-1.99", "22.46")
    assert (march["Opening issues"], march["Served issues"]) == ("10", "-1")


def test_xlsx_holds_numbers_and_no_formula():
    _, _, content = exports.earned_by_issue_file(format="xlsx", **SPAN)

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r"<v>1\.99</v>", sheet)
    assert "Apr 2026" in sheet
    assert "<f>" not in sheet


def test_a_name_that_looks_like_a_formula_stays_a_text():
    from orders.ledger.models import Account

    Account.objects.filter(pk="1010").update(name='=HYPERLINK("http://evil.example")')

    _, _, table = exports.trial_balance_file(format="csv", **SPAN)
    _, _, book = exports.trial_balance_file(format="xlsx", **SPAN)

    assert "'=HYPERLINK" in table.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("make", FILES)
@pytest.mark.parametrize("format", ["json", "csv", "xlsx"])
def test_the_same_report_is_the_same_bytes(make, format: str):
    assert make(format=format, **SPAN) == make(format=format, **SPAN)


def test_refuses_a_format_nobody_knows():
    with pytest.raises(exports.UnknownFormat, match="json, csv or xlsx"):
        exports.roll_forward_file(format="pdf", **SPAN)


def test_the_trial_balance_balances():
    _, _, content = exports.trial_balance_file(format="json", **SPAN)

    totals = json.loads(content)["control_totals"]
    assert totals == {"debit_cents": 2495 + 249, "credit_cents": 2495 + 249, "net_income_cents": 249}


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-1995, "-19.95"), (10**15, "10000000000000.00")]
)
def test_decimals_are_made_of_integers(cents: int, text: str):
    assert decimal(cents) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%x"])
def test_what_starts_like_a_formula_is_marked(text: str):
    assert formula_safe(text) == f"'{text}"
    assert formula_safe(f"a{text}") == f"a{text}"


def test_a_month_that_is_closed_comes_out_the_same_after_later_postings(house: House):
    before = exports.roll_forward_file(format="csv", **SPAN)

    later = house.term(house.subscription(), first=505, sold_on=dt.date(2026, 4, 2))
    post_sale(later)
    mail_issue(505, [later], on="2026-04-20")
    actions.post_mailed_runs(now=house.at("2026-04-20"))
    ledger.open_periods(until=dt.date(2026, 6, 1))

    assert exports.roll_forward_file(format="csv", **SPAN) == before
