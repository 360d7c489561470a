import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from foundation.actors import system
from orders.ledger import actions as ledger
from orders.ledger import queries as books
from orders.ledger.models import Journal, Period
from orders.revenue import actions
from orders.revenue.models import ParkedRun, RunPosting
from subscriptions.fulfillment.models import LabelRun
from subscriptions.terms.models import Term
from tests.house import House
from tests.orders.revenue.printing import mail_issue, pull_issue

pytestmark = pytest.mark.django_db


def test_a_mailed_run_earns_one_issue_of_each_term(house: House):
    terms = [house.term(house.subscription()) for _ in range(3)]
    run = mail_issue(504, terms, on="2026-03-20")

    assert actions.post_mailed_runs(now=house.at("2026-03-20")) == 1

    journal = Journal.objects.get()
    assert journal.posting_key == f"earn:lantern:504:{run.uuid}"
    assert journal.book_date == dt.date(2026, 3, 20)
    assert {line.account_id: (line.cents, line.issue) for line in journal.lines.all()} == {
        "2100": (3 * 199, "504"),
        "4100": (-3 * 199, "504"),
    }
    posting = RunPosting.objects.get()
    assert (posting.journal, posting.magazine_cents, posting.copies_by_class) == (journal, 597, {"paid": 3})


def test_posting_twice_changes_nothing(house: House):
    mail_issue(504, [house.term(house.subscription())])

    actions.post_mailed_runs(now=house.at("2026-03-20"))

    assert actions.post_mailed_runs(now=house.at("2026-03-21")) == 0
    assert books.balance("4100") == -199


def test_ten_issues_earn_the_price_and_the_eleventh_nothing(house: House):
    term = house.term(house.subscription(), bonus=1)

    for number in range(504, 515):
        mail_issue(number, [term], on="2026-03-20")
        actions.post_mailed_runs(now=house.at("2026-03-20"))

    cents = [posting.magazine_cents for posting in RunPosting.objects.order_by("pk")]
    assert cents == [199, 200, 199, 200, 199, 200, 199, 200, 199, 200, 0]
    assert books.balance("2100") == 1995


def test_postage_is_earned_apart(house: House):
    term = house.term(house.subscription(), postage_cents=500)
    mail_issue(504, [term])
    mail_issue(505, [term])

    actions.post_mailed_runs(now=house.at("2026-04-20"))

    assert [(p.magazine_cents, p.postage_cents) for p in RunPosting.objects.order_by("issue_id")] == [
        (199, 50),
        (200, 50),
    ]
    assert (books.balance("4100"), books.balance("4110"), books.balance("2100")) == (-399, -100, 499)


def test_a_double_issue_earns_two_units_but_never_more_than_the_term_has_left(house: House):
    last_unit = house.term(house.subscription(), first=504, units=1, cents=300)
    long_term = house.term(house.subscription(), first=504, units=10, cents=1000)
    mail_issue(504, [last_unit, long_term], weight=2)

    actions.post_mailed_runs(now=house.at("2026-03-20"))

    assert RunPosting.objects.get().magazine_cents == 300 + 200


def test_several_copies_of_one_term_earn_once(house: House):
    mail_issue(504, [house.term(house.subscription(), copies=4)])

    actions.post_mailed_runs(now=house.at("2026-03-20"))

    posting = RunPosting.objects.get()
    assert (posting.magazine_cents, posting.copies_by_class) == (199, {"paid": 4})


def test_what_was_consumed_elsewhere_counts_as_served(house: House):
    term = house.term(house.subscription(), carried=2)
    mail_issue(504, [term])

    actions.post_mailed_runs(now=house.at("2026-03-20"))

    assert RunPosting.objects.get().magazine_cents == 199  # The third of 199, 200, 199.


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"first": 503, "units": 1, "grace": 2}, id="grace"),
        pytest.param({"cents": 0, "copy_class": Term.Class.COMP}, id="complimentary"),
        pytest.param({"units": None}, id="perpetual"),
    ],
)
def test_a_run_that_earns_nothing_has_a_posting_without_a_journal(house: House, fields: dict[str, object]):
    mail_issue(504, [house.term(house.subscription(), **fields)])

    assert actions.post_mailed_runs(now=house.at("2026-03-20")) == 1

    posting = RunPosting.objects.get()
    assert (posting.journal, posting.earned_cents, sum(posting.copies_by_class.values())) == (None, 0, 1)
    assert not Journal.objects.exists()


