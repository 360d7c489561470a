"""What is wrong with a line of a file of orders, by the rules of every order, and the rows that a good one becomes."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Min

from foundation import rows
from foundation.actors import actor_of
from foundation.errors import DomainError, Invalid
from orders.checkout import queries, rules
from orders.checkout.actions.intake import refuse_what_does_not_fit
from orders.checkout.actions.order_people import Intake, Wanted, people_of
from orders.checkout.actions.order_rows import new_line, new_order
from orders.checkout.actions.source_keys import source_in_force
from orders.checkout.models import IntakeKey, Order, OrderImport, OrderLine, StagedOrder
from subscriptions.catalog.models import SourceKey
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address, Reader
from subscriptions.readers.rules.address import check

TABLES: tuple[Any, ...] = (Reader, Address, Order, OrderLine)
# A country of each postage zone: prices are asked for once per zone.
_IN_ZONE = {"us": "US", "ca": "CA", "other": "GB"}
Problems = dict[str, list[tuple[str, str]]]


def caller_of(found: OrderImport) -> str:
    """Under which the references are kept: a reference of a batch is taken once in a magazine."""
    return f"import:{found.magazine.code}"


def key_of(found: OrderImport, reference: str) -> str:
    return f"{found.batch}:{reference}"


def standing_now(found: OrderImport, *, now: dt.datetime) -> dict[str, Any]:
    """What the file was checked by, as it is at this moment."""
    desk = CheckingDesk(found, now=now)
    for name in found.standing:
        kind, _, what = name.partition("|")
        if kind == "source":
            desk.source_key(what)
        else:
            code, _, zone = what.rpartition("|")
            start = kind.removeprefix("offer").strip()
            desk.quote(code, zone, int(start) if start else None)
    return desk.standing


class CheckingDesk:
    """Looks at lines of one file. It asks for each offer, zone and source key once, and `standing` says what it found:
    cents, currency, first and last issue, the source key's number; None for what is not to be had."""

    def __init__(self, found: OrderImport, *, now: dt.datetime) -> None:
        self._found = found
        self._intake = Intake(actor_of(found.created_by), rules.Circumstances(channel="import"), now, None)
        self._quotes: dict[str, queries.Quote | DomainError] = {}
        self.standing: dict[str, Any] = {}
        self.currency = found.currency

    def look_at(self, staged: Sequence[StagedOrder]) -> None:
        """Fill in `problems` and `warnings` and, where a line is good, what it costs and what it is made into."""
        first_lines, known = self._first_lines(staged), self._known(staged)
        numbers = rows.take_numbers(dict.fromkeys(TABLES, len(staged)))
        for line in staged:
            problems = rules.problems_as_typed(line.cells)
            first = first_lines[line.reference]
            if first != line.line_number:
                _add(problems, "reference", "reference_twice", f"Line {first} has the same reference.")
            elif number := known.get(key_of(self._found, line.reference)):
                _add(problems, "reference", "taken_before", f"It was taken before, as order {number}.")
            self._look_at(line, problems, numbers)

    def quote(self, code: str, zone: str, start: int | None = None) -> queries.Quote | DomainError:
        """For one copy, from the issue of that number on; or why it is not to be had."""
        name = f"offer|{code}|{zone}" if start is None else f"offer {start}|{code}|{zone}"
        if name not in self.standing:
            self._quotes[name], self.standing[name] = self._ask(code, zone, start)
        return self._quotes[name]

    def source_key(self, code: str) -> int | None:
        name = f"source|{code}"
        if name not in self.standing:
            keys = SourceKey.objects.filter(code=code, retired_on__isnull=True)
            self.standing[name] = source_in_force(code, keys.values_list("pk", flat=True).first())
        found: int | None = self.standing[name]
        return found

    def _ask(self, code: str, zone: str, start: int | None) -> tuple[queries.Quote | DomainError, list[Any] | None]:
        try:
            country, now = _IN_ZONE[zone], self._intake.now
            quote = queries.quote(offer_code=code, country=country, copies=1, start_issue=start, now=now)
        except DomainError as refusal:
            return refusal, None
        if quote.offer.magazine_id != self._found.magazine_id:
            sentence = f"The offer is for {quote.offer.magazine}, not for {self._found.magazine}."
            return DomainError(sentence, code="other_magazine"), None
        self.currency = self.currency or quote.currency
        issues = [issue.pk if issue else None for issue in (quote.first_issue, quote.expire_issue)]
        return quote, [quote.magazine_cents, quote.postage_cents, quote.currency, *issues]

    def _look_at(self, line: StagedOrder, problems: Problems, numbers: rows.Numbers) -> None:
        request = rules.request_of(line.cells)
        # What is wrong as typed comes first; all of it is said at once, so that a file is corrected in one go.
        problems = self._problems_of(request, as_typed=problems) | problems
        if not problems:
            self._make(line, request, numbers)
        line.problems = [
            {"field": name, "code": code, "detail": sentence}
            for name, found in problems.items()
            for code, sentence in found
        ]

    def _problems_of(self, request: rules.OrderRequest, *, as_typed: Problems) -> Problems:
        problems: Problems = {}
        try:
            readers.new_readers([readers.NewReader(**_person(request))], now=self._intake.now)
        except Invalid as refusal:
            problems |= {f"payer_{name}": found for name, found in refusal.fields.items()}
        if request.ship_to is not None and "ship_country" not in as_typed:
            for name, wrong in check(request.ship_to).errors.items():
                problems[f"ship_{name}"] = [(each.code, each.sentence) for each in wrong]
            if "payer_name" in problems and request.ship_to.name == (request.payer.name or request.payer.company):
                problems.pop("ship_name", None)  # It is the payer's, and said there.
            quote = self._quote_of(request) if request.offer else None
            if isinstance(quote, Invalid):
                problems |= quote.fields
            elif isinstance(quote, DomainError):
                _add(problems, "offer", quote.code, quote.sentence)
        if self.source_key(request.source_key) is None:
            _add(problems, "source_key", "unknown", f"There is no source key “{request.source_key}”.")
        return problems

    def _quote_of(self, request: rules.OrderRequest) -> queries.Quote | DomainError:
        zone = postage_zone(request.ship_to.country if request.ship_to else "")
        quote = self.quote(request.offer, zone, request.start_issue)
        if isinstance(quote, DomainError):
            return quote
        if quote.currency != self.currency:
            sentence = f"It is sold in {quote.currency.upper()}, lines before it in {self.currency.upper()}."
            return DomainError(sentence, code="other_currency")
        try:
            refuse_what_does_not_fit(request, quote=quote, subscription=None, by=self._intake.by)
        except DomainError as refusal:
            return refusal
        magazine, postage = quote.magazine_cents * request.copies, quote.postage_cents * request.copies
        return replace(quote, copies=request.copies, magazine_cents=magazine, postage_cents=postage)

    def _make(self, line: StagedOrder, request: rules.OrderRequest, numbers: rows.Numbers) -> None:
        """The rows of the order as the API would write them, kept as JSON until the file is taken."""
        quote, source_key_id = self._quote_of(request), self.source_key(request.source_key)
        if isinstance(quote, DomainError) or source_key_id is None or request.ship_to is None:
            raise RuntimeError("A line with problems is made into no order.")
        wanted = [Wanted(quote, None, request.ship_to, path="ship")]
        people = people_of(request.payer, wanted, numbers=numbers, intake=self._intake)
        order = new_order(request, wanted, people.payer, source_key_id=source_key_id, intake=self._intake)
        order.pk = next(numbers[Order])
        made_line = new_line(order, wanted[0], people, 0, intake=self._intake)
        made_line.pk = next(numbers[OrderLine])
        made = (people.payer, people.added[0], order, made_line)
        line.made = {row._meta.db_table: rows.as_json(row) for row in made}
        line.reader_to_be, line.address_to_be, line.order_to_be = people.payer.pk, people.added[0].pk, order.pk
        line.body_sha256 = hashlib.sha256(json.dumps(line.cells, sort_keys=True).encode()).hexdigest()
        line.total_cents = order.total_cents
        line.warnings = [
            {"field": f"ship_{name}", "code": problem.code, "detail": problem.sentence}
            for name, found in check(request.ship_to).warnings.items()
            for problem in found
        ]

    def _first_lines(self, staged: Sequence[StagedOrder]) -> dict[str, int]:
        """The first line of the file with each of these references."""
        of_file = StagedOrder.objects.filter(
            order_import=self._found, reference__in=[line.reference for line in staged]
        )
        return dict(of_file.values_list("reference").annotate(first=Min("line_number")).order_by())

    def _known(self, staged: Sequence[StagedOrder]) -> dict[str, str]:
        """The numbers of the orders that were taken under these references, by key."""
        keys = [key_of(self._found, line.reference) for line in staged]
        taken = IntakeKey.objects.filter(caller=caller_of(self._found), key__in=keys)
        return dict(taken.values_list("key", "order__number"))


def _person(request: rules.OrderRequest) -> dict[str, str]:
    payer = request.payer
    return {"name": payer.name, "company": payer.company, "email": payer.email, "phone": payer.phone}


def _add(problems: Problems, name: str, code: str, sentence: str) -> None:
    problems.setdefault(name, []).append((code, sentence))
