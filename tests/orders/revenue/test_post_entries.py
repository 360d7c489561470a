import datetime as dt
from collections.abc import Callable
from itertools import permutations

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.actors import system
from orders.ledger import actions as ledger
from orders.ledger import queries as books
from orders.ledger.models import Journal, Period
from orders.revenue import actions, queries
from orders.revenue.models import EntryPosting, ParkedEntry, RunPosting
from subscriptions.terms.models import Entry, Term
from tests.house import House
from tests.orders.revenue.entries import credit, end, entry, owe, recoup, send, take_back
from tests.orders.revenue.printing import mail_issue, post_sale
from tests.orders.revenue.sound_house import go_round

pytestmark = pytest.mark.django_db
NOON = House.at("2026-06-01")
Written = Callable[[Term], list[Entry]]


@pytest.fixture
def term(house: House) -> Term:
    """1995 cents for ten issues from 504 on, with 504 and 505 mailed and posted: 399 earned."""
    sold: Term = house.term(house.subscription())
    post_sale(sold)
    for number, day in ((504, "2026-03-20"), (505, "2026-04-20")):
        mail_issue(number, [sold], on=day)
        actions.post_mailed_runs(now=house.at(day))
    return sold


def ties() -> bool:
    """Whether account 2100 and the terms agree at the end of every month of the year."""
    return queries.roll_forward(from_day=dt.date(2026, 1, 1), until=dt.date(2027, 1, 1)).is_in_balance


def test_a_credit_takes_back_what_the_copy_had_earned(house: House, term: Term):
    given = credit(term, 504, on="2026-05-02")

    assert actions.post_entries(now=NOON) == 1

    journal = Journal.objects.get(posting_key=f"entry:{given.pk}")
    assert (journal.kind, journal.book_date) == ("earn", dt.date(2026, 5, 2))
    assert {line.account_id: (line.cents, line.issue) for line in journal.lines.all()} == {
        "2100": (-200, "504"),
        "4100": (200, "504"),
    }
    assert (books.balance("4100"), books.balance("2100")) == (-199, -1796)
    assert ties()


def test_posting_twice_changes_nothing(term: Term):
    credit(term, 504)
    actions.post_entries(now=NOON)

    assert actions.post_entries(now=NOON) == 0
    assert EntryPosting.objects.count() == 1


def test_a_credited_term_has_earned_its_price_only_with_the_eleventh_copy(house: House, term: Term):
    credit(term, 504)
    actions.post_entries(now=NOON)

    for number in range(506, 515):
        mail_issue(number, [term], on="2026-06-20")
    actions.post_mailed_runs(now=NOON)

    assert [p.magazine_cents for p in RunPosting.objects.order_by("pk")][2:] == [
        200,
        199,
        200,
        199,
        200,
        199,
        200,
        199,
        200,
    ]
    assert (books.balance("4100"), books.balance("2100")) == (-1995, 0)
    assert ties()


def test_a_recouped_grace_copy_is_earned_at_the_renewal(house: House):
    renewal = house.term(house.subscription(), first=516, sold_on=dt.date(2026, 4, 20))
    post_sale(renewal)
    for number in (514, 515):
        recoup(renewal, number, on="2026-04-20")

    assert actions.post_entries(now=NOON) == 2

    assert [p.magazine_cents for p in EntryPosting.objects.order_by("pk")] == [199, 200]
    assert ties()


def test_what_was_used_up_before_a_takeover_names_no_copy_and_is_no_posting(house: House):
    taken_over = house.term(house.subscription(), carried=4)
    Entry.objects.create(term=taken_over, kind="recoup", units=-1, by="x")
    Entry.objects.create(term=taken_over, kind="taken_over", units=-3, by="x")

    assert actions.post_entries(now=NOON) == 0
    assert queries.liability_cents(until=dt.date.max) == 1197


