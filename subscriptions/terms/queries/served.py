"""Whether a copy that is to be given back ever used up anything. Reads only."""

from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.models import Entry, OwedCopy
from subscriptions.terms.queries.life import Life, life_of
from subscriptions.terms.queries.merged import merged_ones


def has_used_up(subscription_id: int, issue: Issue) -> bool:
    """Whether the issue was sent to it, or to what was merged into it, and used something up: by a term that it was
    served from, out of stock, or as grace that has been paid for since."""
    if not issue.is_pulled:
        return False
    lines = merged_ones(subscription_id)
    lives = (life_of(line) for line in lines)
    return any(_is_served(life, issue) for life in lives) or _was_carried(lines, issue)


def _is_served(life: Life, issue: Issue) -> bool:
    served = rules.serving(life.calendar, life.pauses, life.spans, issue.ordinal)
    return served is not None and not served.is_grace


def _was_carried(lines: list[int], issue: Issue) -> bool:
    from_stock = OwedCopy.objects.filter(subscription__in=lines, issue=issue, state=OwedCopy.State.SENT)
    recouped = Entry.objects.filter(term__subscription__in=lines, kind=Entry.Kind.RECOUP, copy_issue=issue)
    paid_for = recouped.filter(reverses__isnull=True).exclude(
        pk__in=Entry.objects.filter(reverses__isnull=False).values("reverses_id")
    )
    return from_stock.exists() or paid_for.exists()