def test_an_empty_run_is_posted_too(house: House):
    mail_issue(504, [])

    assert actions.post_mailed_runs(now=house.at("2026-03-20")) == 1
    assert RunPosting.objects.get().copies_by_class == {}


def test_only_mailed_runs_are_posted(house: House):
    pull_issue(504, [house.term(house.subscription())])

    assert actions.post_mailed_runs(now=house.at("2026-03-20")) == 0


def test_a_run_mailed_in_a_month_closed_since_is_booked_on_the_first_open_day_and_says_so(house: House):
    mail_issue(504, [house.term(house.subscription())], on="2026-03-31")
    Period.objects.create(first_day=dt.date(2026, 3, 1), until=dt.date(2026, 4, 1))
    ledger.close_period(first_day=dt.date(2026, 3, 1), by=system("test"), now=house.at("2026-04-02"))

    actions.post_mailed_runs(now=house.at("2026-04-02"))

    journal = Journal.objects.get()
    assert journal.book_date == dt.date(2026, 4, 1)
    assert journal.memo == "mailed on 2026-03-31, when the month was closed"
    assert RunPosting.objects.get().mailed_on == dt.date(2026, 3, 31)


def test_each_currency_has_its_own_journal(house: House):
    mail_issue(504, [house.term(house.subscription()), house.term(house.subscription(), cents=3000, currency="cad")])

    assert actions.post_mailed_runs(now=house.at("2026-03-20")) == 1

    assert {j.currency: j.run_posting.magazine_cents for j in Journal.objects.all()} == {"usd": 199, "cad": 300}
    assert Journal.objects.get(currency="cad").posting_key.endswith(":cad")


def test_a_run_whose_copies_are_not_all_there_is_parked_and_the_others_go_on(house: House):
    term = house.term(house.subscription())
    short, sound = mail_issue(504, [term]), mail_issue(505, [term])
    LabelRun.objects.filter(pk=short.pk).update(copies=2)

    assert actions.post_mailed_runs(now=house.at("2026-04-20")) == 1

    assert ParkedRun.objects.get().run_uuid == short.uuid
    assert "says 2 copies, 1 are on file" in ParkedRun.objects.get().error
    assert RunPosting.objects.get().run_uuid == sound.uuid


def test_a_parked_run_is_tried_again_later_and_leaves_the_park_when_it_works(house: House):
    run = mail_issue(504, [house.term(house.subscription())])
    LabelRun.objects.filter(pk=run.pk).update(copies=2)
    noon = house.at("2026-04-20")
    actions.post_mailed_runs(now=noon)
    actions.post_mailed_runs(now=noon + dt.timedelta(minutes=2))
    LabelRun.objects.filter(pk=run.pk).update(copies=1)

    assert ParkedRun.objects.get().tries == 2
    assert actions.post_mailed_runs(now=noon + dt.timedelta(minutes=3)) == 0
    assert actions.post_mailed_runs(now=noon + dt.timedelta(minutes=5)) == 1
    assert not ParkedRun.objects.exists()


def test_the_database_takes_no_second_posting_of_a_run(house: House):
    mail_issue(504, [house.term(house.subscription())])
    actions.post_mailed_runs(now=house.at("2026-03-20"))
    posting = RunPosting.objects.get()
    posting.pk, posting.journal = None, None
    posting.magazine_cents = 0

    with pytest.raises(IntegrityError, match="run_is_posted_once"), transaction.atomic():
        posting.save()
