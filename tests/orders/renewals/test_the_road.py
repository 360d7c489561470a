"""Ana is told twice, charged once, and gets the next ten issues; see conftest for her dates."""

import datetime as dt

import pytest

from demo.stripe_standin.testing import pays_now_then
from foundation.actors import Actor
from foundation.mail.actions import record_bounce
from orders.checkout.actions import give_concession
from orders.checkout.models import AutoRenewConsent
from orders.ledger.queries import balance
from orders.payments import actions as payments
from orders.payments.models import SavedMethod
from orders.renewals import actions
from orders.renewals.models import Cycle, Notice
from subscriptions.catalog.models import Issue, Offer, OfferPrice
from subscriptions.readers import actions as readers
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries import expire
from tests.house import at
from tests.orders.renewals.conftest import CHARGE, FIRST_NOTICE, SECOND_NOTICE, Renewing
from tests.shop import Shop

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ANA = Actor("reader", "1")


def test_ana_is_told_twice_charged_once_and_gets_ten_more_issues(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)

    assert [n.number for n in Notice.objects.order_by("pk")] == [1, 2]
    assert [(a.state, a.amount_cents) for a in ana.charges()] == [("paid", 19_95)]
    assert ana.cycle.state == Cycle.State.RENEWED
    assert expire(ana.subscription.pk).issue.number == 523
    assert balance("2100") == -2 * 19_95


def test_nothing_happens_on_the_days_before(ana: Renewing):
    ana.lives_through(FIRST_NOTICE - DAY)
    assert ana.mails("renewal_notice_1") == []

    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE - DAY)
    assert ana.mails("renewal_notice_2") == []

    ana.lives_through(SECOND_NOTICE, CHARGE - DAY)
    assert ana.charges() == []


def test_a_notice_says_amount_date_term_and_how_to_cancel_in_one_step(ana: Renewing):
    ana.lives(FIRST_NOTICE)

    text = ana.mails("renewal_notice_1")[0].text
    assert "$19.95" in text
    assert "December 11, 2026" in text
    assert "the next 10 issues" in text
    assert "/cancel-renewal/" in text
    assert Notice.objects.get().mail.body_sha256


def test_every_round_run_twice_changes_nothing(ana: Renewing):
    for moment in (FIRST_NOTICE, SECOND_NOTICE, CHARGE, CHARGE + DAY):
        ana.lives_through(moment, moment)

    assert Notice.objects.count() == 2
    assert len(ana.charges()) == 1
    assert Term.objects.count() == 2
    assert len(ana.mails("charge_receipt")) == 1


def test_four_days_late_is_still_one_charge(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE + 4 * DAY)

    assert len(ana.charges()) == 1


def test_ten_days_late_the_notices_are_stale_and_notice_is_given_anew(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE + 10 * DAY)

    assert ana.charges() == []
    assert ana.cycle.charge_on == dt.date(2027, 1, 25)
    assert Notice.objects.filter(voided_at__isnull=False).count() == 2

    again = at("2027-01-25")
    ana.lives_through(again - 35 * DAY, again - 20 * DAY, again)
    assert [a.amount_cents for a in ana.charges()] == [19_95]


@pytest.mark.parametrize("number", [1, 2])
def test_a_notice_that_came_back_lets_nothing_be_charged(ana: Renewing, number: int):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    mail = ana.mails(f"renewal_notice_{number}")[0]
    record_bounce(mail_uuid=mail.uuid, reason="no such mailbox", now=SECOND_NOTICE + DAY)

    ana.lives_through(CHARGE, CHARGE + DAY)

    assert ana.charges() == []
    assert ana.cycle.state == Cycle.State.STOPPED
    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.RENEW


def test_a_second_notice_that_never_left_lets_nothing_be_charged(ana: Renewing, settings):
    ana.lives(FIRST_NOTICE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # Nobody listens there.

    ana.lives_through(SECOND_NOTICE, CHARGE, CHARGE + DAY)

    assert ana.charges() == []


def test_cancelling_after_the_first_notice_ends_it(ana: Renewing):
    ana.lives(FIRST_NOTICE)
    actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=ANA, now=FIRST_NOTICE)

    ana.lives_through(SECOND_NOTICE, CHARGE)

    assert ana.charges() == []
    assert len(ana.mails("renewal_notice_2")) == 0
    assert len(ana.mails("renewal_cancelled")) == 1


