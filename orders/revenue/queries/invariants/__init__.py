"""The ten things that must always hold, each as questions to the whole house (design: What must always hold)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from orders.ledger import queries as books
from orders.ledger.models import AccountCode
from orders.revenue.queries.invariants.bills import BILLS
from orders.revenue.queries.invariants.charges import CHARGES
from orders.revenue.queries.invariants.gifts import GIFTS
from orders.revenue.queries.invariants.life import LIFE
from orders.revenue.queries.invariants.money import MONEY
from orders.revenue.queries.invariants.probe import EXAMPLES, Answer, Probe
from orders.revenue.queries.invariants.promise import PROMISE
from orders.revenue.queries.snapshot import snapshot
from orders.revenue.queries.subledger import liability_cents
from subscriptions.catalog.models import Magazine
from subscriptions.terms.models import Term

TITLES = {
    1: "Earned, refunded, written off and deferred add up to the price",
    2: "Served and remaining copies add up to what was promised",
    3: "Nobody is served the same copy twice",
    4: "No label to a blank or undeliverable address, none beyond the term but as grace",
    5: "Who is on hold consumes nothing",
    6: "No automatic charge without consent and two delivered notices",
    7: "Money is the payer's; a gift is not renewed automatically",
    8: "The books balance, only grow, and closed months stay closed",
    9: "Every Stripe payment has exactly one journal",
    10: "Running a job twice changes nothing",
}
PROBES: tuple[Probe, ...] = (*MONEY, *LIFE, *PROMISE, *CHARGES, *GIFTS, *BILLS)
# Copies are frozen by the database: those of older runs were read often enough.
READ_AGAIN = dt.timedelta(days=70)


def findings(*, now: dt.datetime) -> list[dict[str, Any]]:
    """One finding per invariant, in order: {number, title, ok, found, sentence, examples, probes}."""
    with snapshot():
        answers = list(ask_all(now=now))
    return [finding(number, [a for a in answers if a.probe.invariant == number]) for number in TITLES]


def ask_all(*, now: dt.datetime) -> Iterator[Answer]:
    moment = {
        "now": now,
        "today": now.astimezone(ZoneInfo(settings.BOOK_TIME_ZONE)).date(),
        "since": now - READ_AGAIN,
    }
    yield listed(1, "J3: deferred revenue is what terms still owe", "{found} magazines owe something else.", untied())
    yield listed(8, "J1, J2: every journal balances", "{found} journals do not balance.", books.unbalanced_journals())
    yield listed(8, "Journals are as they were posted", "{found} journals were altered.", books.altered_journals())
    for probe in PROBES:
        yield probe.ask(moment)


def untied() -> list[str]:
    """Magazines whose account 2100 is not the sum of what their terms still owe."""
    broken = []
    currencies = set(Term.objects.values_list("currency", flat=True).distinct().order_by())
    for magazine, own in Magazine.objects.values_list("code", "currency").order_by("code"):
        for currency in sorted(currencies | {own}):
            owed = liability_cents(until=dt.date.max, magazine=magazine, currency=currency)
            deferred = -books.balance(AccountCode.DEFERRED_SUBSCRIPTIONS, magazine=magazine, currency=currency)
            if owed != deferred:
                broken.append(f"{magazine} {currency}: ledger {deferred}, terms {owed} cents")
    return broken


def listed(invariant: int, name: str, sentence: str, broken: list[str]) -> Answer:
    return Answer(Probe(invariant, name, sentence, ""), found=len(broken), examples=broken[:EXAMPLES])


def finding(number: int, answers: list[Answer]) -> dict[str, Any]:
    probes = [answer.as_finding() for answer in answers]
    found = sum(answer.found for answer in answers)
    return {
        "number": number,
        "title": TITLES[number],
        "ok": found == 0,
        "found": found,
        "sentence": " ".join(p["sentence"] for p in probes if p["sentence"]) or "Nothing was found.",
        "examples": [example for answer in answers for example in answer.examples][:EXAMPLES],
        "probes": probes,
    }
