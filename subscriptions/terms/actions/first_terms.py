"""New subscriptions with their first terms: as many statements for a hundred of them as for one."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Address
from subscriptions.terms.actions.subscriptions import AddressOfSomeoneElse
from subscriptions.terms.actions.terms import first_known_on, grace_of
from subscriptions.terms.models import Entry, ShipTo, Subscription, Term
from subscriptions.terms.queries.life import Life, life_of_nobody
from subscriptions.terms.queries.promises import start_clock
from subscriptions.terms.rules import TermSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What one order line has paid for; the words of `start_term`. `opens_on`: when its reader may know of it.

    `link` is what the ledger says it came of: `order:{number}`.
    """

    line_uuid: uuid.UUID
    payer_id: int
    units: int
    copies: int
    copy_class: str
    magazine_cents: int
    postage_cents: int
    currency: str
    sold_on: dt.date
    opens_on: dt.date | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTerm:
    """Whose subscription it is, where it goes, how it is renewed, and what was bought."""

    magazine: Magazine
    reader_id: int
    address: Address
    renewal: str
    bought: Bought


class Start(NamedTuple):
    """The calendar, the issue with which a term begins that is bought now, and where on the clock."""

    life: Life
    issue: Issue
    clock: int


@transaction.atomic
def open_with_terms(*, wanted: Sequence[FirstTerm], by: Actor, now: dt.datetime) -> list[Term]:
    """A subscription for each, with its term from the first issue open to orders, in their order.

    :raises AddressOfSomeoneElse: when an address is not one of that reader's
    :raises CalendarIsOver: when no issue is planned that far
    :raises IntegrityError: when a line has started a term already
    """
    if not wanted:
        return []
    starts = _starts(wanted, now=now)
    with audit.together():
        subscriptions = _open(wanted, by=by, now=now)
        started = Term.objects.bulk_create(
            _term(one, subscription, starts[one.magazine.pk], now=now)
            for one, subscription in zip(wanted, subscriptions, strict=True)
        )
        Entry.objects.bulk_create(
            Entry(term=term, kind=Entry.Kind.BOUGHT, units=bought.units, link=bought.link, at=now, by=by.reference)
            for bought, term in zip([one.bought for one in wanted], started, strict=True)
        )
        for one, term in zip(wanted, started, strict=True):
            bought = {"units": one.bought.units, "line": str(one.bought.line_uuid)}
            audit.record(by, "term.started", term, subscription=term.subscription_id, **bought)
    return started


def _starts(wanted: Sequence[FirstTerm], *, now: dt.datetime) -> dict[int, Start]:
    """By magazine: where a new term begins. Nobody pulls that issue until we are done."""
    starts = {}
    for magazine_id in sorted({one.magazine.pk for one in wanted}):
        issue = catalog.keep_issue_open(magazine_id=magazine_id, now=now)
        life = life_of_nobody(magazine_id)
        starts[magazine_id] = Start(life, issue, start_clock(life, start=issue))
    return starts


def _open(wanted: Sequence[FirstTerm], *, by: Actor, now: dt.datetime) -> list[Subscription]:
    for one in wanted:
        if one.address.reader_id != one.reader_id:
            raise AddressOfSomeoneElse("That address is not one of this reader's.")
    subscriptions = Subscription.objects.bulk_create(
        Subscription(magazine=one.magazine, reader_id=one.reader_id, renewal=one.renewal, created_at=now)
        for one in wanted
    )
    ShipTo.objects.bulk_create(
        ShipTo(subscription=subscription, address=one.address, entered_at=now, entered_by=by.reference)
        for one, subscription in zip(wanted, subscriptions, strict=True)
    )
    for one, subscription in zip(wanted, subscriptions, strict=True):
        audit.record(by, "subscription.opened", subscription, address=one.address.pk)
        if subscription.renewal != Subscription.Renewal.RENEW:
            before = Subscription.Renewal.RENEW
            audit.record(by, "subscription.renewal_set", subscription, before=before, now=subscription.renewal)
    return subscriptions


def _term(wanted: FirstTerm, subscription: Subscription, start: Start, *, now: dt.datetime) -> Term:
    bought = wanted.bought
    first = start.life.first_issue_of(TermSpan(c_from=start.clock, units=bought.units))
    columns = {name: value for name, value in asdict(bought).items() if name != "link"}
    return Term(
        **{**columns, "opens_on": first_known_on(bought.opens_on, first)},
        subscription=subscription,
        grace=grace_of(wanted.magazine, bought.copy_class),
        c_from=start.clock,
        reachable_issue=start.issue,
        start_issue=first,
        settled_at=now,
    )
