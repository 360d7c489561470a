from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

import orders.ledger

ROLES = Path(orders.ledger.__file__).parent / "roles.sql"


class Command(BaseCommand):
    help = (
        "Make the roles masthead_owner, masthead_migrate and masthead_app, and give the books to the first. "
        "Repeatable; run it after every migrate. Then let web and workers act as masthead_app: "
        "DATABASE_URL=...?assume_role=masthead_app"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print", action="store_true", help="Only print the SQL, for a database administrator.")

    def handle(self, *args: object, **options: object) -> None:
        statements = ROLES.read_text(encoding="utf-8")
        if options["print"]:
            self.stdout.write(statements)
            return
        if not self.may_make_roles():
            raise CommandError(
                "This database user may not make roles. Ask the administrator to run the output of "
                "`manage.py grant_roles --print` in this database. Nothing was changed; the triggers guard the books."
            )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements)
        self.stdout.write("The books belong to masthead_owner; masthead_app may only add to them.")

    @staticmethod
    def may_make_roles() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            return bool(cursor.fetchone()[0])
