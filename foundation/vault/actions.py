import datetime as dt

from django.conf import settings
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from foundation.vault import rules
from foundation.vault.models import Secret


class SecretIsEmpty(DomainError):
    code = "secret_is_empty"


@sensitive_variables("value")
@transaction.atomic
def seal(*, name: str, value: str, by: Actor, now: dt.datetime) -> None:
    """Keep a secret under its name, in the place of the one that was there. The audit trail says who, never what.

    :raises SecretIsEmpty: use `forget` to remove one
    """
    value = value.strip()
    if not value:
        raise SecretIsEmpty("Type the secret, or leave the one that is there.")
    secret, _ = Secret.objects.update_or_create(
        name=name,
        defaults={
            "sealed": rules.seal(value, name=name, keys=settings.VAULT_KEYS),
            "hint": rules.hint_of(value),
            "changed_at": now,
            "changed_by": by.reference,
        },
    )
    audit.record(by, "secret.sealed", secret)


@transaction.atomic
def forget(*, name: str, by: Actor) -> None:
    """Remove a secret; nothing happens where there is none."""
    secret = Secret.objects.select_for_update().filter(name=name).first()
    if secret is not None:
        audit.record(by, "secret.forgotten", secret)
        secret.delete()


@transaction.atomic
def seal_again(*, by: Actor) -> int:
    """Seal with the first of VAULT_KEYS what an older one sealed, so that the older key can go; answers how many.

    :raises foundation.vault.rules.CannotOpen: when one was sealed with a key that is gone; nothing is changed then
    """
    renewed = 0
    for secret in Secret.objects.select_for_update():
        sealed = bytes(secret.sealed)
        if rules.is_sealed_with_first(sealed, keys=settings.VAULT_KEYS):
            continue
        value = rules.open_sealed(sealed, name=secret.name, keys=settings.VAULT_KEYS)
        secret.sealed = rules.seal(value, name=secret.name, keys=settings.VAULT_KEYS)
        secret.save(update_fields=["sealed"])
        audit.record(by, "secret.sealed_again", secret)
        renewed += 1
    return renewed
