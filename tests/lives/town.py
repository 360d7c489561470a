"""The product's side of the lives: one house, three readers, and shortcuts to the actions that the events call."""

import datetime as dt
import uuid
from typing import Any

from django.db import connection, transaction

from orders.checkout.actions import settle_paid_orders
from orders.revenue.actions import post_entries, post_mailed_runs
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.fulfillment.actions.extras import pull_extras
from subscriptions.fulfillment.actions.pull import pull_issue
from subscriptions.fulfillment.models import LabelRun
from subscriptions.readers.models import Address
from subscriptions.terms.models import Term
from tests.house import House, at
from tests.lives import changes
from tests.lives import model as oracle
from tests.lives.storeroom import BACK_ISSUES
from tests.lives.till import STAFF, Till

BEGINNING = at("2026-01-20")
# Street, state, ZIP and country of the places where each reader can be.
PLACES = [("N STATE ST", "IL", "60601", ""), ("OCEAN DR", "FL", "33139", ""), ("YONGE ST", "", "", "CANADA")]


class Silence:
    """Nobody watches how far a run is."""

    def step(self, sentence: str) -> None:
        pass

    def still_here(self) -> None:
        pass


class Town:
    """Built once for many lives; each life is a savepoint that is rolled back."""

    def __init__(self) -> None:
        self.house = House()
        magazine = self.house.magazine
        magazine.grace_issues, magazine.recoup_within_issues = changes.GRACE, changes.RECOUP_WITHIN
        magazine.back_start_new = magazine.back_start_renewal = BACK_ISSUES
        magazine.save()
        magazine.issues.filter(number__gt=532).delete()
        self.house.pull_before(503)
        self.readers, self.addresses, self.lines = [], [], []
        for name in ("Ana Field", "Ben Stone", "Cleo Park"):
            reader = self.house.reader(name, email="")
            self.readers.append(reader)
            mine = [self._address(reader, place) for place in range(len(PLACES))]
            self.addresses += mine
            line = self.house.subscription(reader, mine[0])
            line.home = mine[0]
            self.lines.append(line)
        self.till = Till(self.house)
        self.streets = {address.label_addr1: place for place, address in enumerate(self.addresses)}
        self.issues = list(magazine.issues.order_by("ordinal"))

    def _address(self, reader: Any, place: int) -> Any:
        street, state, zip5, country = PLACES[place]
        line = f"{len(self.addresses) + place + 10} {street}"
        return self.house.address(
            reader, line1=line, label_addr1=line, label_state=state, label_zip5=zip5, label_plus4="",
            label_country=country, country="CA" if country else "US", label_postcode="M5B 1R8" if country else "",
            zone="ca" if country else "us",
        )  # fmt: skip

    def world(self) -> changes.World:
        """The oracle's picture of the beginning."""
        issues = [
            oracle.Issue(
                each.number, each.pk, each.pull_at, state="pulled" if each.is_pulled else "planned",
                mail_on=each.mail_on, in_home_from=each.in_home_from, in_home_until=each.in_home_until,
            )
            for each in self.issues
        ]  # fmt: skip
        world = changes.World(oracle.Calendar(issues), BEGINNING)
        world.abroad = {place for place in self.streets.values() if PLACES[place % len(PLACES)][3]}
        for place, (line, reader) in enumerate(zip(self.lines, self.readers, strict=True)):
            ship = oracle.ShipTo(None, place * len(PLACES), BEGINNING)
            world.lines.append(oracle.Line(reader.name.split()[0], line.pk, reader.name, ships=[ship]))
        return world

    def begin(self) -> str:
        return transaction.savepoint()

    def end(self, savepoint: str) -> None:
        transaction.savepoint_rollback(savepoint)

    def payer(self, name: str) -> Any:
        return next(reader for reader in self.readers if reader.name == name)

    # -- terms and their money

    def order(
        self, line: oracle.Line, term: oracle.Term, *, pin: oracle.Issue | None, now: dt.datetime, line_uuid: uuid.UUID
    ) -> Term:
        whose = next(each for each in self.lines if each.pk == line.pk)
        return self.till.sell(whose, self.payer(term.payer), term, pin=pin, now=now, line_uuid=line_uuid)

    def settle_again(self, line: oracle.Line, term: oracle.Term, *, now: dt.datetime, line_uuid: uuid.UUID) -> Term:
        assert settle_paid_orders(now=now) == 0
        return self.till.start(line.pk, self.payer(term.payer).pk, term, pin=None, now=now, line_uuid=line_uuid)

    def continuation_of(self, term_id: int) -> int:
        return int(Term.objects.values_list("pk", flat=True).get(split_from=term_id))

    def mark_undeliverable(self, address: int, since: dt.date | None) -> None:
        Address.objects.filter(pk=self.addresses[address].pk).update(undeliverable_since=since)

    # -- label runs

    def pull(self, issue_id: int, *, now: dt.datetime) -> LabelRun:
        """The real pull without the steps of people before it and the files after it."""
        run = fulfillment.plan_run(issue_id=issue_id, by=STAFF, now=now)
        own = LabelRun.objects.filter(pk=run.pk)
        own.update(state="releasing", rehearsed_at=now, approved_at=now, approved_by=STAFF.reference)
        pull_issue(run, now=now, progress=Silence())
        own.update(state="released", released_at=now, file_sha256="0" * 64, manifest_sha256="0" * 64)
        return LabelRun.objects.select_related("issue").get(pk=run.pk)

    def pull_later(self, issue_id: int, purpose: int, *, now: dt.datetime) -> LabelRun:
        """The same for a supplement or a claims run."""
        run = fulfillment.plan_later_run(issue_id=issue_id, purpose=purpose, by=STAFF, now=now)
        own = LabelRun.objects.filter(pk=run.pk)
        own.update(state="releasing", rehearsed_at=now, approved_at=now, approved_by=STAFF.reference)
        pull_extras(LabelRun.objects.select_related("issue").get(pk=run.pk), now=now, progress=Silence())
        own.update(state="released", released_at=now, file_sha256="0" * 64, manifest_sha256="0" * 64)
        return LabelRun.objects.select_related("issue").get(pk=run.pk)

    def mail(self, run: LabelRun, *, now: dt.datetime) -> None:
        """Handing over moves a state and nothing else."""
        LabelRun.objects.filter(pk=run.pk, state="released").update(state="handed_over", handed_over_at=now)
        fulfillment.confirm_mailed(run_id=run.pk, mailed_on=now.date(), by=STAFF, now=now)

    def post_all(self, now: dt.datetime) -> int:
        return post_mailed_runs(now=now) + post_entries(now=now)


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
