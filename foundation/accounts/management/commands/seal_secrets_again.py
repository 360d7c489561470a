from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from foundation.accounts.actions import seal_second_factors_again
from foundation.actors import system
from foundation.vault.actions import seal_again
from foundation.vault.rules import CannotOpen


class Command(BaseCommand):
    help = "Seal every secret with the first of VAULT_KEYS. Afterwards the older keys may be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                secrets = seal_again(by=system("seal_secrets_again"))
                factors = seal_second_factors_again()
        except CannotOpen as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        self.stdout.write(f"{secrets} secrets and {factors} second factors sealed again.")
