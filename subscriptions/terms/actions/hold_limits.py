"""What a reader may hold back: paid issues, and not more of them in a year than the house allows."""

from foundation.actors import Actor
from foundation.errors import DomainError
from subscriptions.catalog import queries as calendars
from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.models import Pause, Subscription, Term
from subscriptions.terms.queries.holds import NothingToHold, expected
from subscriptions.terms.queries.life import Life, life_of
from subscriptions.terms.rules import PauseSpan


class HoldInGrace(DomainError):
    code = "hold_in_grace"


class HoldNeedsPayment(DomainError):
    code = "hold_needs_payment"


class TooManyHeld(DomainError):
    code = "too_many_held"


def refuse_unheld(
    subscription: Subscription, *, begins: Issue, ends: Issue | None, by: Actor, over_limit_because: str
) -> None:
    """A vacation holds back what is paid for. Needs the subscription's lock.

    :raises NothingToHold: when nothing is owed from `begins` on
    :raises HoldInGrace: when it would come in the hope of renewal
    :raises HoldNeedsPayment: when it is not paid yet
    :raises TooManyHeld: above `Magazine.most_held_issues` in a year, unless somebody of the house says why
    """
    life = life_of(subscription.pk)
    _refuse_when_nothing_is_paid(life, begins)
    if not over_limit_because or by.kind == "reader":
        _refuse_too_many(subscription, PauseSpan(begins.ordinal, ends.ordinal if ends else None))


def _refuse_when_nothing_is_paid(life: Life, begins: Issue) -> None:
    served = rules.serving(life.calendar, life.pauses, life.spans, begins.ordinal)
    if rules.units_left(life.spans, rules.clock_at(life.calendar, life.pauses, begins.ordinal)) == 0:
        if served is not None and served.is_grace:
            raise HoldInGrace(f"{begins} comes in the hope of renewal; only what is paid for can be held back.")
        raise NothingToHold(f"No issue is owed from {begins} on, so there is nothing to hold.")
    if served is not None and life.terms[served.place].copy_class == Term.Class.CREDIT:
        raise HoldNeedsPayment("This term is not paid yet. It can be held once it is.")


def _refuse_too_many(subscription: Subscription, stretch: PauseSpan) -> None:
    most = subscription.magazine.most_held_issues
    if most is None:
        return
    issues = calendars.calendar(subscription.magazine_id).exclude(state=Issue.State.DROPPED)
    over = rules.year_with_too_many([expected(i) for i in issues], _vacations(subscription), stretch, most)
    if over is not None:
        year, left = over
        raise TooManyHeld(
            f"At most {most} issues of a year can be held back; of {year}, {left} {'is' if left == 1 else 'are'} left."
        )


def _vacations(subscription: Subscription) -> list[PauseSpan]:
    pauses = Pause.objects.filter(subscription=subscription, reason=Pause.Reason.VACATION)
    return [
        PauseSpan(pause.from_issue.ordinal, pause.until_issue.ordinal if pause.until_issue else None)
        for pause in pauses.select_related("from_issue", "until_issue")
    ]
