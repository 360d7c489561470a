"""Ana agreed to be renewed: 10 issues from 504 to 513, charged on 11 December 2026 when nothing comes between."""

import pytest

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from orders.checkout.models import AutoRenewConsent, LineRefund
from orders.ledger import queries as books
from orders.renewals import actions
from orders.renewals.models import Cycle
from tests.house import at
from tests.orders.renewals.conftest import CHARGE, FIRST_NOTICE, SECOND_NOTICE, Renewing

CLERK = Actor("staff", "1")


def cancel(ana: Renewing, when: str, money: str = "refund") -> object:
    return actions.cancel_subscription(
        subscription_id=ana.subscription.pk,
        when=when,
        reason_code="too_dear",
        money=money,
        by=CLERK,
        now=ana.shop.now,
    )


@pytest.mark.parametrize("when", ["now", "end"])
def test_nothing_that_was_planned_goes_on(ana: Renewing, when: str):
    ana.lives(FIRST_NOTICE)

    cancel(ana, when)
    ana.lives_through(SECOND_NOTICE, CHARGE)

    assert ana.cycle.state == Cycle.State.STOPPED
    assert not AutoRenewConsent.objects.filter(withdrawn_at__isnull=True).exists()
    assert ana.charges() == []
    assert ana.mails("renewal_notice_2") == ana.mails("renewal_invitation") == ana.mails("renewal_cancelled") == []


def test_the_payer_is_told_the_last_issue_and_the_money_once(ana: Renewing):
    ana.lives(at("2026-07-01"))

    cancel(ana, "now")

    (mail,) = ana.mails("subscription_cancelled")
    assert mail.subject == "Your subscription to The Lantern has ended"
    assert "The last issue is Jul/Aug 2026" in mail.text
    # 504 to 507 were pulled: 1995 - 798.
    assert "$11.97 goes back to you" in mail.text
    assert mail.to_email == ana.subscription.terms.get().payer.email
    assert "$11.97" in mail.html


def test_who_stops_at_the_end_is_told_which_issue_that_is_and_of_no_money(ana: Renewing):
    cancel(ana, "end")

    (mail,) = ana.mails("subscription_cancelled")
    assert mail.subject == "Your subscription to The Lantern ends with its last paid issue"
    assert "Mar 2027" in mail.text
    assert "goes back" not in mail.text


def test_a_credit_is_told_as_one(ana: Renewing):
    cancel(ana, "now", money="credit")

    assert "we hold $19.95 for you as a credit" in ana.mails("subscription_cancelled")[0].text
    assert books.balance("2120") == -1995


def test_a_payer_without_a_mail_address_is_told_by_the_clerk(ana: Renewing):
    payer = ana.subscription.terms.get().payer
    payer.__class__.objects.filter(pk=payer.pk).update(email="")

    cancel(ana, "now")

    assert not OutgoingMail.objects.filter(kind="subscription_cancelled").exists()
    # The refund stands, and names the order that it is for.
    refund = LineRefund.objects.get()
    assert refund.journal.memo == refund.order_line.order.number
