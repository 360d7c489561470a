from django.conf import settings
from django.db import connection

from foundation.vault import rules
from foundation.vault.models import Secret


def open_secret(name: str) -> str | None:
    """The secret in clear text, for the moment of its use; None where none is kept. Do not store or log it.

    :raises foundation.vault.rules.CannotOpen: when its key is no longer in VAULT_KEYS
    """
    # Every order and every event of Stripe asks this: the ORM would put the statement together each time.
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM vault_secret WHERE name = %s", [name])
        found = cursor.fetchone()
    return rules.open_sealed(bytes(found[0]), name=name, keys=settings.VAULT_KEYS) if found else None


def hint(name: str) -> str | None:
    """How the secret ends ("" when it is too short to tell), or None where none is kept: for showing on the desk."""
    return Secret.objects.filter(name=name).values_list("hint", flat=True).first()
