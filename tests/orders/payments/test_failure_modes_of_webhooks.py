"""Failure modes 22 to 36: webhooks twice, late, never, forged, of strangers. They point, and we look at the object."""

import datetime as dt
import random
from typing import Any, cast

import pytest
from pytest_django import Settings

from demo.stripe_standin.signing import signature
from demo.stripe_standin.testing import SECRET
from orders.payments import actions, queries
from orders.payments.errors import BadSignature, BodyIsTooLarge, MalformedEvent
from orders.payments.models import EventCursor, PaymentAttempt, WebhookEvent
from tests.orders.payments.conftest import Desk, MoveClock
from tests.orders.payments.failure_modes import failure_mode

HOUR = dt.timedelta(hours=1)


def letters_of(desk: Desk) -> list[tuple[bytes, str]]:
    desk.standin.wait_for_webhooks()
    letters, desk.letterbox.letters = desk.letterbox.letters, []
    return letters


def send(desk: Desk, event_type: str, thing: dict[str, object]) -> None:
    """An event out of the blue, as from somebody at work in Stripe's dashboard."""
    desk.standin.control("synthetic_events", {"type": event_type, "object": thing})


@failure_mode(22)
def test_a_webhook_delivered_four_times_counts_once(desk: Desk) -> None:
    attempt = desk.open()
    desk.standin.webhooks(duplicates=3)
    desk.pay(attempt)

    assert desk.heard(attempt).state == "paid"
    assert WebhookEvent.objects.filter(kind="checkout.session.completed").count() == 1


@failure_mode(22)
def test_pointers_to_one_payment_are_followed_with_one_look(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt)
    desk.heard(attempt)

    assert WebhookEvent.objects.filter(state="done", object_id__startswith="ch_").exists()
    looks = [one for one in desk.standin.requests(method="GET") if one["path"].startswith("/v1/")]
    assert [one["path"] for one in looks] == [f"/v1/checkout/sessions/{attempt.checkout_session_id}"]


@failure_mode(23)
@pytest.mark.parametrize("seed", range(5))
def test_webhooks_in_any_order_one_at_a_time_end_the_same(desk: Desk, seed: int) -> None:
    attempt = desk.open()
    desk.pay(attempt, "pm_card_visa_chargeDeclined")
    desk.pay(attempt)
    letters = letters_of(desk)
    random.Random(seed).shuffle(letters)

    for body, header in letters:
        actions.receive_webhook(body=body, signature=header, now=desk.now)
        actions.work_off_inbox(now=desk.now)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.fee_cents) == ("paid", 88)
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"done"}


@failure_mode(24)
def test_a_webhook_that_comes_hours_later_still_counts(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.open()
    desk.pay(attempt)
    moved_clock(30 * HOUR)

    assert desk.heard(attempt).state == "paid"


@failure_mode(25)
def test_a_webhook_that_never_comes_is_made_good_by_the_sweep(desk: Desk) -> None:
    attempt = desk.open()
    desk.standin.webhooks(enabled=False)
    desk.pay(attempt)

    new = actions.sweep_events(now=desk.now)
    actions.work_off_inbox(now=desk.now)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.fee_cents) == ("paid", 88)
    assert new == WebhookEvent.objects.filter(source="sweep").count() == 3
    assert actions.sweep_events(now=desk.now) == 0


@failure_mode(26)
def test_a_bad_signature_is_refused(desk: Desk) -> None:
    desk.standin.webhooks(bad_signature=True)
    desk.open()
    (body, header), *_ = letters_of(desk)

    with pytest.raises(BadSignature):
        actions.receive_webhook(body=body, signature=header, now=desk.now)
    assert not WebhookEvent.objects.exists()


@failure_mode(26)
@pytest.mark.parametrize("header", ["", "t=,v1=", "v1=abc", "t=1e9,v1=abc", "t=99999999999999999999,v1=x", "\x00"])
def test_a_header_that_makes_no_sense_is_refused(desk: Desk, header: str) -> None:
    with pytest.raises(BadSignature):
        actions.receive_webhook(body=b"{}", signature=header, now=desk.now)


@failure_mode(27)
@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_signature_an_hour_old_or_an_hour_ahead_is_refused(desk: Desk, seconds: int) -> None:
    desk.standin.webhooks(timestamp_offset=seconds)
    desk.open()
    (body, header), *_ = letters_of(desk)

    with pytest.raises(BadSignature):
        actions.receive_webhook(body=body, signature=header, now=desk.now)


@failure_mode(28)
def test_while_the_secret_is_changed_both_are_good_and_then_only_the_new_one(desk: Desk, settings: Settings) -> None:
    new = "whsec_the_new_one"
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET, new]
    attempt = desk.open()
    desk.standin.control("webhooks/rotate", {"secret": new, "keep_old": False})
    desk.pay(attempt)
    assert desk.heard(attempt).state == "paid"

    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    desk.open()
    (body, header), *_ = letters_of(desk)
    with pytest.raises(BadSignature):
        actions.receive_webhook(body=body, signature=header, now=desk.now)


