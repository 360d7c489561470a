"""One paid order starts one term and posts one sale, on 20 February 2026."""

import uuid

from demo.stripe_standin.testing import DECLINED
from foundation.actors import ANONYMOUS
from foundation.mail.models import OutgoingMail
from orders.checkout import actions
from orders.checkout.models import Order, OrderPayment
from orders.checkout.rules import Circumstances
from orders.ledger.actions import Posting, post
from orders.ledger.models import Journal
from orders.ledger.queries import balance
from orders.payments import actions as payments
from orders.payments.models import PaymentAttempt
from subscriptions.readers.models import Reader
from subscriptions.terms.actions import merge_lines
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries import expire, ledger
from tests.gifts import given, wish
from tests.house import at
from tests.own_database import at_once
from tests.shop import Shop


def test_a_paid_order_starts_its_term_and_posts_its_sale(shop: Shop):
    order = shop.sells()

    term = order.lines.get().term
    assert order.state == Order.State.PAID
    assert (term.units, term.start_issue.number, term.magazine_cents) == (10, 504, 19_95)
    assert (balance("1010"), balance("2100")) == (19_95, -19_95)


def test_the_expire_ledger_says_of_which_order_its_issues_came(shop: Shop):
    order = shop.sells()
    line = order.lines.get()

    entry = line.term.entries.get()
    assert (entry.kind, entry.link) == ("bought", f"order:{order.number}")
    assert ledger(line.subscription_id)[0].order_number == order.number


def test_a_renewal_that_is_paid_after_a_merge_goes_on_where_the_copies_come_from(shop: Shop):
    own = shop.sells().lines.get().subscription
    kept = shop.house.subscription(shop.house.reader("Ana B. Field"))
    shop.house.term(kept, first=504, units=4)
    renewal = actions.place_order(
        request=shop.request(), key=uuid.uuid4().hex, by=ANONYMOUS, now=shop.now, subscription=own,
        circumstances=Circumstances(channel="web", ip="203.0.113.7", user_agent="a browser"),
    ).order  # fmt: skip
    merge_lines(kept_id=kept.pk, merged_id=own.pk, by=ANONYMOUS, now=shop.now)

    shop.pays(renewal)
    shop.settles()

    assert renewal.lines.get().term.subscription == kept
    assert [expire(line.pk).units_left for line in (kept, own)] == [24, 0]


def test_settling_twice_changes_nothing(shop: Shop):
    shop.sells()

    assert shop.settles() == 0
    assert (Term.objects.count(), Journal.objects.count()) == (1, 1)


def test_a_declined_order_starts_nothing(shop: Shop):
    order = shop.order()
    shop.pays(order, DECLINED)

    assert shop.settles() == 0
    assert not Term.objects.exists()


def test_a_payment_after_the_pull_starts_with_the_next_issue_and_says_so(shop: Shop):
    order = shop.order()
    attempt = shop.checkout(order)
    shop.standin.pay(attempt.checkout_session_id)
    shop.hears()
    shop.move_to(at("2026-03-11"))

    shop.settles()

    assert order.lines.get().term.start_issue.number == 505
    thanks = OutgoingMail.objects.get(kind="order_acknowledgement")
    assert "first issue is May 2026" in " ".join(thanks.text.split())


def test_the_thanks_name_issues_price_and_how_to_cancel(shop: Shop):
    shop.sells(shop.agreed())

    thanks = OutgoingMail.objects.get(kind="order_acknowledgement")
    assert "Apr 2026" in thanks.text
    assert "$19.95" in thanks.text
    assert "cancels in one step" in thanks.text


def test_automatic_renewal_is_on_only_when_it_was_agreed_to(shop: Shop):
    plain = shop.sells().lines.get().subscription
    agreed = shop.sells(shop.agreed()).lines.get().subscription

    assert plain.renewal == Subscription.Renewal.RENEW
    assert agreed.renewal == Subscription.Renewal.AUTO_CHARGE


def test_a_second_payment_of_one_order_is_held_as_a_credit(shop: Shop):
    order = shop.order()
    first = shop.checkout(order)
    # The page stays open in one tab while our row says it is closed; the buyer pays in both.
    PaymentAttempt.objects.filter(pk=first.pk).update(state=PaymentAttempt.State.EXPIRED)
    actions.pay_again(order_id=order.pk, by=ANONYMOUS, ip=None, now=shop.now)
    second = shop.checkout(order)
    for attempt in (first, second):
        shop.standin.pay(attempt.checkout_session_id)
    shop.hears()

    shop.settles()

    assert Term.objects.count() == 1
    assert (balance("2100"), balance("2120"), balance("1010")) == (-19_95, -19_95, 39_90)
    assert sorted(OrderPayment.objects.values_list("use", flat=True)) == ["settles", "surplus"]


