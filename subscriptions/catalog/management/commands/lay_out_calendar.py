"""manage.py lay_out_calendar --magazine lantern --first-number 501 --first-year 2026 [--years 2]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import actors
from foundation.errors import DomainError
from subscriptions.catalog import actions
from subscriptions.catalog.models import Magazine


class Command(BaseCommand):
    help = "Plan the issues of whole cover years by the magazine's frequency rule. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--magazine", required=True, help="the magazine's short code")
        parser.add_argument("--first-number", type=int, required=True, help="the running number of the first issue")
        parser.add_argument("--first-year", type=int, required=True, help="the cover year to begin with")
        parser.add_argument("--years", type=int, default=2)

    def handle(self, *, magazine: str, first_number: int, first_year: int, years: int, **_: Any) -> None:
        found = Magazine.objects.filter(code=magazine).first()
        if found is None:
            raise CommandError(f"There is no magazine “{magazine}”.")
        try:
            issues = actions.lay_out(
                magazine_id=found.pk,
                first_number=first_number,
                first_year=first_year,
                years=years,
                by=actors.system("lay_out_calendar"),
            )
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from refusal
        for issue in issues:
            pull_at = issue.pull_at.astimezone(found.zone)
            self.stdout.write(
                f"{issue.number}  {issue.cover_label:<14} pull {pull_at:%Y-%m-%d %H:%M}  mail {issue.mail_on}"
            )
