"""Ten issues from 504 for $19.95 and $12.00 of postage, cancelled after four: what ends, and whose money it is."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from foundation.actors import Actor
from orders.checkout import actions, queries
from orders.checkout.models import LineRefund
from orders.ledger import queries as books
from orders.ledger.models import Journal
from orders.revenue import actions as revenue
from orders.revenue.queries import liability_cents
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as term_queries
from subscriptions.terms.models import Subscription, Term
from tests.house import House, at
from tests.orders.revenue.printing import mail_issue, post_sale

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "1")
JULY = at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    """504 to 507 have been mailed and posted."""
    subscription: Subscription = house.subscription()
    sold(house, subscription, postage_cents=1200)
    house.pull_before(504)
    for number in range(504, 508):
        mail_issue(number, list(subscription.terms.all()), on="2026-06-20")
    revenue.post_mailed_runs(now=at("2026-06-21"))
    return subscription


def sold(house: House, subscription: Subscription, **fields: Any) -> Term:
    term: Term = house.term(subscription, **fields)
    post_sale(term)
    return term


def cancel(line: Subscription, *, by: Actor = CLERK, **how: Any) -> actions.Cancelled:
    return actions.cancel_subscription(
        subscription_id=line.pk, **{"when": "now", "reason_code": "not_reading", "by": by, "now": JULY, **how}
    )


def balances(*accounts: str) -> list[int]:
    return [books.balance(account) for account in accounts]


def owes() -> int:
    """What the terms still owe; it must be account 2100."""
    owed = liability_cents(until=dt.date.max)
    assert owed == -books.balance("2100")
    return owed


def test_what_was_not_served_is_promised_to_its_payer_magazine_and_postage_apart(line: Subscription):
    done = cancel(line)

    (refund,) = done.refunds
    assert (refund.magazine_cents, refund.postage_cents, refund.payer) == (1197, 720, line.reader)
    assert (refund.way, refund.state, refund.promised_by) == ("refund", "promised", "staff:1")
    journal = Journal.objects.get(posting_key=f"refund:{refund.uuid}:approved")
    assert (journal.kind, journal.book_date) == ("refund", JULY.date())
    assert balances("2300", "4100", "4110") == [-1917, -798, -480]
    assert owes() == 0
    assert list(queries.refunds_to_send()) == [refund]


def test_at_the_end_of_what_is_paid_for_no_money_moves(line: Subscription):
    done = cancel(line, when="end")

    assert (done.terms, done.refunds) == ((), ())
    assert owes() == 1917
    line.refresh_from_db()
    assert line.renewal == "do_not_renew"
    assert term_queries.expire(line.pk).issue.number == 513


def test_a_payer_may_rather_have_it_kept_as_a_credit(line: Subscription):
    (refund,) = cancel(line, money="credit").refunds

    assert (refund.way, balances("2120", "2300")) == ("credit", [-1917, 0])
    assert not queries.refunds_to_send().exists()
    assert owes() == 0


def test_less_than_the_minimum_is_not_sent_but_held(line: Subscription, settings: Any):
    settings.REFUND_MINIMUM_CENTS = 1918

    assert cancel(line).refunds[0].way == "credit"


def test_the_minimum_is_of_all_that_goes_to_one_payer(house: House, line: Subscription, settings: Any):
    settings.REFUND_MINIMUM_CENTS = 1918
    sold(house, line, first=514, cents=1)

    assert [refund.way for refund in cancel(line).refunds] == ["refund", "refund"]


def test_each_payer_has_their_own_money_back(house: House, line: Subscription):
    ben = house.reader("Ben Gale")
    sold(house, line, first=514, cents=2500, payer=ben, copy_class="gift")

    own, gift = cancel(line).refunds

    assert [(own.payer, own.cents), (gift.payer, gift.cents)] == [(line.reader, 1917), (ben, 2500)]


def test_the_reader_who_paid_may_end_it_now(line: Subscription):
    me = Actor("reader", str(line.reader_id))

    assert cancel(line, by=me).refunds[0].promised_by == me.reference


def test_a_reader_who_did_not_pay_gets_no_money_and_ends_nothing(house: House):
    gift = house.subscription()
    sold(house, gift, first=505, payer=house.reader("Ben Gale"), copy_class="gift")
    house.pull_before(504)

    with pytest.raises(actions.NotThePayer, match="only they can have the money back"):
        cancel(gift, by=Actor("reader", str(gift.reader_id)))

    assert not LineRefund.objects.exists()
    assert gift.terms.get().ended_on is None


def test_a_reader_who_did_not_pay_may_let_it_stop_at_the_end(house: House):
    gift = house.subscription()
    sold(house, gift, first=505, payer=house.reader("Ben Gale"), copy_class="gift")

    cancel(gift, by=Actor("reader", str(gift.reader_id)), when="end")

    gift.refresh_from_db()
    assert gift.renewal == "do_not_renew"


def test_a_free_subscription_ends_without_any_refund(house: House):
    free = house.subscription()
    house.term(free, first=505, cents=0, copy_class="comp")

    assert len(cancel(free).terms) == 1
    assert not LineRefund.objects.exists()


def test_one_term_alone_ends_and_the_others_go_on(house: House, line: Subscription):
    gift = sold(house, line, first=514, cents=2500, payer=house.reader("Ben Gale"), copy_class="gift")

    done = actions.cancel_term(term_id=gift.pk, reason_code="twice", by=CLERK, now=JULY)

    assert [(refund.payer, refund.cents) for refund in done.refunds] == [(gift.payer, 2500)]
    assert owes() == 1917
    assert term_queries.expire(line.pk).issue.number == 513


def test_what_was_split_is_refunded_for_the_line_it_was_bought_with(house: House, line: Subscription):
    split = terms.split(term_id=line.terms.get().pk, why="copies", copies=2, by=CLERK, now=JULY)

    (refund,) = cancel(line).refunds

    assert (refund.term, refund.cents, refund.order_line) == (split.new, 1917, None)
    assert owes() == 0


def test_the_database_refunds_a_term_once(line: Subscription):
    (refund,) = cancel(line).refunds
    refund.pk, refund.uuid, refund.journal = None, line.uuid, Journal.objects.earliest("pk")

    with pytest.raises(IntegrityError, match="a_term_is_refunded_once"), transaction.atomic():
        refund.save()


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"magazine_cents": 0, "postage_cents": 0}, "a_refund_is_of_some_cents"),
        ({"state": "withdrawn"}, "a_withdrawn_refund_is_reversed"),
        ({"state": "sent"}, "a_sent_refund_says_when"),
    ],
)
def test_the_database_keeps_refunds_whole(line: Subscription, broken: dict[str, object], constraint: str):
    cancel(line)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LineRefund.objects.update(**broken)


def test_reinstated_the_promise_is_withdrawn_and_the_rest_goes_on(line: Subscription):
    (refund,) = cancel(line).refunds

    (term,) = actions.reinstate_subscription(subscription_id=line.pk, by=CLERK, now=at("2026-07-20"))

    assert (term.units, term.price_cents, term.start_issue.number) == (6, 1917, 508)
    refund.refresh_from_db()
    assert (refund.state, refund.withdrawn_by, refund.withdrawal_journal.reverses) == (
        "withdrawn",
        "staff:1",
        refund.journal,
    )
    assert refund.withdrawal_journal.book_date == dt.date(2026, 7, 20)
    assert balances("2300") == [0]
    assert owes() == 1917


def test_reinstated_and_cancelled_again_it_is_refunded_again(line: Subscription):
    cancel(line)
    actions.reinstate_subscription(subscription_id=line.pk, by=CLERK, now=JULY)

    assert [refund.cents for refund in cancel(line).refunds] == [1917]
    assert balances("2300") == [-1917]
    assert owes() == 0


def test_once_the_money_has_gone_it_is_not_reinstated(line: Subscription):
    cancel(line)
    LineRefund.objects.update(state="sent", sent_at=JULY)

    with pytest.raises(actions.RefundIsSent, match="A new order"):
        actions.reinstate_subscription(subscription_id=line.pk, by=CLERK, now=JULY)

    assert line.terms.count() == 1


def test_without_the_money_it_is_not_reinstated(line: Subscription):
    terms.cancel_now(subscription_id=line.pk, reason_code="other", by=CLERK, now=JULY)

    with pytest.raises(actions.RefundIsSent, match="no longer held"):
        actions.reinstate_subscription(subscription_id=line.pk, by=CLERK, now=JULY)


def test_a_free_subscription_is_reinstated_without_money(house: House):
    free = house.subscription()
    house.term(free, first=505, cents=0, copy_class="comp")
    cancel(free)

    assert len(actions.reinstate_subscription(subscription_id=free.pk, by=CLERK, now=JULY)) == 1


def test_says_beforehand_what_cancelling_means(house: House, line: Subscription):
    ben = house.reader("Ben Gale")
    sold(house, line, first=514, cents=2500, payer=ben, copy_class="gift")

    seen = queries.preview_cancel(subscription_id=line.pk, now=JULY)

    assert (seen.first_not_sent.number, seen.last_if_now.number, seen.at_end.issue.number) == (508, 507, 523)
    assert (seen.cents, seen.total_cents) == ({line.reader_id: 1917, ben.pk: 2500}, 4417)


def test_says_so_when_no_issue_has_gone_out(house: House):
    fresh = house.subscription()
    sold(house, fresh, first=505)
    house.pull_before(505)

    assert queries.preview_cancel(subscription_id=fresh.pk, now=at("2026-04-01")).last_if_now is None
