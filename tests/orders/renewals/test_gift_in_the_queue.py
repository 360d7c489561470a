"""Ana renews by herself, and Ben's gift comes behind what she has (domain 4.20): her charge waits for everything."""

from typing import Any

import pytest

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from orders.checkout import actions as checkout
from orders.checkout.models import Order, OrderLine
from orders.renewals import actions
from orders.renewals.models import Cycle
from subscriptions.readers import actions as readers
from subscriptions.terms.models import Subscription, Term
from tests.gifts import code_for, given, pay, place, wish
from tests.house import at
from tests.orders.renewals.conftest import CHARGE, FIRST_NOTICE, SECOND_NOTICE, Renewing

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "12")
# A year after what would have been without the gift: two are left of everything after the pull of 521.
LATER = [at("2027-11-06"), at("2027-11-21"), at("2027-12-11")]


def give(ana: Renewing, **changes: Any) -> Any:
    """Ben's ten issues join what Ana has, 504 to 513."""
    order = place(given(wish("Ana Field", **changes)), now=ana.shop.now)
    checkout.join_gift(
        line_id=order.lines.get().pk, subscription_id=ana.subscription.pk, meets="queue", by=CLERK, now=ana.shop.now
    )
    return pay(order, now=ana.shop.now).lines.get()


def test_her_charge_comes_a_year_later_and_is_hers_alone(ana: Renewing):
    give(ana, copies=2)

    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)
    assert ana.charges() == []
    ana.lives_through(*LATER)

    [charge] = ana.charges()
    order = Order.objects.get(uuid=charge.subject_uuid)
    assert (charge.state, charge.amount_cents) == ("paid", 19_95)
    assert (order.payer_id, order.payer.name, order.lines.get().copies) == (charge.payer_id, "Ana Field", 1)
    assert order.lines.get().term.start_issue.number == 524


def test_a_charge_that_was_announced_before_the_gift_came_is_not_made(ana: Renewing):
    ana.lives_through(FIRST_NOTICE)
    assert ana.cycle.state == Cycle.State.SCHEDULED

    give(ana)
    ana.lives_through(SECOND_NOTICE, CHARGE)

    assert (ana.cycle.state, ana.cycle.ended_because) == (Cycle.State.STOPPED, "renewed already")
    assert ana.charges() == []
    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.AUTO_CHARGE


def test_nobody_is_invited_while_she_renews_by_herself(ana: Renewing):
    give(ana)
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE, *LATER)

    assert not OutgoingMail.objects.filter(kind__startswith="gift_ending").exists()


def test_the_donor_does_not_hear_when_she_cancels_her_renewal(ana: Renewing):
    give(ana)

    actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=CLERK, now=ana.shop.now)

    [mail] = ana.mails("renewal_cancelled")
    assert mail.to_email == "ana@readers.example"


def invited(shop: Any, *moments: Any) -> list[tuple[str, str]]:
    """Who was written to, in order: the house asks when 3, 1 and 0 issues are left."""
    for moment in moments:
        shop.house.pull_before(next_issue(moment))
        actions.send_due_invitations(now=moment)
    mails = OutgoingMail.objects.filter(kind__in=["renewal_invitation", "gift_ending_donor", "gift_ending_recipient"])
    return list(mails.order_by("pk").values_list("kind", "to_email"))


def next_issue(moment: Any) -> int:
    from subscriptions.catalog.models import Issue

    return Issue.objects.filter(pull_at__gt=moment).order_by("ordinal").values_list("number", flat=True)[0]


# After the pulls of 510, 512 and 513.
ENDING = [at("2026-10-20"), at("2027-01-20"), at("2027-02-20")]


def test_the_donor_is_asked_first_and_the_recipient_last(shop: Any):
    pay(place(given(wish("Ana Field", email="ana@readers.example")), now=shop.now), now=shop.now)

    assert invited(shop, *ENDING) == [
        ("gift_ending_donor", "ben@donors.example"),
        ("gift_ending_donor", "ben@donors.example"),
        ("gift_ending_recipient", "ana@readers.example"),
    ]


def test_a_recipient_without_a_mail_address_leaves_all_of_them_to_the_donor(shop: Any):
    pay(place(given(wish("Ana Field")), now=shop.now), now=shop.now)

    assert {to for _kind, to in invited(shop, *ENDING)} == {"ben@donors.example"}


def test_where_the_gift_lengthened_her_own_only_she_is_asked(shop: Any):
    own = shop.house.subscription(shop.house.reader("Ana Field", "ana@readers.example"))
    order = place(given(wish("Ana Field")), now=shop.now)
    checkout.join_gift(line_id=order.lines.get().pk, subscription_id=own.pk, meets="extension", by=CLERK, now=shop.now)
    pay(order, now=shop.now)

    assert {(kind, to) for kind, to in invited(shop, *ENDING)} == {("gift_ending_recipient", "ana@readers.example")}


def test_nobody_is_asked_about_a_gift_that_was_moved_away(shop: Any):
    from orders.checkout.rules import Person
    from tests.gifts import address

    line = pay(place(given(wish("Ana Field", email="ana@readers.example")), now=shop.now), now=shop.now).lines.get()
    checkout.move_gift(line_id=line.pk, recipient=Person("Gus Long"), address=address("Gus Long"), by=CLERK,
                       now=shop.now)  # fmt: skip

    assert {to for _kind, to in invited(shop, *ENDING)} == {"ben@donors.example"}
    assert all("Gus Long" in mail.text for mail in OutgoingMail.objects.filter(kind="gift_ending_donor"))