def test_the_fee_is_booked_once_stripe_tells_it(shop: Shop):
    shop.sells()
    payments.fetch_missing_fees(now=shop.now)

    assert actions.post_known_fees(now=shop.now) == 1
    assert actions.post_known_fees(now=shop.now) == 0
    assert (balance("5100"), balance("1010")) == (88, 19_07)


def test_money_for_no_order_is_parked_and_stops_nobody(shop: Shop):
    stray = payments.plan_checkout(
        payer_id=shop.house.reader("Ben Cole").pk,
        subject_uuid=uuid.uuid4(),
        amount_cents=5_00,
        currency="usd",
        description="nothing of ours",
        email="ben@readers.example",
        save_method=False,
        success_url="http://localhost:8000/",
        cancel_url="http://localhost:8000/",
        now=shop.now,
    )
    payments.open_checkout(attempt_id=stray.pk)
    stray.refresh_from_db()
    shop.standin.pay(stray.checkout_session_id)
    order = shop.order()
    shop.pays(order)

    shop.settles()

    order.refresh_from_db()
    stray.refresh_from_db()
    assert order.state == Order.State.PAID
    assert stray.last_error == "settle: payment_without_order"


def test_money_for_a_reader_who_was_forgotten_meanwhile_is_parked_and_stops_nobody(shop: Shop):
    order, other = shop.order(given(wish("Ana Field"))), shop.order()
    Reader.objects.filter(pk=order.lines.get().recipient_id).update(erased_at=shop.now)
    parked = shop.pays(order)
    shop.pays(other)

    assert shop.settles() == 1

    parked.refresh_from_db()
    order.refresh_from_db()
    assert (parked.last_error, order.state) == ("settle: recipient_is_erased", Order.State.AWAITING_PAYMENT)
    assert [term.payer for term in Term.objects.all()] == [other.payer]


def test_four_workers_at_once_settle_each_order_once(committed_shop: Shop):
    shop = committed_shop
    for order in [shop.order(shop.request(copies=n)) for n in (1, 2, 3)]:
        shop.pays(order)

    at_once(*[shop.settles] * 4)

    assert Term.objects.count() == 3
    assert balance("2100") == -19_95 * 6


def test_one_that_cannot_be_settled_holds_up_none_of_its_batch(shop: Shop):
    good, bad, also_good = orders = [shop.order(shop.request(copies=n)) for n in (1, 2, 3)]
    for order in orders:
        shop.pays(order)
    # Its sale is in the books with other figures: a person has to look.
    charge = PaymentAttempt.objects.get(subject_uuid=bad.uuid).charge_id
    lines = [Posting("1010", 5_00), Posting("2100", -5_00)]
    post(posting_key=f"stripe:charge:{charge}", kind="sale", book_date=shop.now.date(), currency="usd", lines=lines)

    assert shop.settles() == 2

    for order in orders:
        order.refresh_from_db()
    assert (good.state, bad.state, also_good.state) == ("paid", "awaiting_payment", "paid")
    assert PaymentAttempt.objects.get(subject_uuid=bad.uuid).last_error == "settle: posting_conflict"
    assert Term.objects.count() == 2


def test_three_orders_are_settled_in_the_statements_of_one(shop: Shop, settings, django_assert_max_num_queries):
    settings.LIMIT_ORDERS_PER_IP = settings.LIMIT_ORDERS_PER_EMAIL = 100
    for _ in range(3):
        shop.pays(shop.order())

    with django_assert_max_num_queries(45):
        assert shop.settles() == 3


def test_where_the_house_back_starts_the_term_begins_with_what_is_in_stock(shop: Shop) -> None:
    from foundation.actors import Actor
    from orders.checkout import queries
    from subscriptions.catalog.actions import receive_stock
    from subscriptions.terms.queries import expire

    shop.house.magazine.back_start_new = 1
    shop.house.magazine.save(update_fields=["back_start_new"])
    receive_stock(issue_id=shop.house.issue(503).pk, copies=1, by=Actor("staff", "1"), now=shop.now)
    told = queries.quote(offer_code="ten", country="US", copies=1, now=shop.now)

    first, second = (shop.sells().lines.get() for _ in range(2))

    assert (told.first_issue.number, told.expire_issue.number) == (503, 512)
    assert (first.term.start_issue.number, expire(first.subscription_id).issue.number) == (503, 512)
    assert first.term.owed_copies.get().issue.number == 503
    assert (second.term.start_issue.number, expire(second.subscription_id).issue.number) == (504, 513)
