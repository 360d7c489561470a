"""What must hold after every event: the product's rows against the oracle's counters."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection

from orders.ledger import queries as books
from orders.revenue.queries.invariants import ask_all
from subscriptions.terms import queries, rules
from subscriptions.terms.actions.laying import lay_again
from tests.lives import money, stops
from tests.lives.changes import World
from tests.lives.model import Copy, Issue, Line, Term, Walk, Wanted, expire_of
from tests.lives.town import Town, rows

TERMS = """
    SELECT t.id, t.subscription_id, t.units, t.bonus, t.credit, t.carried, t.cut, t.copies, t.copy_class,
           t.ended_at IS NOT NULL, t.magazine_cents, t.postage_cents, t.released_magazine_cents,
           t.released_postage_cents, t.c_from, t.c_to, coalesce(e.units, 0), t.grace, pin.ordinal
    FROM terms_term t LEFT JOIN (SELECT term_id, sum(units) AS units FROM terms_entry GROUP BY 1) e ON e.term_id = t.id
    LEFT JOIN catalog_issue pin ON pin.id = t.pin_issue_id
    WHERE t.subscription_id = ANY(%s) ORDER BY t.c_from, t.id
"""
PAUSES = """
    SELECT p.subscription_id, f.ordinal, u.ordinal
    FROM terms_pause p
    JOIN catalog_issue f ON f.id = p.from_issue_id LEFT JOIN catalog_issue u ON u.id = p.until_issue_id
    WHERE p.subscription_id = ANY(%s)
"""
# Refunds are promised and never sent here: they go out through Stripe.
ELSEWHERE = {"Clearing accounts return to zero"}
BOOKED = "SELECT account_id, -sum(cents)::int FROM ledger_line WHERE account_id = ANY(%s) GROUP BY 1"
HELD = ["2300", "2120", "2105"]
OF_TERMS = ["2100", "4100", "4110"]
ISSUES = "SELECT number, ordinal, weight, unit, state FROM catalog_issue WHERE magazine_id = %s ORDER BY ordinal"
COPIES = """
    SELECT subscription_id, copy_no, term_id, units, copy_class, addr1 FROM fulfillment_copy
    WHERE issue_id = %s AND purpose = 1 ORDER BY 1, 2
"""

LATER_COPIES = """
    SELECT subscription_id, copy_no, term_id, units, copy_class, addr1 FROM fulfillment_copy
    WHERE run_id = %s ORDER BY 1, 2
"""


def everything(world: World, town: Town, touched: Collection[Line]) -> None:
    constraints_hold()
    product = Rules(world, town)
    the_ledger_is_the_range(world, product.terms)
    the_promised_is_the_counted(world)
    for line in set(touched):
        the_shown_is_the_counted(world, line, product.expire(line))


def again_everything(world: World) -> None:
    """Laid again, nothing moves; and the pages say of the last issue what the rules say."""
    for line in world.lines:
        assert lay_again(line.pk) == [], f"{line}: laid again, a term moves"
        the_shown_is_the_counted(world, line, queries.expire(line.pk))


def constraints_hold() -> None:
    """What is deferred to the commit is asked for now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def the_ledger_is_the_range(world: World, terms: list[tuple[Any, ...]]) -> None:
    """Per term: lengths, price and release as counted, and the entries of the expire ledger add up to its range."""
    counted = {term.pk: (line.pk, *_facts(term)) for line in world.lines for term in line.terms}
    found = {row[0]: row[1:14] for row in terms}
    assert found == counted, {pk: (found.get(pk), counted.get(pk)) for pk in counted if found.get(pk) != counted[pk]}
    for pk, *_, c_from, c_to, in_ledger, _, _ in terms:
        assert c_to is None or c_to - c_from == in_ledger, f"term {pk}: [{c_from}, {c_to}), ledger {in_ledger}"


class Rules:
    """The product's rules on the product's rows, read here: its own queries would take most of the time of a life."""

    def __init__(self, world: World, town: Town) -> None:
        lines = [line.pk for line in world.lines]
        self.terms, self.pauses = rows(TERMS, lines), rows(PAUSES, lines)
        self.calendar = [
            rules.IssueRow(
                number=number, ordinal=ordinal, weight=weight, unit=unit, is_pulled=state in ("pulled", "mailed"),
                is_dropped=state == "dropped", cover_label="",
            )
            for number, ordinal, weight, unit, state in rows(ISSUES, town.house.magazine.pk)
        ]  # fmt: skip

    def held(self, line: Line) -> list[rules.PauseSpan]:
        return [rules.PauseSpan(begins, until) for pk, begins, until in self.pauses if pk == line.pk]

    def spans(self, line: Line) -> list[rules.TermSpan]:
        return [
            rules.TermSpan(
                c_from=row[14], units=row[2], bonus=row[3], credit=row[4], carried=row[5], cut=row[6], grace=row[17],
                pin_ordinal=row[18],
            )
            for row in self.terms
            if row[1] == line.pk
        ]  # fmt: skip

    def expire(self, line: Line) -> rules.ExpireAnswer:
        return rules.expire_issue(self.calendar, self.held(line), self.spans(line))

    def serving(self, line: Line, issue: Issue) -> tuple[int, int, bool] | None:
        """The term that the issue is served from, for how many units, and whether as grace."""
        found = rules.serving(self.calendar, self.held(line), self.spans(line), issue.place + 1)
        if found is None:
            return None
        term_id = [row[0] for row in self.terms if row[1] == line.pk][found.place]
        return term_id, 0 if found.is_grace else found.units, found.is_grace


