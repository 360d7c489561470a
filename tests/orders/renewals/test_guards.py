"""No proof of both notices means no charge: the database refuses it, whoever asks, raw SQL included."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.actors import system
from foundation.mail.actions import record_bounce
from orders.checkout.actions import place_renewal_order
from orders.payments import actions as payments
from orders.payments.models import ChargePermit, PaymentAttempt, SavedMethod
from orders.renewals.models import Notice
from tests.orders.renewals.conftest import CHARGE, FIRST_NOTICE, SECOND_NOTICE, Renewing

pytestmark = pytest.mark.django_db
TODAY = CHARGE.date()


def permit_for(ana: Renewing, **changes) -> ChargePermit:
    """The permit that renewals would write on the day of the charge, with something changed."""
    cycle = ana.cycle
    if cycle.order is None:
        cycle.order = place_renewal_order(
            subscription_id=ana.subscription.pk,
            payer_id=cycle.consent.payer_id,
            offer_id=cycle.offer_id,
            copies=1,
            magazine_cents=cycle.magazine_cents,
            postage_cents=0,
            by=system("test"),
            now=CHARGE,
        )
        cycle.save(update_fields=["order"])
    first, second = Notice.objects.order_by("number")
    asked = {
        "payer_id": cycle.consent.payer_id,
        "method_id": SavedMethod.objects.get().pk,
        "subject_uuid": cycle.order.uuid,
        "cap_cents": 19_95,
        "currency": "usd",
        "charge_on": TODAY,
        "until": TODAY + dt.timedelta(days=15),
        "consent_given_at": cycle.consent.given_at,
        "first_notice_uuid": first.uuid,
        "first_notice_on": FIRST_NOTICE.date(),
        "second_notice_uuid": second.uuid,
        "second_notice_on": SECOND_NOTICE.date(),
    }
    return payments.grant_permit(**{**asked, **changes})


def test_a_permit_with_its_proofs_is_granted(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)

    assert permit_for(ana).cap_cents == 19_95


@pytest.mark.parametrize(
    "changes",
    [
        {"cap_cents": 19_96},
        {"first_notice_uuid": uuid.UUID(int=1)},
        {"second_notice_uuid": uuid.UUID(int=1)},
        {"first_notice_on": dt.date(2026, 11, 20)},
        {"second_notice_on": dt.date(2026, 12, 1)},
        {"charge_on": TODAY + dt.timedelta(days=6)},
        {"charge_on": TODAY - dt.timedelta(days=6)},
        {"subject_uuid": uuid.UUID(int=2)},
    ],
    ids="-".join,
)
def test_a_permit_that_says_what_the_proofs_do_not_is_refused(ana: Renewing, changes):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)

    with pytest.raises(IntegrityError, match="no proof"), transaction.atomic():
        permit_for(ana, **changes)


def test_a_bounced_notice_is_no_proof(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    record_bounce(mail_uuid=ana.mails("renewal_notice_1")[0].uuid, reason="gone", now=SECOND_NOTICE)

    with pytest.raises(IntegrityError, match="no proof"), transaction.atomic():
        permit_for(ana)


def test_a_withdrawn_consent_is_no_proof(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    consent = ana.cycle.consent
    consent.withdrawn_at = SECOND_NOTICE
    consent.save(update_fields=["withdrawn_at"])

    with pytest.raises(IntegrityError, match="no proof"), transaction.atomic():
        permit_for(ana)


def test_a_bounce_after_the_permit_still_stops_the_charge(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    permit = permit_for(ana)
    record_bounce(mail_uuid=ana.mails("renewal_notice_2")[0].uuid, reason="gone", now=SECOND_NOTICE)

    with pytest.raises(IntegrityError, match="no proof"), transaction.atomic():
        payments.plan_charge(permit_id=permit.pk, charge_on=TODAY, description="ten issues", now=CHARGE)


def test_raw_sql_cannot_raise_the_cap_of_a_permit(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    permit = permit_for(ana)

    with pytest.raises(IntegrityError, match="withdrawn"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update payments_chargepermit set cap_cents = 99999 where id = %s", [permit.pk])


def test_raw_sql_cannot_take_the_permit_from_a_charge(ana: Renewing):
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update payments_paymentattempt set permit_id = null where purpose = 'renewal'")
    assert PaymentAttempt.objects.filter(purpose="renewal", permit__isnull=True).count() == 0
