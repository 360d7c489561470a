from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from foundation.accounts.models import User
from foundation.actors import Actor
from foundation.audit import actions as audit

_SEALED = ("secret", "seed")


@transaction.atomic
def enrol_totp(user: User, secret: str | None = None) -> str:
    """Set up an authenticator app without the pages, for the demo and for tests; answers its secret in base 32.

    An app that was set up before is replaced.
    """
    Authenticator.objects.filter(user=user).delete()
    secret = secret or generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


@transaction.atomic
def forget_second_factor(*, user_id: int, by: Actor) -> None:
    """For somebody whose telephone is gone: at the next sign-in a new authenticator app has to be set up."""
    user = User.objects.get(pk=user_id)
    Authenticator.objects.filter(user=user).delete()
    audit.record(by, "user.second_factor_forgotten", user)


@transaction.atomic
def seal_second_factors_again() -> int:
    """Seal every seed with the first of VAULT_KEYS; answers how many.

    :raises foundation.vault.rules.CannotOpen: when one was sealed with a key that is gone; nothing is changed then
    """
    rows = Authenticator.objects.select_for_update()
    for row in rows:
        row.data |= {name: encrypt(decrypt(row.data[name])) for name in _SEALED if name in row.data}
        row.save(update_fields=["data"])
    return len(rows)