def test_cancelling_twice_says_so_once(ana: Renewing):
    first = actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=ANA, now=FIRST_NOTICE)
    second = actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=ANA, now=FIRST_NOTICE + DAY)

    assert (first.was_on, second.was_on) == (True, False)
    assert len(ana.mails("renewal_cancelled")) == 1


def test_a_pull_that_slips_a_month_makes_the_notices_void_and_moves_the_charge(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    late = at("2027-01-10", hour=17)
    Issue.objects.filter(number=511).update(pull_at=late)
    Issue.objects.filter(number=512).update(pull_at=late + DAY)

    ana.lives_through(CHARGE)

    assert ana.charges() == []
    assert ana.cycle.charge_on == dt.date(2027, 1, 11)


def test_a_price_that_rises_after_the_first_notice_is_not_charged(ana: Renewing):
    ana.lives_through(FIRST_NOTICE)
    OfferPrice.objects.filter(offer=ana.shop.renewal).update(magazine_cents=29_95)

    ana.lives_through(SECOND_NOTICE, CHARGE)

    assert [a.amount_cents for a in ana.charges()] == [19_95]


def test_renewing_early_by_hand_stops_the_automatic_charge(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    ana.shop.house.term(
        ana.subscription, first=514, units=10, predecessor=Term.objects.get(subscription=ana.subscription)
    )

    ana.lives_through(CHARGE)

    assert ana.charges() == []
    assert Cycle.objects.order_by("pk")[0].ended_because == "renewed already"


def test_a_soft_decline_is_tried_again_three_days_later(shop: Shop, settings):
    ana = _renewing_with("insufficient_funds", shop, settings)

    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)
    assert ana.cycle.state == Cycle.State.DUNNING
    assert ana.cycle.next_try_on == dt.date(2026, 12, 14)
    assert "Nothing was charged" in ana.mails("payment_failed")[0].text

    ana.lives_through(CHARGE + DAY)
    assert len(ana.charges()) == 1

    ana.lives_through(CHARGE + 3 * DAY)
    assert len(ana.charges()) == 2


def test_a_lost_card_is_never_tried_again(shop: Shop, settings):
    ana = _renewing_with("lost_card", shop, settings)

    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE, CHARGE + 3 * DAY, CHARGE + 8 * DAY)

    assert len(ana.charges()) == 1
    assert ana.cycle.state == Cycle.State.NEEDS_READER


def test_a_revocation_at_the_bank_ends_the_consent(shop: Shop, settings):
    ana = _renewing_with("revocation_of_all_authorizations", shop, settings)

    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)

    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.RENEW
    assert ana.cycle.consent.withdrawn_at is not None


def test_everyone_else_is_invited_by_issues_left(shop: Shop, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ana = Renewing(shop)
    actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=ANA, now=shop.now)

    ana.lives_through(at("2026-11-15"), at("2026-12-15"), at("2027-01-15"), at("2027-02-15"), at("2027-02-16"))

    assert [m.subject.strip().partition(" of ")[0] for m in ana.mails("renewal_invitation")] == [
        "3 issues",
        "1 issue",
        "Your last issue",
    ]


def test_whoever_wants_no_reminders_is_not_invited_also_after_a_merge(shop: Shop, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ana = Renewing(shop)
    actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=ANA, now=shop.now)
    kept = shop.house.reader("Ana Maria Field", "")
    readers.merge_readers(kept_id=kept.pk, merged_id=ana.subscription.reader_id, by=ANA, now=shop.now)
    says_no_to_reminders(kept.pk, shop)

    ana.lives_through(at("2026-11-15"), at("2026-12-15"), at("2027-01-15"))

    assert ana.mails("renewal_invitation") == []


def test_the_notices_of_a_charge_go_out_whatever_the_reader_wishes(ana: Renewing, shop: Shop):
    says_no_to_reminders(ana.subscription.reader_id, shop)

    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)

    assert [len(ana.mails(kind)) for kind in ("renewal_notice_1", "renewal_notice_2")] == [1, 1]


def says_no_to_reminders(reader_id: int, shop: Shop) -> None:
    readers.set_preferences(
        reader_id=reader_id, said={("email", "renewal"): False}, source="reader", by=ANA, now=shop.now
    )


def _renewing_with(decline_code: str, shop: Shop, settings) -> Renewing:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return Renewing(shop, card=pays_now_then(decline_code))


