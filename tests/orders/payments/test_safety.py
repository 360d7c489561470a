"""Real money and pretended money are kept apart; keys come from the environment or from the desk."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from demo.stripe_standin.testing import Standin
from foundation import clock
from foundation.actors import system
from foundation.vault.actions import seal
from orders.payments import actions, queries, safety, tasks
from orders.payments.checks import check_stripe
from orders.payments.errors import StripeIsNotSetUp
from orders.payments.stripe_gateway import API_VERSION, gateway
from tests.orders.payments.conftest import Desk

ELSEWHERE = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("key", "base", "production", "complaints"),
    [
        ("sk_test_1", safety.STRIPE, False, 0),
        ("sk_test_1", ELSEWHERE, False, 0),
        ("sk_live_1", safety.STRIPE, True, 0),
        ("rk_live_1", ELSEWHERE, False, 1),
        ("sk_test_1", ELSEWHERE, True, 1),
        ("sk_live_1", ELSEWHERE, True, 2),
        ("", "https://api.stripe.com.example.org", True, 1),
    ],
)
def test_the_guards_at_start(settings: Settings, key: str, base: str, production: bool, complaints: int) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE, settings.PRODUCTION = key, base, production

    assert [complaint.id for complaint in check_stripe()] == ["payments.E001"] * complaints


def test_another_api_version_than_the_sdks_is_refused_at_start(settings: Settings) -> None:
    settings.STRIPE_API_KEY = ""
    settings.STRIPE_API_VERSION = "2020-08-27"

    assert [complaint.id for complaint in check_stripe()] == ["payments.E002"]


def test_the_settings_name_the_version_of_the_sdk(settings: Settings) -> None:
    assert settings.STRIPE_API_VERSION == API_VERSION


def test_a_live_key_typed_on_the_desk_is_not_sent_elsewhere(db: None, settings: Settings) -> None:
    settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = ELSEWHERE, ""
    seal(name="stripe_api_key", value="sk_live_typed_on_the_desk", by=system("test"), now=clock.real_now())

    with pytest.raises(ImproperlyConfigured, match="live"):
        gateway()


def test_a_key_typed_on_the_desk_is_used_when_the_environment_has_none(desk: Desk, settings: Settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRETS = "", []
    seal(name="stripe_api_key", value="sk_test_typed", by=system("test"), now=desk.now)
    seal(name="stripe_webhook_secret", value="whsec_old,whsec_standin_secret", by=system("test"), now=desk.now)

    attempt = desk.paid()

    assert attempt.state == "paid"
    assert safety.webhook_secrets() == ["whsec_old", "whsec_standin_secret"]


def test_without_a_key_nothing_is_opened_and_the_tasks_rest(db: None, settings: Settings, standin: Standin) -> None:
    settings.STRIPE_API_KEY = ""

    with pytest.raises(StripeIsNotSetUp):
        actions.open_checkout(attempt_id=1)
    assert not queries.stripe_is_set_up()
    for task in (
        tasks.work_off_inbox,
        tasks.send_waiting_attempts,
        tasks.look_after_stuck_attempts,
        tasks.sweep_events,
        tasks.fetch_missing_fees,
    ):
        task()
