import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from pytest_django import Settings

from foundation.accounts import actions, queries
from foundation.accounts.models import User
from tests.signin import PASSWORD, code_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]


@pytest.fixture
def clerk() -> User:
    return User.objects.create_user("clerk@desk.example", PASSWORD, role="clerk")


def takes(user: User, code: str) -> bool:
    return bool(Authenticator.objects.get(user=user, type="totp").wrap().validate_code(code))


def test_an_enrolled_secret_makes_codes_that_are_taken_once(clerk: User) -> None:
    secret = actions.enrol_totp(clerk, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")

    assert secret == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert queries.has_second_factor(clerk)
    code = code_for(secret)
    assert takes(clerk, code)
    assert not takes(clerk, code)


def test_the_seed_stands_sealed_in_its_row(clerk: User) -> None:
    secret = actions.enrol_totp(clerk)

    assert secret not in str(list(Authenticator.objects.values("data")))


def test_recovery_codes_alone_are_no_second_factor(clerk: User) -> None:
    actions.enrol_totp(clerk)
    Authenticator.objects.filter(type="totp").delete()

    assert Authenticator.objects.filter(user=clerk).exists()
    assert not queries.has_second_factor(clerk)


def test_enrolling_again_replaces_the_first(clerk: User) -> None:
    first = actions.enrol_totp(clerk)
    second = actions.enrol_totp(clerk)

    assert not takes(clerk, code_for(first))
    assert takes(clerk, code_for(second))


def test_a_lost_telephone_is_forgotten(clerk: User) -> None:
    actions.enrol_totp(clerk)

    actions.forget_second_factor(user_id=clerk.pk, by=clerk.actor)

    assert not queries.has_second_factor(clerk)
    assert not Authenticator.objects.exists()


def test_the_vaults_keys_change_one_after_another(clerk: User, settings: Settings) -> None:
    settings.VAULT_KEYS = ["old key"]
    secret = actions.enrol_totp(clerk)

    settings.VAULT_KEYS = ["new key", "old key"]
    call_command("seal_secrets_again")
    settings.VAULT_KEYS = ["new key"]

    assert takes(clerk, code_for(secret))
    settings.VAULT_KEYS = ["a third key"]
    with pytest.raises(CommandError):
        call_command("seal_secrets_again")