def test_who_moves_before_the_first_notice_is_told_and_charged_the_postage_of_where_they_live(ana: Renewing):
    ana.lives(FIRST_NOTICE - 2 * DAY)
    assert ana.cycle.amount_cents == 19_95
    OfferPrice.objects.update_or_create(
        offer=ana.cycle.offer, zone="ca", defaults={"magazine_cents": 19_95, "postage_cents": 12_00}
    )

    ana.shop.moves_to_canada(ana.subscription)
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)

    assert "$31.95" in ana.mails("renewal_notice_1")[0].text
    assert [attempt.amount_cents for attempt in ana.charges()] == [31_95]


def test_copies_that_are_changed_after_the_notices_are_not_in_the_charge_that_was_announced(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)

    Term.objects.filter(subscription=ana.subscription).update(copies=2)
    ana.lives(CHARGE)

    line = ana.cycle.order.lines.get()
    assert (line.copies, line.magazine_cents) == (1, 19_95)


def test_a_price_concession_after_the_notices_is_no_renewal(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)

    give_concession(
        subscription_id=ana.subscription.pk, cents=500, because="late issues", by=Actor("staff", "2"),
        now=CHARGE - 3 * DAY,
    )  # fmt: skip
    ana.lives(CHARGE)

    assert [attempt.amount_cents for attempt in ana.charges()] == [19_95]
    assert ana.cycle.state == Cycle.State.RENEWED
    assert ana.cycle.after_term.split_from is not None


def test_a_split_while_the_charge_is_under_way_leaves_the_receipt(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    actions.charge_due_cycles(now=CHARGE)
    give_concession(
        subscription_id=ana.subscription.pk, cents=500, because="late issues", by=Actor("staff", "2"), now=CHARGE,
    )  # fmt: skip
    actions.follow_up_charges(now=CHARGE)

    ana.lives(CHARGE)

    assert (ana.cycle.state, len(ana.mails("charge_receipt"))) == (Cycle.State.RENEWED, 1)


def test_a_charge_that_had_left_when_it_was_cancelled_leaves_its_receipt(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    ana.shop.move_to(CHARGE)
    actions.charge_due_cycles(now=CHARGE)
    assert payments.send_waiting_attempts(now=CHARGE) == 1
    actions.cancel_auto_renew(subscription_id=ana.subscription.pk, by=ANA, now=CHARGE)
    assert ana.cycle.state == Cycle.State.STOPPED

    ana.lives_through(CHARGE, CHARGE + DAY)

    assert (ana.cycle.state, ana.cycle.ended_because) == (Cycle.State.RENEWED, "")
    assert len(ana.mails("charge_receipt")) == 1
    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.RENEW


def test_a_pull_that_slips_and_slips_back_gives_notice_anew_and_stops_nobody(ana: Renewing):
    ana.lives(FIRST_NOTICE)
    issue, planned = ana.shop.house.issue(511), ana.shop.house.issue(511).pull_at
    Issue.objects.filter(pk=issue.pk).update(pull_at=planned + DAY)
    actions.keep_cycles_true(now=FIRST_NOTICE)
    Issue.objects.filter(pk=issue.pk).update(pull_at=planned)
    actions.keep_cycles_true(now=FIRST_NOTICE)

    assert actions.send_due_notices(now=FIRST_NOTICE) == 1

    assert [notice.voided_at is None for notice in Notice.objects.order_by("pk")] == [False, True]
    assert len(ana.mails("renewal_notice_1")) == 2


def test_one_cycle_that_cannot_be_done_stops_no_other(ana: Renewing, monkeypatch):
    def broken(**_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("orders.renewals.actions.letters.renewal_notice", broken)
    assert actions.send_due_notices(now=FIRST_NOTICE) == 0


@pytest.mark.parametrize("missing", ["card", "offer", "price", "agreement"])
def test_what_cannot_be_charged_is_asked_to_renew_from_the_day_of_the_first_notice(ana: Renewing, missing: str):
    if missing == "card":
        SavedMethod.objects.update(state="blocked")
    elif missing == "offer":
        Offer.objects.update(renews_with=None)
    elif missing == "agreement":
        AutoRenewConsent.objects.update(withdrawn_at=FIRST_NOTICE - 9 * DAY)
    else:
        OfferPrice.objects.filter(offer=ana.shop.renewal).delete()

    ana.lives(FIRST_NOTICE - DAY)
    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.AUTO_CHARGE

    ana.lives(FIRST_NOTICE)
    ana.subscription.refresh_from_db()
    assert ana.subscription.renewal == Subscription.Renewal.RENEW
    assert Cycle.objects.count() == 0
