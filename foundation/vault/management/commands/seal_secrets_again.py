from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.actors import system
from foundation.vault import actions
from foundation.vault.rules import CannotOpen


class Command(BaseCommand):
    help = "Seal every secret with the first of VAULT_KEYS. Afterwards the older keys may be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            renewed = actions.seal_again(by=system("seal_secrets_again"))
        except CannotOpen as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        self.stdout.write(f"{renewed} sealed again.")