def test_a_recipient_is_not_asked_about_a_gift_that_is_a_secret_still(shop: Any):
    pay(place(given(wish("Ana Field", email="ana@readers.example")), now=shop.now), now=shop.now)
    Term.objects.update(opens_on=at("2027-03-01").date())

    assert {to for _kind, to in invited(shop, *ENDING)} == {"ben@donors.example"}


def test_a_donor_hears_how_many_are_left_of_the_gift_alone(shop: Any):
    own = shop.house.subscription(shop.house.reader("Ana Field", "ana@readers.example"))
    shop.house.term(own, first=504, units=9)
    shop.house.term(own, first=513, units=1, payer=shop.house.reader("Ben Moss"), copy_class="gift")
    gift = own.terms.get(copy_class="gift")
    OrderLine.objects.filter(pk=pay(place(given(wish("Cleo Reed")), now=shop.now), now=shop.now).lines.get().pk).update(
        term=gift
    )

    invited(shop, ENDING[0])

    assert "has 1 more issue to come" in OutgoingMail.objects.filter(to_email="ben@readers.example").get().text


def test_a_code_that_nobody_redeemed_asks_nobody(shop: Any):
    pay(place(given(code_for("Ana Field", email="ana@readers.example")), now=shop.now), now=shop.now)

    assert invited(shop, *ENDING) == []


def test_when_the_donor_ends_a_gift_she_is_renewed_behind_her_own_again(ana: Renewing):
    line = give(ana)

    actions.cancel_subscription(
        subscription_id=ana.subscription.pk,
        when="now",
        reason_code="other",
        by=Actor("reader", str(line.order.payer_id)),
        now=ana.shop.now,
    )
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)

    [charge] = ana.charges()
    assert (charge.state, charge.amount_cents) == ("paid", 19_95)


def test_a_charge_that_was_given_up_for_a_gift_that_ended_is_asked_for_like_everyone_elses(ana: Renewing):
    ana.lives(FIRST_NOTICE)
    line = give(ana)
    ana.lives(SECOND_NOTICE)
    assert ana.cycle.state == Cycle.State.STOPPED

    actions.cancel_subscription(
        subscription_id=ana.subscription.pk,
        when="now",
        reason_code="other",
        by=Actor("reader", str(line.order.payer_id)),
        now=ana.shop.now,
    )
    ana.lives(at("2027-02-20"))

    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.RENEW
    assert [mail.to_email for mail in ana.mails("renewal_invitation")] == ["ana@readers.example"]


def test_a_donor_cannot_say_that_she_shall_not_renew(ana: Renewing):
    line = give(ana)

    with pytest.raises(checkout.NotTheReader):
        actions.cancel_subscription(
            subscription_id=ana.subscription.pk,
            when="end",
            reason_code="other",
            by=Actor("reader", str(line.order.payer_id)),
            now=ana.shop.now,
        )

    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.AUTO_CHARGE


def test_whoever_gave_it_to_themselves_and_wants_no_such_mail_is_not_asked(shop: Any):
    own = shop.house.subscription(shop.house.reader("Ana Field", "ana@readers.example"))
    shop.house.term(own, first=504, copy_class="gift")
    readers.set_preferences(
        reader_id=own.reader_id, said={("email", "renewal"): False}, source="reader", by=CLERK, now=shop.now
    )

    assert invited(shop, *ENDING) == []


def test_her_own_term_ended_alone_ends_her_renewal_and_leaves_the_gift(ana: Renewing):
    give(ana)
    own = ana.subscription.terms.get(copy_class="paid")

    actions.cancel_term(term_id=own.pk, reason_code="other", by=CLERK, now=ana.shop.now)

    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.RENEW
    assert [term.ended_at is None for term in ana.subscription.terms.order_by("pk")] == [False, True]
    [mail] = ana.mails("subscription_cancelled")
    assert (mail.to_email, mail.subject) == (
        "ana@readers.example", "A part of your subscription to The Lantern has ended",
    )  # fmt: skip
    assert "Issues still come, through Mar 2027" in mail.text
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)
    assert ana.charges() == []


def test_the_last_term_that_is_left_is_the_subscription(ana: Renewing):
    actions.cancel_term(term_id=ana.subscription.terms.get().pk, reason_code="other", by=CLERK, now=ana.shop.now)

    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.DO_NOT_RENEW


def test_a_copy_of_everything_says_nothing_of_a_charge_that_a_secret_gift_has_stopped(ana: Renewing):
    ana.lives_through(FIRST_NOTICE)
    give(ana, announce_on=at("2027-03-01").date())
    ana.lives_through(SECOND_NOTICE)
    assert ana.cycle.ended_because == "renewed already"

    reader = ana.subscription.reader
    request = readers.ask_privacy(reader_id=reader.pk, kind="export", verified="letter", by=CLERK, now=ana.shop.now)
    actions.follow_privacy_requests(now=ana.shop.now)

    assert request.ticks.get(app="renewals").told["automatic_renewals"] == []
