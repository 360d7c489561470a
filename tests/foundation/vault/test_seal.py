import datetime as dt
import logging

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from foundation.actors import Actor, system
from foundation.audit.models import AuditEntry
from foundation.vault import actions, queries, rules
from foundation.vault.models import Secret

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ADMIN = Actor("staff", "1")
VALUE = "rk_test_51AbCdEfGhIjKlMnOp"


def seal(value: str = VALUE, name: str = "stripe_key") -> None:
    actions.seal(name=name, value=value, by=ADMIN, now=NOON)


def test_opens_what_was_sealed() -> None:
    seal()

    assert queries.open_secret("stripe_key") == VALUE
    assert queries.hint("stripe_key") == "MnOp"


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    seal()
    seal("whsec_another_value_altogether")

    assert queries.open_secret("stripe_key") == "whsec_another_value_altogether"
    assert Secret.objects.count() == 1


def test_no_secret_is_no_secret() -> None:
    assert queries.open_secret("mail_password") is None
    assert queries.hint("mail_password") is None


def test_refuses_an_empty_secret() -> None:
    with pytest.raises(actions.SecretIsEmpty):
        seal("  ")


def test_a_short_secret_gets_no_hint() -> None:
    seal("sesame-open")

    assert queries.hint("stripe_key") == ""


def test_a_forgotten_secret_is_gone() -> None:
    seal()

    actions.forget(name="stripe_key", by=ADMIN)

    assert queries.open_secret("stripe_key") is None
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["secret.sealed", "secret.forgotten"]


def test_the_clear_text_is_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        seal()
        secret = Secret.objects.get()

    assert VALUE not in repr(secret)
    assert VALUE not in str(secret)
    assert VALUE.encode() not in bytes(secret.sealed)
    assert VALUE not in str(list(AuditEntry.objects.values()))
    # Debug logs of the database hold the sealed bytes and the four-character hint only.
    assert VALUE not in caplog.text


def test_the_same_value_is_sealed_differently_each_time() -> None:
    seal(name="one")
    seal(name="two")

    one, two = Secret.objects.values_list("sealed", flat=True)
    assert bytes(one)[9:] != bytes(two)[9:]


def test_a_sealed_value_moved_to_another_name_does_not_open() -> None:
    seal()
    Secret.objects.update(name="mail_password")

    with pytest.raises(rules.CannotOpen):
        queries.open_secret("mail_password")


def test_a_value_changed_by_one_bit_does_not_open() -> None:
    seal()
    secret = Secret.objects.get()
    damaged = bytearray(secret.sealed)
    damaged[-1] ^= 1
    Secret.objects.update(sealed=bytes(damaged))

    with pytest.raises(rules.CannotOpen, match="damaged"):
        queries.open_secret("stripe_key")


def test_keys_change_one_after_another(settings: Settings) -> None:
    settings.VAULT_KEYS = ["old key"]
    seal()

    settings.VAULT_KEYS = ["new key", "old key"]
    assert queries.open_secret("stripe_key") == VALUE
    call_command("seal_secrets_again")
    settings.VAULT_KEYS = ["new key"]

    assert queries.open_secret("stripe_key") == VALUE
    assert actions.seal_again(by=system("test")) == 0


def test_a_key_taken_away_too_early_is_said_and_nothing_is_lost(settings: Settings) -> None:
    settings.VAULT_KEYS = ["old key"]
    seal()
    settings.VAULT_KEYS = ["new key"]

    with pytest.raises(rules.CannotOpen):
        queries.open_secret("stripe_key")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("seal_secrets_again")

    settings.VAULT_KEYS = ["new key", "old key"]
    assert queries.open_secret("stripe_key") == VALUE