@failure_mode(29)
def test_an_event_of_live_mode_is_kept_for_a_person_and_not_followed(desk: Desk) -> None:
    attempt = desk.open()
    desk.standin.webhooks(livemode=True)
    desk.pay(attempt)

    assert desk.heard(attempt).state == "open"
    assert {event.last_error for event in queries.pointers_to_see()} == {"live event, test key"}


@failure_mode(30)
def test_a_kind_that_nobody_acts_on_is_kept_and_left_alone(desk: Desk) -> None:
    send(desk, "climate.order.created", {"id": "climorder_1", "object": "climate.order"})

    assert desk.hear() == 0
    assert WebhookEvent.objects.get().state == "done"


@failure_mode(31)
def test_another_api_version_does_no_harm(desk: Desk) -> None:
    attempt = desk.open()
    desk.standin.webhooks(api_version="2020-08-27")
    desk.pay(attempt)

    assert desk.heard(attempt).state == "paid"


def paid_by_another_program(desk: Desk, **more: Any) -> str:
    """The id of a payment that the stand-in has taken and we have not asked for."""
    asked = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True, "off_session": True}
    payment = desk.standin.client().v1.payment_intents.create(cast("Any", asked | more))
    desk.standin.close_clients()
    return str(payment.id)


@failure_mode(32)
def test_a_payment_made_in_the_dashboard_waits_three_days_and_is_shown(desk: Desk) -> None:
    stranger = paid_by_another_program(desk)
    desk.hear()
    assert {event.state for event in queries.pointers_to_see()} == {"unmatched"}

    actions.work_off_inbox(now=desk.now + 71 * HOUR)
    assert {event.state for event in queries.pointers_to_see()} == {"unmatched"}
    actions.work_off_inbox(now=desk.now + 74 * HOUR)

    assert {event.state for event in queries.pointers_to_see()} == {"dead"}
    assert WebhookEvent.objects.get(object_id=stranger, kind="payment_intent.succeeded").state == "dead"


@failure_mode(32)
@pytest.mark.parametrize("said", ["shop-order-77", "9b2f6b4e-6c55-4a3e-9d0c-1f0d6f7c2a11"])
def test_what_another_program_on_the_account_says_in_its_metadata_stops_nothing(desk: Desk, said: str) -> None:
    stranger = paid_by_another_program(desk, metadata={"attempt": said})
    attempt = desk.open()
    desk.pay(attempt)

    assert desk.heard(attempt).state == "paid"

    pointers = queries.pointers_to_see()
    assert stranger in {event.object_id for event in pointers}
    assert {(event.state, event.tries, event.last_error) for event in pointers} == {("unmatched", 1, "")}


@failure_mode(32)
def test_an_event_for_an_object_that_stripe_does_not_have_is_unmatched(desk: Desk) -> None:
    send(desk, "payment_intent.succeeded", {"id": "pi_nowhere", "object": "payment_intent"})

    desk.hear()

    assert queries.pointers_to_see().get().state == "unmatched"


@failure_mode(33)
def test_the_charge_may_be_heard_of_before_its_intent(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt)
    for body, header in letters_of(desk):
        if b'"type": "charge.updated"' in body:
            actions.receive_webhook(body=body, signature=header, now=desk.now)

    actions.work_off_inbox(now=desk.now)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.fee_cents) == ("paid", 88)


@failure_mode(34)
def test_thin_and_snapshot_of_the_same_fact_are_one_pointer(desk: Desk) -> None:
    desk.standin.control("webhooks/endpoints", method="DELETE")
    desk.standin.send_webhooks_to(desk.letterbox.url, form="both")
    attempt = desk.open()
    desk.pay(attempt)

    letters = letters_of(desk)
    for body, header in letters:
        actions.receive_webhook(body=body, signature=header, now=desk.now)

    assert len(letters) == 2 * WebhookEvent.objects.count()


@failure_mode(34)
def test_thin_events_alone_do(desk: Desk) -> None:
    desk.standin.control("webhooks/endpoints", method="DELETE")
    desk.standin.send_webhooks_to(desk.letterbox.url, form="thin")
    attempt = desk.open()
    desk.pay(attempt)

    assert desk.heard(attempt).state == "paid"


@failure_mode(35)
def test_after_a_day_of_500s_stripe_sends_everything_again(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.open()
    desk.standin.webhooks(enabled=False)
    desk.pay(attempt)
    moved_clock(24 * HOUR)
    actions.look_after_stuck_attempts(now=desk.now)
    attempt.refresh_from_db()
    assert attempt.state == "paid"  # the sweeps did not need the webhooks

    desk.standin.webhooks(enabled=True)
    desk.standin.control("webhooks/replay", {"types": ["checkout.session.completed", "payment_intent.succeeded"]})

    assert desk.heard(attempt).state == "paid"
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"done"}


