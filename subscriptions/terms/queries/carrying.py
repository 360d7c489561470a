"""Issues that a new term would use up before its range begins: grace copies recouped, and back issues in stock."""

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, IssueStock, Magazine
from subscriptions.terms import rules
from subscriptions.terms.models import Entry, Term
from subscriptions.terms.queries.life import Life


def graced_to_recoup(life: Life, magazine: Magazine, *, start_ordinal: int, payer_id: int | None) -> list[Issue]:
    """The grace copies that a renewal pays for: sent after the last term of the same payer, not written off, and the
    renewal came within the magazine's window. Oldest first."""
    ends = [(term, span.c_to) for term, span in zip(life.terms, life.spans, strict=True) if span.c_to is not None]
    if not ends:
        return []
    last, end = max(ends, key=lambda pair: pair[1])
    late = rules.clock_at(life.calendar, life.pauses, start_ordinal) - end
    if last.payer_id != payer_id or late > magazine.recoup_within_issues or _is_written_off(last.pk):
        return []
    return graced(life, last)


def graced(life: Life, term: Term) -> list[Issue]:
    """Pulled issues that were sent after the end of a term, in the hope that it is renewed. Oldest first."""
    place = [each.pk for each in life.terms].index(term.pk)
    pulled = (row for row in life.calendar if row.is_pulled and row.units)
    return [life.issues[row.ordinal] for row in pulled if _is_grace(life, row, place)]


def back_issues_in_stock(life: Life, magazine_id: int, *, asked: int, units: int) -> list[Issue]:
    """Of the `asked` newest issues that are out and that this subscription has not had, those in stock. Oldest first.

    An issue is used up only when it can really be sent (domain 4.2). It stops at the newest issue that was sent, and
    leaves one of the term's `units` to come. A term that waits behind another begins with none.
    """
    if asked == 0 or rules.units_left(life.spans, rules.clock_now(life.calendar, life.pauses)) != 0:
        return []
    missed, had = [], _carried_before(life)
    out = catalog.calendar(magazine_id).filter(pulled_at__isnull=False, weight__gt=0).order_by("-ordinal")
    for issue in out[:asked]:
        if issue.pk in had or rules.serving(life.calendar, life.pauses, life.spans, issue.ordinal) is not None:
            break
        if not rules.is_paused(life.pauses, issue.ordinal):
            missed.append(issue)
    in_stock = set(
        IssueStock.objects.filter(issue__in=missed, on_hand__gt=0).values_list("issue_id", flat=True)
    ) if missed else set()  # fmt: skip
    taken: list[Issue] = []
    for issue in missed:
        if issue.pk in in_stock and sum(each.weight for each in (*taken, issue)) < units:
            taken.insert(0, issue)
    return taken


def _carried_before(life: Life) -> set[int]:
    """Issues that an earlier term has paid for as a grace copy, or has had from stock."""
    if not life.terms:
        return set()
    reversed_ones = Entry.objects.filter(reverses__isnull=False).values("reverses_id")
    carried = Entry.objects.filter(
        term__in=life.terms, kind__in=(Entry.Kind.RECOUP, Entry.Kind.BACK_START), copy_issue__isnull=False
    ).exclude(pk__in=reversed_ones)
    return {pk for pk in carried.values_list("copy_issue_id", flat=True) if pk is not None}


def _is_grace(life: Life, row: rules.IssueRow, place: int) -> bool:
    served = rules.serving(life.calendar, life.pauses, life.spans, row.ordinal)
    return served is not None and served.is_grace and served.place == place


def _is_written_off(term_id: int) -> bool:
    return Entry.objects.filter(term_id=term_id, kind=Entry.Kind.WRITE_OFF).exists()
