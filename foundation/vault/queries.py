from django.conf import settings

from foundation.vault import rules
from foundation.vault.models import Secret


def open_secret(name: str) -> str | None:
    """The secret in clear text, for the moment of its use; None where none is kept. Do not store or log it.

    :raises foundation.vault.rules.CannotOpen: when its key is no longer in VAULT_KEYS
    """
    sealed = Secret.objects.filter(name=name).values_list("sealed", flat=True).first()
    if sealed is None:
        return None
    return rules.open_sealed(bytes(sealed), name=name, keys=settings.VAULT_KEYS)


def hint(name: str) -> str | None:
    """How the secret ends ("" when it is too short to tell), or None where none is kept: for showing on the desk."""
    return Secret.objects.filter(name=name).values_list("hint", flat=True).first()
