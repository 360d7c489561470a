import datetime as dt
import json
from typing import Any

import pytest

from orders.ledger.actions import Posting, post
from orders.ledger.models import Period
from orders.payments.models import WebhookEvent
from orders.renewals.models import Cycle
from orders.revenue.models import NightlyCheck
from tests.signin import signed_in
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db
REPORTS = ("revenue", "earned", "trial_balance")


@pytest.fixture
def fay(db: None) -> Any:
    return signed_in("finance")


def sell(cents: int = 19_95, *, on: str = "2026-01-15") -> None:
    lines = [Posting(account="1010", cents=cents), Posting(account="2100", cents=-cents, magazine="lantern")]
    post(posting_key=f"test:{on}", kind="sale", book_date=dt.date.fromisoformat(on), currency="usd", lines=lines)


def test_deferred_revenue_by_month_with_a_chart_that_says_what_it_shows(fay: Any, desk_house: DeskHouse) -> None:
    sell()
    answer = fay.get(url("revenue"), {"first": "2026-01", "last": "2026-02"})
    page = text_of(answer)

    assert "Jan 2026 $0.00 $19.95" in page
    assert '<svg class="bars"' in answer.content.decode()
    assert "Sold: $20 in Jan 2026, $0 in Feb 2026, highest $20 in Jan 2026." in page


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_each_report_comes_as_a_file(name: str, ending: str, fay: Any, desk_house: DeskHouse) -> None:
    sell()
    answer = fay.get(url(name), {"first": "2026-01", "last": "2026-02", "as": ending})

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'-2026-01-01-2026-03-01.{ending}"')
    assert answer.content
    if ending == "json":
        assert json.loads(answer.content)["currency"] == "usd"


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    "asked",
    [
        {"first": "yesterday"},
        {"first": "2026-13"},
        {"first": "2026-05", "last": "2026-01"},
        {"first": "1900-01"},
        {"currency": "moons"},
        {"last": "9999-12"},
        {"first": "\x00"},
    ],
)
def test_a_span_that_cannot_be_is_refused_at_its_field(
    name: str, asked: dict[str, str], fay: Any, desk_house: DeskHouse
) -> None:
    answer = fay.get(url(name), asked)

    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


def test_the_earned_report_ties_to_the_run(fay: Any, desk_house: DeskHouse) -> None:
    from orders.revenue.actions import post_mailed_runs

    post_mailed_runs(now=NOW)
    page = text_of(fay.get(url("earned"), {"first": "2026-01", "last": "2026-02"}))

    assert "Mar 2026 lantern 503" in page
    assert "$1.81" in page  # 1995 * 1 // 11
    assert "it agrees with the books" in page


def test_closing_a_month_asks_first_and_acts_on_post(fay: Any, desk_house: DeskHouse) -> None:
    from orders.revenue.actions import post_mailed_runs

    # The term was sold in February; its sale and what its first copy has earned.
    sell(on="2026-02-20")
    Period.objects.get_or_create(first_day=dt.date(2026, 1, 1), until=dt.date(2026, 2, 1))
    at = url("close_month", "2026-01")

    assert "never opened again" in asks(fay, at)
    assert Period.objects.get(first_day=dt.date(2026, 1, 1)).is_open
    does(fay, at)
    assert not Period.objects.get(first_day=dt.date(2026, 1, 1)).is_open
    assert "has been closed" in is_refused(fay, at)
    post_mailed_runs(now=NOW)


def test_a_month_that_is_not_over_stays_open(fay: Any, desk_house: DeskHouse) -> None:
    sell(on="2026-02-20")

    assert "can be closed from 2026-03-01 on" in is_refused(fay, url("close_month", "2026-02"))


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "soon"])
def test_there_is_no_other_month(month: str, fay: Any, desk_house: DeskHouse) -> None:
    assert fay.get(url("close_month", month)).status_code == 404


def test_following_an_event_again_asks_first_and_acts_on_post(fay: Any, desk_house: DeskHouse) -> None:
    at = url("follow_again", desk_house.event.pk)

    assert "not done twice" in asks(fay, at)
    assert WebhookEvent.objects.get().state == "dead"
    does(fay, at)
    assert (WebhookEvent.objects.get().state, WebhookEvent.objects.get().tries) == ("new", 0)
    assert "only one that is parked" in is_refused(fay, at)


def test_the_check_asks_first_and_runs_on_post(fay: Any, desk_house: DeskHouse) -> None:
    at = url("run_check")

    assert "changes nothing" in asks(fay, at)
    assert not NightlyCheck.objects.exists()
    page = does(fay, at)
    assert NightlyCheck.objects.count() == 1
    assert "10. Running a job twice changes nothing" in page


def test_what_a_check_found_is_shown_in_sentences(fay: Any, house_time: None) -> None:
    probes = [{"name": "J1", "found": 2, "sentence": "2 journals do not balance.", "examples": ["sale:1", "sale:2"]}]
    finding = {
        "number": 8,
        "title": "The books balance",
        "ok": False,
        "found": 2,
        "sentence": "Broken.",
        "probes": probes,
    }
    NightlyCheck.objects.create(begun_at=NOW, ended_at=NOW, findings=[finding])

    page = text_of(fay.get(url("checks")))

    assert "something was found" in page
    assert "2 journals do not balance. 2 : sale:1, sale:2" in page


def test_renewals_that_need_the_reader_come_first(fay: Any, desk_house: DeskHouse) -> None:
    from orders.checkout.models import AutoRenewConsent

    line = desk_house.order.lines.get()
    consent = AutoRenewConsent.objects.create(
        line=line, payer=desk_house.ana, text_version="1", text="yes", text_sha256="0" * 64, shown_price_cents=1995,
        shown_issues=10, channel="web",
    )  # fmt: skip
    for name, state, day in (("Ana Field", "scheduled", "2026-02-25"), ("Zoe Late", "needs_reader", "2026-03-05")):
        reader = desk_house.house.reader(name)
        subscription = desk_house.house.subscription(reader)
        Cycle.objects.create(
            subscription=subscription, after_term=desk_house.house.term(subscription), consent=consent,
            offer=desk_house.house.offer, magazine_cents=1995, postage_cents=0, currency="usd",
            charge_on=dt.date.fromisoformat(day), state=state,
        )  # fmt: skip

    page = text_of(fay.get(url("renewals"), {"days": "30"}))

    assert page.index("Zoe Late") < page.index("Ana Field")
    assert "$39.90 together" in page
    assert fay.get(url("renewals"), {"days": "a lot"}).status_code == 200


def test_an_order_shows_its_lines_and_payments(fay: Any, desk_house: DeskHouse) -> None:
    page = text_of(fay.get(url("order", desk_house.order.number)))

    assert "Cleo Reed" in page
    assert "10 issues for $19.95" in page
    assert "waiting for payment" in page
    assert fay.get(url("order", "M-0000-0000")).status_code == 404


def test_the_list_leads_to_the_order(fay: Any, desk_house: DeskHouse) -> None:
    answer = fay.get(url("checkout_order_change", desk_house.order.pk))

    assert answer.headers["Location"] == url("order", desk_house.order.number)
    found = fay.get(url("checkout_order_changelist"), {"q": f" {desk_house.order.number.lower()} "})
    assert "Cleo Reed" in found.content.decode()
