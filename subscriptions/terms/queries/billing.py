"""Whether what comes next is paid for: a state of its own, beside the service and the wish to renew."""

from typing import Literal

from subscriptions.terms.models import Pause, Subscription, Term
from subscriptions.terms.queries.life import Life, life_of, pauses_of

BillingState = Literal["paid", "unpaid", "disputed", "free", "none"]
_FREE = frozenset({Term.Class.COMP, Term.Class.STAFF, Term.Class.SAMPLE})


def billing(subscription: Subscription) -> BillingState:
    """Of the term that is served next, or was served last; a dispute or a suspension that stands goes before."""
    life = life_of(subscription.pk)
    if not life.terms:
        return "none"
    standing = {pause.reason for pause in pauses_of(subscription.pk) if _stands(pause)}
    if Pause.Reason.DISPUTE in standing:
        return "disputed"
    if Pause.Reason.NON_PAY in standing:
        return "unpaid"
    return _of_class(_next(life).copy_class)


def _next(life: Life) -> Term:
    pairs = zip(life.terms, life.spans, strict=True)
    left = (term for term, span in pairs if span.c_to is None or span.c_to > life.clock)
    return next(left, life.terms[-1])


def _of_class(copy_class: str) -> BillingState:
    if copy_class in _FREE:
        return "free"
    return "unpaid" if copy_class == Term.Class.CREDIT else "paid"


def _stands(pause: Pause) -> bool:
    """Whether it reaches an issue that has not been pulled; one that was taken back before it began never does."""
    if pause.until_issue is None:
        return True
    return pause.until_issue_id != pause.from_issue_id and not pause.until_issue.is_pulled
