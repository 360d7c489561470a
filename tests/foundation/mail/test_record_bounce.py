import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from anymail.signals import AnymailTrackingEvent, tracking

from foundation.mail import actions
from foundation.mail.models import OutgoingMail
from foundation.mail.rules import message_id, uuid_in

Queue = Callable[..., OutgoingMail]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def report(event_type: str, **told: object) -> None:
    event = AnymailTrackingEvent(event_type=event_type, **{"metadata": {}, "reject_reason": "bounced", **told})
    tracking.send(sender=None, event=event, esp_name="Test")


def test_a_bounced_mail_proves_nothing(queue: Queue) -> None:
    queued = queue()
    actions.send_waiting(now=NOON)

    actions.record_bounce(mail_uuid=queued.uuid, reason="mailbox\nfull", now=NOON)

    queued.refresh_from_db()
    assert (queued.state, queued.bounced_at, queued.bounce_reason) == ("bounced", NOON, "mailbox full")
    assert not queued.counts_as_delivered


def test_the_providers_own_id_will_do(queue: Queue) -> None:
    queued = queue()
    OutgoingMail.objects.update(provider_id="prov-1")

    actions.record_bounce(provider_id="prov-1", reason="gone", now=NOON)

    queued.refresh_from_db()
    assert queued.state == "bounced"


def test_told_twice_the_first_telling_stands(queue: Queue) -> None:
    queued = queue()
    actions.record_bounce(mail_uuid=queued.uuid, reason="full", now=NOON)
    actions.record_bounce(mail_uuid=queued.uuid, reason="gone", now=NOON + dt.timedelta(days=1))

    queued.refresh_from_db()
    assert (queued.bounce_reason, queued.bounced_at) == ("full", NOON)


def test_refuses_a_mail_that_is_not_ours(queue: Queue) -> None:
    queue()  # its provider id is empty, and must not be found by an empty one

    with pytest.raises(actions.MailIsUnknown):
        actions.record_bounce(mail_uuid=uuid.uuid4(), reason="gone", now=NOON)
    with pytest.raises(actions.MailIsUnknown):
        actions.record_bounce(provider_id="", reason="gone", now=NOON)


def test_takes_what_a_provider_reports_through_anymail(queue: Queue) -> None:
    queued = queue()

    report("delivered", metadata={"mail_uuid": str(queued.uuid)})
    queued.refresh_from_db()
    assert queued.state == "waiting"

    report("complained", metadata={"mail_uuid": str(queued.uuid)})
    queued.refresh_from_db()
    assert (queued.state, queued.bounce_reason) == ("bounced", "complained: bounced")


def test_a_report_about_somebody_elses_mail_is_let_go(queue: Queue) -> None:
    queue()

    report("bounced", metadata={"mail_uuid": "not a uuid"}, message_id="theirs")

    assert OutgoingMail.objects.get().state == "waiting"


def test_a_message_id_names_its_mail() -> None:
    one = uuid.uuid4()

    assert uuid_in(message_id(one, sender="Lantern <care@lantern.example>")) == one
    assert uuid_in(f"{one}@lantern.example") == one
    assert uuid_in("<20260301.1@elsewhere.example>") is None
