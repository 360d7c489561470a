"""How events travel: modes 22 to 36 of the list of failures."""

import json
import time
from typing import Any

import pytest
import stripe

from demo.stripe_standin.testing import SECRET, Standin, pays_now_then
from tests.demo.stripe_standin.mailbox import Mailbox, ids
from tests.demo.stripe_standin.shop import Shop

HOUR = 60 * 60
DAY = 24 * HOUR
PURCHASE = [
    "checkout.session.completed",
    "charge.succeeded",
    "charge.updated",
    "customer.created",
    "payment_intent.created",
    "payment_intent.succeeded",
    "payment_method.attached",
]


def test_a_purchase_is_told_in_signed_events(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    shop.bought()
    standin.wait_for_webhooks()

    assert sorted(mailbox.types()) == sorted(PURCHASE)
    for event in mailbox.events():
        assert (event.livemode, event.api_version, event.pending_webhooks) == (False, stripe.api_version, 1)
    kept = shop.client.v1.events.list({"limit": 100}).data
    assert sorted(ids(kept)) == sorted(ids(mailbox.events()))
    assert {event.pending_webhooks for event in kept} == {0}


def test_an_event_names_the_request_that_caused_it(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    customer, method = shop.bought()
    renewal = shop.renew(customer, method, key="k1")
    standin.wait_for_webhooks()

    told = [event for event in mailbox.events() if event.data.object.id == renewal.id]
    assert {event.request.idempotency_key for event in told} == {"k1"}
    assert {event.request.id for event in told} == {renewal.last_response.request_id}


def test_every_event_comes_three_times(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.webhooks(duplicates=2)
    shop.bought()
    standin.wait_for_webhooks()

    assert len(mailbox.letters) == 3 * len(PURCHASE)
    assert len(set(ids(mailbox.events()))) == len(PURCHASE)


@pytest.mark.parametrize("order", ["shuffle", "reverse"])
def test_events_come_out_of_order(standin: Standin, shop: Shop, mailbox: Mailbox, order: str) -> None:
    standin.webhooks(order=order, window_seconds=1.0, seed=1)
    shop.bought()
    standin.wait_for_webhooks()

    happened = [event.id for event in reversed(shop.client.v1.events.list({"limit": 100}).data)]
    assert sorted(ids(mailbox.events())) == sorted(happened)
    assert ids(mailbox.events()) != happened


def test_the_charge_is_told_before_its_intent(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    shop.bought()
    standin.wait_for_webhooks()

    types = mailbox.types()
    assert types.index("charge.succeeded") < types.index("payment_intent.succeeded")


def test_events_come_late(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.webhooks(delay_seconds=0.4)
    shop.customer()
    begun = time.monotonic()
    standin.wait_for_webhooks()

    assert time.monotonic() - begun > 0.3
    assert mailbox.types() == ["customer.created"]


def test_events_come_five_hours_late(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.webhooks(enabled=False)
    shop.customer()
    now = standin.advance(5 * HOUR)
    standin.webhooks(enabled=True)
    standin.control("webhooks/replay")
    standin.wait_for_webhooks()

    assert 5 * HOUR - 60 < now - mailbox.events()[0].created < 5 * HOUR + 60


def test_a_quarter_of_the_events_never_comes(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.webhooks(drop_fraction=0.25, seed=7)
    for _ in range(40):
        shop.customer()
    standin.wait_for_webhooks()

    assert 25 <= len(mailbox.letters) <= 35
    missing = shop.client.v1.events.list({"limit": 100, "delivery_success": False}).data
    assert len(missing) == 40 - len(mailbox.letters)
    assert not set(ids(missing)) & set(ids(mailbox.events()))


def test_a_bad_signature_is_seen(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.webhooks(bad_signature=True)
    shop.customer()
    standin.wait_for_webhooks()

    with pytest.raises(stripe.SignatureVerificationError):
        mailbox.letters[0].event()


@pytest.mark.parametrize(("offset", "accepted"), [(-2 * HOUR, False), (HOUR, True)])
def test_a_signature_is_old_or_from_the_future(
    standin: Standin, shop: Shop, mailbox: Mailbox, offset: int, accepted: bool
) -> None:
    standin.webhooks(timestamp_offset=offset)
    shop.customer()
    standin.wait_for_webhooks()

    stamp = int(mailbox.letters[0].signature.split(",")[0].removeprefix("t="))
    assert abs(stamp - time.time() - offset) < 30
    # The SDK looks backwards only: a signature from the future is for the application to refuse.
    assert verifies(mailbox, SECRET) is accepted


def test_a_moved_clock_does_not_move_signatures(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.advance(400 * DAY)
    shop.customer()
    standin.wait_for_webhooks()

    assert mailbox.events()[0].created > time.time() + 399 * DAY


def test_a_secret_is_rotated_with_both_in_force_for_a_while(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.control("webhooks/rotate", {"secret": "whsec_new"})
    shop.customer()
    standin.wait_for_webhooks()
    assert verifies(mailbox, SECRET)
    assert verifies(mailbox, "whsec_new")

    standin.control("webhooks/rotate", {"secret": "whsec_newer", "keep_old": False})
    shop.customer()
    standin.wait_for_webhooks()
    assert verifies(mailbox, "whsec_newer")
    assert not verifies(mailbox, SECRET)


def verifies(mailbox: Mailbox, secret: str) -> bool:
    try:
        mailbox.letters[-1].event(secret)
    except stripe.SignatureVerificationError:
        return False
    return True


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ({"livemode": True}, {"livemode": True}),
        ({"event_type": "moon.eclipsed"}, {"type": "moon.eclipsed"}),
        ({"api_version": "2017-08-15"}, {"api_version": "2017-08-15"}),
    ],
)
def test_an_event_lies_about_its_mode_type_or_version(
    standin: Standin, shop: Shop, mailbox: Mailbox, mode: Any, told: Any
) -> None:
    standin.webhooks(**mode)
    shop.customer()
    standin.wait_for_webhooks()

    assert told.items() <= mailbox.events()[0].to_dict().items()


def test_an_event_tells_of_an_object_that_we_do_not_know(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    stranger = {"id": "pi_made_on_the_dashboard", "object": "payment_intent", "status": "succeeded", "metadata": {}}
    standin.control("synthetic_events", {"type": "payment_intent.succeeded", "object": stranger})
    standin.wait_for_webhooks()

    event = mailbox.events()[0]
    assert event.data.object.id == "pi_made_on_the_dashboard"
    assert shop.client.v1.events.retrieve(event.id).type == "payment_intent.succeeded"
    with pytest.raises(stripe.InvalidRequestError):
        shop.intent(event.data.object.id)


def test_one_fact_is_told_thin_and_as_a_snapshot(standin: Standin, shop: Shop) -> None:
    with Mailbox() as mailbox:
        standin.send_webhooks_to(mailbox.url, form="both")
        customer = shop.customer()
        standin.wait_for_webhooks()

    snapshot, thin = mailbox.letters
    notice = shop.client.parse_event_notification(thin.body, thin.signature, SECRET)
    assert notice.type == "v1.customer.created"
    assert json.loads(thin.body)["snapshot_event"] == snapshot.event().id
    fetched: Any = notice
    assert fetched.fetch_related_object().id == customer.id


def test_a_receiver_that_fails_is_tried_again(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.webhooks(backoff_seconds=[0.05, 0.05, 0.05])
    mailbox.answers = [500, 503]
    shop.customer()
    standin.wait_for_webhooks()

    assert mailbox.types() == ["customer.created"] * 3
    tries = standin.look("webhooks/deliveries")["deliveries"]
    assert [(line["try"], line["answer"]) for line in tries] == [(1, 500), (2, 503), (3, 200)]


def test_a_receiver_is_down_for_a_day_and_then_gets_everything(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    standin.webhooks(backoff_seconds=[])
    mailbox.answers = [500] * len(PURCHASE)
    shop.bought()
    standin.wait_for_webhooks()
    standin.advance(DAY)
    lost = ids(shop.client.v1.events.list({"delivery_success": False, "limit": 100}).data)
    mailbox.letters.clear()

    standin.control("webhooks/replay")
    standin.wait_for_webhooks()

    assert sorted(ids(mailbox.events())) == sorted(lost)
    assert len(lost) == len(PURCHASE)
    assert shop.client.v1.events.list({"delivery_success": False}).data == []


def test_one_event_is_delivered_again(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    shop.customer()
    standin.wait_for_webhooks()
    standin.control(f"events/{mailbox.events()[0].id}/deliver", {"times": 3})
    standin.wait_for_webhooks()

    assert len(mailbox.letters) == 4
    assert len(set(ids(mailbox.events()))) == 1


def test_events_older_than_thirty_days_are_gone(standin: Standin, shop: Shop) -> None:
    shop.customer()
    event = shop.client.v1.events.list().data[0]
    standin.advance(30 * DAY + 60)

    assert shop.client.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.events.retrieve(event.id)


def test_a_failed_renewal_is_told_too(standin: Standin, shop: Shop, mailbox: Mailbox) -> None:
    customer, method = shop.bought(pays_now_then("lost_card"))
    mailbox.letters.clear()
    shop.declined(customer, method)
    standin.wait_for_webhooks()

    assert mailbox.types()[-3:] == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_an_endpoint_made_by_the_api_gets_the_types_it_asked_for(standin: Standin, shop: Shop) -> None:
    with Mailbox() as mailbox:
        wanted: Any = ["payment_intent.succeeded"]
        made = shop.client.v1.webhook_endpoints.create({"url": mailbox.url, "enabled_events": wanted})
        shop.bought()
        standin.wait_for_webhooks()

    assert [letter.event(made.secret or "").type for letter in mailbox.letters] == wanted
    assert [endpoint.id for endpoint in shop.client.v1.webhook_endpoints.list().data] == [made.id]


def test_no_event_leaves_the_loopback(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.webhook_endpoints.create({"url": "http://example.org/hook", "enabled_events": ["*"]})

    assert refused.value.param == "url"