def the_rule_serves_the_counted_ones(world: World, town: Town, issue: Issue) -> None:
    """Before the pull in SQL: the rule in Python says of each line what the counter says."""
    product = Rules(world, town)
    for line in world.lines:
        copy = Walk(line, world.calendar).step(issue)
        counted = None if copy is None else (copy.term.pk, copy.units, copy.copy_class == "grace")
        served = product.serving(line, issue)
        assert served == counted, f"{line}, {issue}: the rule serves {served}, counted {counted}"


def the_shown_is_the_counted(world: World, line: Line, answer: Any) -> None:
    counted = expire_of(line, world.calendar, world.served)
    shown = (answer.issue.number if answer.issue else None, answer.reason, answer.units_left)
    assert shown == (counted.number, counted.reason, counted.left), f"{line}: shown {shown}, counted {counted}"


def _facts(term: Term) -> tuple[Any, ...]:
    units = None if stops.endless(term) else int(term.units)
    return (
        units, term.bonus, term.credit, term.carried, term.cut, term.copies, term.copy_class, term.ended,
        term.magazine_cents, term.postage_cents, *term.released,
    )  # fmt: skip


def the_copies_are_the_counted_ones(world: World, town: Town, issue: Issue, sent: dict[Line, Copy]) -> None:
    """Who got it, from which term, for how many units, and where; several copies are one record each and count once."""
    found = [(*row[:5], town.streets[row[5]]) for row in rows(COPIES, issue.pk)]
    counted = [
        (line.pk, copy_no, copy.term.pk, copy.units if copy_no == 1 else 0, copy.copy_class, line.address_of(issue))
        for line, copy in sent.items()
        for copy_no in range(1, copy.term.copies + 1)
    ]
    assert found == sorted(counted), f"copies of {issue}: {found}, counted {sorted(counted)}"


def the_later_copies_are_the_counted_ones(town: Town, run_id: int, sent: list[Wanted]) -> None:
    """What a supplement or a claims run sends: its copies use up nothing of a term."""
    found = [(*row[:5], town.streets[row[5]]) for row in rows(LATER_COPIES, run_id)]
    counted = [
        (each.line.pk, copy_no, each.term.pk, 0, each.copy_class, each.address)
        for each in sent
        for copy_no in range(1, each.copies + 1)
    ]
    assert found == sorted(counted), f"copies of run {run_id}: {found}, counted {sorted(counted)}"


def the_promised_is_the_counted(world: World) -> None:
    """Refunds payable, money held for payers, gifts that nobody has redeemed; and what terms have or have earned.

    Posting only moves money from deferred to earned, so that their sum is the counted one before it as after.
    """
    booked = dict(rows(BOOKED, [*HELD, *OF_TERMS]))
    for account, counted in zip(HELD, money.held(world), strict=True):
        found = booked.get(account, 0)
        assert found == counted, f"{account}: {found} cents in the books, {counted} counted"
    found, counted = sum(booked.get(account, 0) for account in OF_TERMS), money.of_terms(world)
    assert found == counted, f"deferred and earned: {found} cents in the books, {counted} counted"


def the_books_are_the_counted_ones(world: World) -> None:
    """Account 2100 is what the counters still owe; nothing that was sold is missing or there twice."""
    assert books.unbalanced_journals() == [], "a journal does not balance"
    booked, counted = -books.balance("2100"), money.deferred(world)
    assert booked == counted, f"deferred: {booked} cents in the books, {counted} counted"
    earned = [term.earned() for line in world.lines for term in line.terms]
    assert [-books.balance("4100"), -books.balance("4110")] == [sum(each[n] for each in earned) for n in (0, 1)]
    for line in world.lines:
        for term in line.terms:
            assert term.deferred() >= 0, f"{line}: more than its price"


def the_nightly_check_finds_nothing(now: dt.datetime) -> None:
    answers = [answer for answer in ask_all(now=now) if answer.probe.name not in ELSEWHERE]
    found = [(answer.probe.name, answer.examples) for answer in answers if answer.found]
    assert not found, f"the nightly check finds {found}"
