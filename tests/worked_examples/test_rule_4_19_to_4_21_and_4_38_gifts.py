"""Rules 4.19, 4.20, 4.21 and 4.38 through the real actions, on three calendars (`press`): Ben gives Ana ten issues."""

import datetime as dt

import pytest

from foundation.actors import ANONYMOUS
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.rules import OrderRequest, Person
from orders.ledger.queries import balance
from orders.ledger.rules import unserved_cents
from orders.renewals import actions as renewals
from subscriptions.catalog.models import OfferGiftTier
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries import issue_that_leaves, life_of, overview
from tests.gifts import address, buy, code_for, given, pay, place, wish
from tests.worked_examples.press import BY, Press

pytestmark = pytest.mark.django_db


def test_rule_4_19_the_gift_starts_with_506_whoever_orders_it_earlier(press: Press) -> None:
    now = press.between(503, 504)

    [line] = buy(given(wish(start_issue=press.issue(506).number)), now=now)

    assert (press.said(line.term.start_issue), press.expires(line.subscription)) == (506, 515)
    assert (line.term.payer.name, line.recipient.name, line.term.copy_class) == ("Ben Moss", "Ana Field", "gift")
    assert balance("2100") == -19_95


def test_rule_4_19_the_card_arrives_on_her_birthday_with_the_issue_around_it(press: Press) -> None:
    now = press.between(503, 504)
    birthday = press.issue(506).in_home_from
    [line] = buy(given(wish(arrives_on=birthday, announce="card", announce_on=birthday)), now=now)

    assert press.said(line.term.start_issue) == 506
    due = [
        day
        for day in (birthday - dt.timedelta(days=8), birthday - dt.timedelta(days=7))
        if queries.cards_due(magazine_id=press.magazine.pk, today=day).exists()
    ]
    assert due == [birthday - dt.timedelta(days=7)]


def test_rule_4_19_efforts_1_to_3_go_to_the_donor_and_4_and_5_to_the_recipient(press: Press) -> None:
    press.allow(invite_at_issues_left=[5, 4, 3, 2, 1])
    buy(given(wish(email="ana@readers.example", start_issue=press.issue(506).number)), now=press.between(503, 504))

    for pulled in range(509, 516):
        now = press.between(pulled, pulled + 1)
        renewals.send_due_invitations(now=now)

    sent = OutgoingMail.objects.filter(kind__startswith="gift_ending").order_by("pk")
    assert [mail.to_email for mail in sent] == ["ben@donors.example"] * 3 + ["ana@readers.example"] * 2
    assert not any("$" in mail.text or "19.95" in mail.text for mail in sent)


def test_rule_4_19_when_the_recipient_pays_it_is_her_order_on_the_same_line(press: Press) -> None:
    [gift] = buy(given(wish(email="ana@readers.example")), now=press.between(503, 504))
    now = press.between(510, 511)
    own = OrderRequest(offer="ten", payer=Person("Ana Field", "ana@readers.example"), ship_to=address("Ana Field"))

    [line] = buy(own, now=now, subscription=gift.subscription)

    assert line.subscription_id == gift.subscription_id
    assert (line.term.payer_id, line.term.copy_class) == (gift.recipient_id, "paid")
    assert press.served(line.subscription) == {gift.term_id: list(range(504, 514)), line.term_id: list(range(514, 524))}


def queued(press: Press, *, renewal: str = "auto_charge") -> tuple[Subscription, Term, Term]:
    """Ana has six issues from 504 on, and Ben's gift joins them."""
    now = press.between(503, 504)
    ana = press.line()
    own = press.order(ana, now=now, units=6)
    terms.set_renewal(subscription_id=ana.pk, renewal=renewal, by=BY)
    order = place(given(wish()), now=now)
    actions.join_gift(line_id=order.lines.get().pk, subscription_id=ana.pk, meets="queue", by=BY, now=now)
    line = pay(order, now=now).lines.get()
    ana.refresh_from_db()
    return ana, own, line.term


def test_rule_4_20_the_gift_serves_510_to_519_behind_her_own_six(press: Press) -> None:
    ana, own, gift = queued(press)

    assert press.served(ana) == {own.pk: list(range(504, 510)), gift.pk: list(range(510, 520))}
    assert press.expires(ana) == 519


def test_rule_4_20_her_charge_moves_behind_everything_from_507_to_517(press: Press) -> None:
    now = press.between(503, 504)
    ana = press.line()
    press.order(ana, now=now, units=6)
    before = issue_that_leaves(subscription_id=ana.pk, units=2)

    outcome = queries.gift_outcome(magazine_id=press.magazine.pk, issues=10, subscription_id=ana.pk, now=now)
    ana_too, _, _ = queued(press)

    assert press.said(before) == 507
    assert press.said(issue_that_leaves(subscription_id=ana_too.pk, units=2)) == 517
    assert (press.said(outcome.first_issue), press.said(outcome.last_issue)) == (510, 519)


@pytest.mark.parametrize("renewal", ["renew", "auto_charge", "do_not_renew"])
def test_rule_4_20_a_gift_never_touches_her_renewal(press: Press, renewal: str) -> None:
    ana, _, _ = queued(press, renewal=renewal)

    assert ana.renewal == renewal


