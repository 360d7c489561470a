import datetime as dt

import pytest
from django.db import connection, transaction

from foundation.actors import system
from orders.ledger import actions, queries
from orders.ledger.actions import JournalIsUnbalanced, PeriodIsClosed, Posting, PostingConflict
from orders.ledger.models import Journal, Period

MARCH_2 = dt.date(2026, 3, 2)
SALE = [Posting("1010", 1995), Posting("2100", -1995, magazine="lantern", offer="ten", source="WEB")]

pytestmark = pytest.mark.django_db


def post_sale(key: str = "stripe:charge:ch_1", **changes):
    event = {"posting_key": key, "kind": "sale", "book_date": MARCH_2, "currency": "usd", "lines": SALE}
    return actions.post(**{**event, **changes})


def test_writes_a_journal_with_its_lines():
    journal = post_sale(memo="Order LAN-1")

    assert journal.period.first_day == dt.date(2026, 3, 1)
    assert queries.balance("1010") == 1995
    assert queries.balance("2100", magazine="lantern") == -1995
    assert queries.balance("2100", magazine="another") == 0
    assert journal.lines.get(account_id="2100").source == "WEB"


def test_the_same_event_again_gives_the_journal_that_is_there():
    first = post_sale()

    again = post_sale(lines=list(reversed(SALE)))

    assert again == first
    assert queries.balance("1010") == 1995


def test_a_retry_on_a_later_day_is_still_the_same_event():
    first = post_sale()

    assert post_sale(book_date=dt.date(2026, 4, 1), memo="late") == first


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"lines": [Posting("1010", 1994), Posting("2100", -1994)]}, id="cents"),
        pytest.param({"lines": [Posting("1010", 1995), Posting("2100", -1995)]}, id="dimensions"),
        pytest.param({"kind": "fee"}, id="kind"),
        pytest.param({"currency": "cad"}, id="currency"),
    ],
)
def test_the_same_key_with_other_content_is_refused(change):
    post_sale()

    with pytest.raises(PostingConflict, match="stripe:charge:ch_1"):
        post_sale(**change)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([Posting("1010", 1995), Posting("2100", -1994)], id="one cent short"),
        pytest.param([Posting("1010", 5), Posting("2100", -5), Posting("4100", 0)], id="a line of nothing"),
        pytest.param([Posting("1010", 0)], id="one line"),
        pytest.param([], id="no line"),
    ],
)
def test_what_does_not_balance_is_refused(lines):
    with pytest.raises(JournalIsUnbalanced):
        post_sale(lines=lines)

    assert not Journal.objects.exists()


def test_a_closed_month_is_refused_and_the_first_open_day_gets_through():
    close_march()

    with pytest.raises(PeriodIsClosed):
        post_sale()
    day = actions.first_open_day(MARCH_2)
    journal = post_sale(book_date=day)

    assert day == journal.book_date == dt.date(2026, 4, 1)


def test_a_month_before_a_closed_one_is_as_good_as_closed():
    close_march()

    with pytest.raises(PeriodIsClosed):
        post_sale(book_date=dt.date(2026, 1, 31))
    assert not Period.objects.filter(first_day=dt.date(2026, 1, 1)).exists()


def test_a_reversal_undoes_its_journal():
    sale = post_sale()

    back = [Posting("1010", -1995), Posting("2100", 1995, magazine="lantern", offer="ten", source="WEB")]
    with transaction.atomic():
        reversal = post_sale(f"reverse:{sale.pk}", kind="reverse", lines=back, reverses_id=sale.pk)

    assert sale.reversal == reversal
    assert queries.balance("1010") == 0


def test_what_was_posted_still_has_its_hash():
    post_sale()
    four_lines = [Posting("1010", 5), Posting("2100", -5, issue="Ä"), Posting("4100", 7), Posting("2100", -7)]
    post_sale("stripe:charge:ch_2", lines=four_lines)

    assert queries.altered_journals() == []
    assert queries.unbalanced_journals() == []


def test_an_owner_who_goes_round_the_guards_is_found_out():
    journal = post_sale()
    with connection.cursor() as owner:
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute("ALTER TABLE ledger_line DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger_line SET account_id = '4100' WHERE account_id = '2100'")
        balanced, altered = queries.unbalanced_journals(), queries.altered_journals()
        owner.execute("UPDATE ledger_line SET cents = cents + 1 WHERE account_id = '4100'")

    assert (balanced, altered) == ([], [journal.posting_key])
    assert queries.unbalanced_journals() == [journal.posting_key]


def close_march() -> None:
    Period.objects.create(first_day=dt.date(2026, 3, 1), until=dt.date(2026, 4, 1))
    april = dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC)
    actions.close_period(first_day=dt.date(2026, 3, 1), by=system("test"), now=april)


def sale(key: str, cents: int = 1995, day: dt.date = MARCH_2) -> actions.Event:
    lines = [Posting("1010", cents), Posting("2100", -cents)]
    return actions.Event(posting_key=key, kind="sale", book_date=day, currency="usd", lines=lines)


def test_posts_many_events_in_their_order_each_once():
    there = actions.post_all([sale("a")])

    journals = actions.post_all([sale("b", 100), sale("a"), sale("c", 200, day=dt.date(2026, 4, 1))])

    assert [journal.posting_key for journal in journals] == ["b", "a", "c"]
    assert journals[1] == there[0]
    assert queries.balance("1010") == 1995 + 100 + 200
    assert journals[2].period.first_day == dt.date(2026, 4, 1)


def test_posts_none_of_many_when_one_was_posted_with_other_figures():
    actions.post_all([sale("a")])

    with pytest.raises(PostingConflict):
        actions.post_all([sale("b"), sale("a", 100)])

    assert queries.balance("1010") == 1995


def test_posts_none_of_many_when_one_does_not_balance():
    odd = actions.Event(
        posting_key="odd",
        kind="sale",
        book_date=MARCH_2,
        currency="usd",
        lines=[Posting("1010", 1), Posting("2100", 1)],
    )

    with pytest.raises(JournalIsUnbalanced):
        actions.post_all([sale("a"), odd])

    assert not Journal.objects.exists()