@failure_mode(36)
def test_events_older_than_stripe_keeps_are_not_needed(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.open()
    desk.standin.webhooks(enabled=False)
    desk.pay(attempt)
    EventCursor.objects.create(read_until=desk.now)
    moved_clock(31 * 24 * HOUR)

    assert actions.sweep_events(now=desk.now) == 0
    actions.look_after_stuck_attempts(now=desk.now)

    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_a_body_of_more_than_a_megabyte_is_refused(desk: Desk) -> None:
    with pytest.raises(BodyIsTooLarge):
        actions.receive_webhook(body=b" " * 1_000_001, signature="", now=desk.now)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"not json",
        b'{"object": "event"}',
        b'{"object": "charge", "id": "ch_1"}',
        b'{"object": "event", "id": 7, "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        b'{"object": "event", "id": "e", "type": "x", "created": "soon", "livemode": false, "data": {"object": {}}}',
        b'{"object": "event", "id": "' + b"e" * 200 + b'", "type": "x", "created": 1, "livemode": false, "data": {}}',
        b'{"object": "event", "id": "e\\u0000", "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        b'{"object": "event", "id": "e", "type": "x", "created": 1e30, "livemode": false, "data": {"object": {}}}',
        b'{"object": "v2.core.event", "id": "e", "type": "x", "created": "noon", "livemode": false}',
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(desk: Desk, body: bytes) -> None:
    header = signature(body.decode(), [SECRET])

    with pytest.raises(MalformedEvent):
        actions.receive_webhook(body=body, signature=header, now=desk.now)


def test_stripe_out_of_reach_does_not_use_up_the_tries(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt)
    desk.standin.wait_for_webhooks()
    desk.letterbox.hand_in(desk.now)

    for minutes in range(0, 60, 5):
        desk.standin.fault("rate_limit", method="GET", path="/v1/*", times=30)
        actions.work_off_inbox(now=desk.now + dt.timedelta(minutes=minutes))
        desk.standin.control("faults", method="DELETE")
    actions.work_off_inbox(now=desk.now + 2 * HOUR)

    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_a_pointer_that_cannot_be_followed_is_given_up_after_eight_tries(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(amount_cents=1)
    desk.hear()

    for day in range(1, 8):
        actions.work_off_inbox(now=desk.now + day * 24 * HOUR)

    event = WebhookEvent.objects.get(kind="checkout.session.completed")
    assert (event.state, event.tries) == ("dead", 8)
    assert "1995 usd" in event.last_error
    attempt.refresh_from_db()
    assert attempt.state == "open"


def test_one_that_cannot_be_followed_holds_up_none_of_its_batch(desk: Desk) -> None:
    good, bad, also_good = attempts = [desk.open(payer=desk.reader(name)) for name in ("Ana", "Ben", "Cleo")]
    for attempt in attempts:
        desk.pay(attempt)
    PaymentAttempt.objects.filter(pk=bad.pk).update(amount_cents=1)

    desk.hear()

    for attempt in attempts:
        attempt.refresh_from_db()
    assert (good.state, bad.state, also_good.state) == ("paid", "open", "paid")
    assert bad.leased_until is None
    waiting = WebhookEvent.objects.exclude(state="done").filter(object_id=bad.checkout_session_id)
    assert "1995 usd" in waiting.get().last_error


def test_of_several_webhooks_that_wait_only_the_first_wakes_the_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr("foundation.wake.wake", woken.append)
    for name in ("Ana", "Ben"):
        desk.pay(desk.open(payer=desk.reader(name)))
    desk.standin.wait_for_webhooks()

    desk.letterbox.hand_in(desk.now)
    assert woken == ["webhook_received"]

    actions.work_off_inbox(now=desk.now)
    desk.pay(desk.open(payer=desk.reader("Cleo")))
    desk.standin.wait_for_webhooks()
    desk.letterbox.hand_in(desk.now)
    assert woken.count("webhook_received") == 2


def test_a_second_payment_for_one_attempt_is_shown_to_a_person(desk: Desk) -> None:
    attempt = desk.paid()
    paid_by_another_program(desk, amount=1995, metadata={"attempt": str(attempt.uuid)})
    desk.hear()

    failing = WebhookEvent.objects.exclude(last_error="")
    assert {event.state for event in failing} == {"new"}
    assert "paid an attempt" in failing.get(kind="payment_intent.succeeded").last_error


def test_five_declined_cards_close_the_page(desk: Desk) -> None:
    attempt = desk.open()
    for _ in range(5):
        desk.pay(attempt, "pm_card_visa_chargeDeclined")
        desk.heard(attempt)
        actions.look_after_stuck_attempts(now=desk.now)

    attempt.refresh_from_db()
    assert attempt.state == "expired"
    assert desk.standin.look("objects/checkout.session")["objects"][0]["status"] == "expired"