def test_rule_4_20_who_owns_what_is_told_before_it_is_saved(press: Press) -> None:
    now = press.between(503, 504)
    ana = press.line()
    press.order(ana, now=now, units=6)
    terms.set_renewal(subscription_id=ana.pk, renewal="auto_charge", by=BY)

    outcome = queries.gift_outcome(magazine_id=press.magazine.pk, issues=10, subscription_id=ana.pk, now=now)

    assert [(press.said(s.first_issue), press.said(s.last_issue), s.paid_by) for s in outcome.stretches] == [
        (504, 509, "recipient"),
        (510, 519, "donor"),
    ]
    assert (outcome.renewed_by, press.said(outcome.charge_after)) == ("the recipient's card", 517)
    assert Term.objects.count() == 1


def test_rule_4_20_refunds_of_510_to_519_are_bens(press: Press) -> None:
    ana, own, gift = queued(press)

    ended = terms.cancel_term(term_id=gift.pk, reason_code="twice", by=BY, now=press.between(506, 507))

    assert (ended.term.payer.name, ended.units, ended.cents) == ("Ben Moss", 10, 19_95)
    assert press.served(ana)[own.pk] == list(range(504, 510))


def test_rule_4_20_parallel_copies_come_beside_her_own(press: Press) -> None:
    now = press.between(503, 504)
    ana = press.line()
    press.order(ana, now=now, units=6)
    order = place(given(wish()), now=now)
    actions.join_gift(line_id=order.lines.get().pk, subscription_id=ana.pk, meets="parallel", by=BY, now=now)
    line = pay(order, now=now).lines.get()

    assert line.subscription_id != ana.pk
    assert (press.expires(ana), press.expires(line.subscription)) == (509, 513)


def test_rule_4_20_an_extension_ends_with_519_too_and_keeps_bens_order_apart(press: Press) -> None:
    now = press.between(503, 504)
    ana = press.line()
    own = press.order(ana, now=now, units=6)
    [line] = buy(given(wish()), now=now)

    actions.join_gift(line_id=line.pk, subscription_id=ana.pk, meets="extension", by=BY, now=now)

    assert press.expires(ana) == 519
    gift = life_of(ana.pk).terms[-1]
    assert (gift.payer.name, gift.magazine_cents, gift.split_from_id) == ("Ben Moss", 19_95, line.term_id)
    assert press.served(ana) == {own.pk: list(range(504, 510)), gift.pk: list(range(510, 520))}


def test_rule_4_20_a_gift_that_has_run_for_two_issues_brings_the_other_eight(press: Press) -> None:
    start = press.between(503, 504)
    ana = press.line()
    press.order(ana, now=start, units=6)
    [line] = buy(given(wish()), now=start)
    now = press.between(505, 506)

    actions.join_gift(line_id=line.pk, subscription_id=ana.pk, meets="queue", by=BY, now=now)

    assert press.expires(ana) == 517
    assert life_of(ana.pk).terms[-1].magazine_cents == unserved_cents(19_95, 10, 2)


def test_rule_4_21_a_code_starts_when_it_is_redeemed_and_is_deferred_from_day_one(press: Press) -> None:
    [line] = buy(given(code_for("Ana Field")), now=press.between(503, 504))
    sold = (balance("2105"), balance("2100"), Term.objects.count())

    now = press.between(507, 508)
    redeemed = actions.redeem_code(
        code=queries.code_of(line.gift_code), recipient=Person("Ana Field"), address=address("Ana Field"),
        by=ANONYMOUS, now=now,
    )  # fmt: skip

    assert sold == (-19_95, 0, 0)
    assert (balance("2105"), balance("2100")) == (0, -19_95)
    assert (press.said(redeemed.term.start_issue), press.expires(redeemed.line.subscription)) == (508, 517)


def four_gifts(press: Press):
    return buy(
        given(wish("Ana Field"), wish("Cleo Reed"), wish("Dan Hope"), wish("Eve Lark")), now=press.between(503, 504)
    )


def test_rule_4_38_the_rest_of_one_gift_goes_to_somebody_else(press: Press) -> None:
    ana, *others = four_gifts(press)
    now = press.between(506, 507)

    moved = actions.move_gift(line_id=ana.pk, recipient=Person("Gus Long"), address=address("Gus Long"), by=BY, now=now)

    assert (moved.issues, press.said(moved.first_issue)) == (7, 507)
    new = moved.move.to_term
    assert (new.payer.name, new.magazine_cents, new.subscription.reader.name) == ("Ben Moss", 13_97, "Gus Long")
    assert press.expires(new.subscription) == 513
    assert overview(ana.subscription_id, now).units_left == 0
    assert [press.expires(line.subscription) for line in others] == [513, 513, 513]
    assert balance("2100") == -4 * 19_95


def test_rule_4_38_a_refund_of_that_ship_to_only_is_1397(press: Press) -> None:
    ana, *others = four_gifts(press)

    ended = terms.cancel_term(term_id=ana.term_id, reason_code="died", by=BY, now=press.between(506, 507))

    assert (ended.term.payer.name, ended.units, ended.cents) == ("Ben Moss", 7, 13_97)
    assert [line.term.ended_at for line in others] == [None, None, None]


def test_rule_4_38_the_price_of_each_is_stored_at_purchase(press: Press) -> None:
    """The fourth at half price: 3 * 1995 + 997 = 6982, of which each gift has a quarter, whatever happens later."""
    offer = press.house.offer
    OfferGiftTier.objects.create(offer=offer, from_gift=4, magazine_cents=9_97)
    lines = four_gifts(press)
    OfferGiftTier.objects.all().delete()

    ended = terms.cancel_term(term_id=lines[0].term_id, reason_code="died", by=BY, now=press.between(506, 507))

    assert [line.magazine_cents for line in lines] == [17_46, 17_46, 17_45, 17_45]
    assert ended.cents == unserved_cents(17_46, 10, 3)