def test_a_back_issue_is_earned_when_its_run_is_mailed(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    owed = owe(term, 503, on="2026-03-12")
    assert actions.post_entries(now=NOON) == 0
    run = send(owed, pulled_on="2026-03-14", mailed_on=None)
    assert actions.post_entries(now=NOON) == 0
    run.__class__.objects.filter(pk=run.pk).update(state="mailed", mailed_on="2026-03-16")

    assert actions.post_entries(now=NOON) == 1

    assert Journal.objects.get(kind="earn").book_date == dt.date(2026, 3, 16)
    assert books.balance("4100") == -199
    assert ties()


def test_a_back_issue_withdrawn_before_it_was_sent_is_never_posted(house: House):
    term = house.term(house.subscription())
    owed = owe(term, 503)
    entry(term, "back_start", None, units=1, on="2026-04-02", reverses=owed.entry, carried=-1)
    owed.__class__.objects.filter(pk=owed.pk).update(state="withdrawn")
    mail_issue(504, [term], on="2026-03-20")

    assert actions.post_entries(now=NOON) == 0
    actions.post_mailed_runs(now=NOON)
    assert books.balance("4100") == -199


def test_an_extension_taken_back_earns_again_what_it_took(term: Term):
    given = credit(term, 504)
    actions.post_entries(now=NOON)
    take_back(given)

    actions.post_entries(now=NOON)

    assert [p.magazine_cents for p in EntryPosting.objects.order_by("pk")] == [-200, 200]
    assert {line.issue for line in Journal.objects.latest("pk").lines.all()} == {"504"}
    assert ties()


def test_nothing_can_be_taken_back_before_anything_was_earned(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    credit(term, 504)

    actions.post_entries(now=NOON)
    mail_issue(504, [term], on="2026-05-20")
    actions.post_mailed_runs(now=NOON)

    posting = EntryPosting.objects.get()
    assert (posting.journal, posting.earned_cents, posting.units) == (None, 0, -1)
    assert books.balance("4100") == 0  # The copy that never came is not earned; the one in its place will be.
    assert ties()


def test_postage_is_taken_back_apart(house: House):
    term = house.term(house.subscription(), postage_cents=500)
    mail_issue(504, [term])
    actions.post_mailed_runs(now=NOON)
    credit(term, 504)

    actions.post_entries(now=NOON)

    posting = EntryPosting.objects.get()
    assert (posting.magazine_cents, posting.postage_cents) == (-199, -50)
    assert books.balance("4110") == 0


def test_an_entry_of_a_closed_month_is_booked_on_the_first_open_day_and_says_so(term: Term):
    credit(term, 504, on="2026-03-31")
    for month in (2, 3):
        period, _ = Period.objects.get_or_create(
            first_day=dt.date(2026, month, 1), defaults={"until": dt.date(2026, month + 1, 1)}
        )
        ledger.close_period(first_day=period.first_day, by=system("test"), now=House.at("2026-04-02"))

    actions.post_entries(now=House.at("2026-04-02"))

    journal = Journal.objects.get(posting_key__startswith="entry:")
    assert (journal.book_date, journal.memo) == (dt.date(2026, 4, 1), "of 2026-03-31, when the month was closed")
    assert EntryPosting.objects.get().book_date == dt.date(2026, 4, 1)


def test_a_bad_entry_is_parked_and_the_others_go_on(house: House, term: Term):
    bad, sound = credit(term, 504), credit(house.term(house.subscription()), 504)
    ledger.post(
        posting_key=f"entry:{bad.pk}",
        kind="earn",
        book_date=dt.date(2026, 4, 1),
        currency="usd",
        lines=[ledger.Posting("2100", 1), ledger.Posting("4100", -1)],
    )

    assert actions.post_entries(now=NOON) == 1

    assert EntryPosting.objects.get().entry == sound
    parked = ParkedEntry.objects.get()
    assert parked.entry == bad
    assert "with other figures" in parked.error


def test_a_parked_entry_is_tried_again_later(term: Term):
    given = credit(term, 504)
    ParkedEntry.objects.create(entry=given, error="?", next_try_at=NOON + dt.timedelta(minutes=5))

    assert actions.post_entries(now=NOON) == 0
    assert actions.post_entries(now=NOON + dt.timedelta(minutes=6)) == 1
    assert not ParkedEntry.objects.exists()


def test_a_second_failure_waits_longer(term: Term):
    given = credit(term, 504)
    for _ in range(2):
        actions.entries.park(entry_id=given.pk, error=ValueError("no"), now=NOON)

    parked = ParkedEntry.objects.get()
    assert (parked.tries, parked.next_try_at - NOON) == (2, dt.timedelta(minutes=2))


def test_the_database_takes_no_second_posting_of_an_entry(term: Term):
    credit(term, 504)
    actions.post_entries(now=NOON)
    posting = EntryPosting.objects.get()
    posting.pk, posting.journal, posting.magazine_cents = None, None, 0

    with pytest.raises(IntegrityError, match="entry_id"), transaction.atomic():
        posting.save()


def test_the_database_takes_no_cents_without_a_journal(term: Term):
    credit(term, 504)
    actions.post_entries(now=NOON)

    with pytest.raises(IntegrityError, match="cents_of_an_entry_have_a_journal"), transaction.atomic():
        EntryPosting.objects.update(journal=None)


def test_a_term_without_an_end_that_ends_has_earned_what_it_keeps(house: House):
    forever = house.term(house.subscription(), units=None, cents=10000)
    post_sale(forever)
    mail_issue(504, [forever], on="2026-03-20")
    actions.post_mailed_runs(now=house.at("2026-03-20"))
    go_round(
        "terms_term",
        "UPDATE terms_term SET units = 1, ended_on = '2026-04-05', ended_at = now(), ended_because = 'died'",
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    Entry.objects.create(term=forever, kind="ended", units=1, at=house.at("2026-04-05"), by="staff:1")

    assert actions.post_entries(now=NOON) == 1

    assert (books.balance("2100"), books.balance("4100")) == (0, -10000)
    assert ties()


def recoup_and_credit(term: Term) -> list[Entry]:
    return [recoup(term, 503, on="2026-03-31"), credit(term, 504, on="2026-04-01")]


def credit_and_take_back(term: Term) -> list[Entry]:
    given = credit(term, 504, on="2026-03-31")
    return [given, take_back(given, on="2026-04-30")]


def two_credits(term: Term) -> list[Entry]:
    return [credit(term, 504, on="2026-03-31"), credit(term, 505, on="2026-05-01")]


# Of 1995 and 777 over 10, with two copies mailed; k is what counts in the end.
@pytest.mark.parametrize(("written", "k"), [(recoup_and_credit, 2), (credit_and_take_back, 2), (two_credits, 0)])
def test_whatever_is_posted_first_the_term_has_earned_the_same(house: House, written: Written, k: int):
    term = house.term(house.subscription(), postage_cents=777)
    post_sale(term)
    runs = [mail_issue(504, [term], on="2026-03-20"), mail_issue(505, [term], on="2026-04-20")]
    jobs = [*(("run", run.pk) for run in runs), *(("entry", one.pk) for one in written(term))]
    seen = set()

    for order in permutations(jobs):
        with transaction.atomic():
            for kind, key in order:
                assert actions.post_run(run_id=key, now=NOON) if kind == "run" else post_entry(key)
            seen.add((-books.balance("4100"), -books.balance("4110"), ties()))
            transaction.set_rollback(True)

    assert seen == {(1995 * k // 10, 777 * k // 10, True)}


def post_entry(key: int) -> bool:
    return actions.post_entry(entry_id=key, now=NOON)


def test_an_ended_term_with_a_run_that_is_posted_late_ends_at_nothing_owed(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    run = mail_issue(504, [term], on="2026-03-20")
    end(term, at_clock=4, on="2026-04-01")
    refund = [ledger.Posting("2100", 1796, magazine="lantern"), ledger.Posting("2300", -1796, magazine="lantern")]
    ledger.post(
        posting_key="refund:1:approved", kind="refund", book_date=dt.date(2026, 4, 1), currency="usd", lines=refund
    )

    actions.post_run(run_id=run.pk, now=NOON)

    assert (books.balance("2100"), books.balance("4100"), books.balance("2300")) == (0, -199, -1796)
    assert ties()
