"""Changes of the calendar that terms have to follow: what waits for an issue by name waits for it where it now stands.

Running terms are never touched: they count units published, so nobody loses an issue, and each last one slides.
"""

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from foundation.actors import Actor
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.catalog.queries import planned_issues
from subscriptions.terms.actions.laying import lay_all_again
from subscriptions.terms.models import Pause, Term


@transaction.atomic
def reweigh_issue(*, issue_id: int, weight: int, by: Actor) -> Issue:
    """Make a planned issue a special (0), a single (1) or a double (2), and lay the terms that wait around it again.

    A double over the end of a term is one copy of that term; its successor starts with the issue after.
    """
    issue = catalog.set_weight(issue_id=issue_id, weight=weight, by=by)
    return _followed(issue, doubles=True)


@transaction.atomic
def drop_issue(*, issue_id: int, by: Actor) -> Issue:
    """It will not appear. Whoever was to begin with it begins with the next one.

    :raises IssueIsPulled: when it is no longer planned
    """
    return _followed(catalog.drop_issue(issue_id=issue_id, by=by))


@transaction.atomic
def restore_issue(*, issue_id: int, by: Actor) -> Issue:
    """A dropped issue appears after all.

    :raises IssueIsPulled: when it is not dropped, or an issue after it has been pulled
    """
    return _followed(catalog.restore_issue(issue_id=issue_id, by=by))


@transaction.atomic
def add_issue(*, before_issue_id: int, issue: Issue, by: Actor) -> Issue:
    """Put one more issue into the calendar. Orders that could only reach the one behind it reach this one too, if they
    came before its cut-off; who named the one behind it still begins with that.

    :raises Invalid: when its days cannot be
    :raises IssueIsPulled: when the one that it comes before has been pulled or dropped
    :raises CalendarGoesOn: when its pull time is out of order
    :raises NumberIsTaken: when its number is there
    """
    added = catalog.add_issue(before_issue_id=before_issue_id, issue=issue, by=by)
    _before_any_terms()
    if added.weight:
        Term.objects.filter(
            reachable_issue_id=before_issue_id, settled_at__lt=added.pull_at, ended_at__isnull=True
        ).update(reachable_issue=added)
    # A skip is of the one issue that could not be sent. (Other holds end with an issue that their reader was told.)
    Pause.objects.filter(reason=Pause.Reason.SKIP, until_issue_id=before_issue_id).update(until_issue=added)
    return _followed(added)


def _before_any_terms() -> None:
    """Stand where a lock of a subscription would, for whoever writes terms before they know whose.

    A pull, of another magazine too, locks the table of subscriptions first and that of terms after it.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE terms_subscription IN ROW SHARE MODE")


def _followed(issue: Issue, *, doubles: bool = False) -> Issue:
    """Lay again, in the order of their locks, whoever may stand elsewhere now. Where doubles move, or one is no double
    any more, that is whoever has a term waiting."""
    moved = set(_waiting_for_what_comes_after(issue))
    if doubles or issue.weight == 2 or planned_issues(issue.magazine_id).filter(weight=2).exists():
        moved |= set(_with_successors(issue))
    lay_all_again(moved)
    return issue


def _waiting_for_what_comes_after(issue: Issue) -> QuerySet[Term, int]:
    """Subscriptions with a term that may not begin before an issue from this one on."""
    named = Q(pin_issue__ordinal__gte=issue.ordinal) | Q(reachable_issue__ordinal__gte=issue.ordinal)
    return Term.objects.filter(
        named, Q(stepped=True) | Q(c_from__gte=issue.unit), subscription__magazine_id=issue.magazine_id,
        ended_at__isnull=True,
    ).values_list("subscription_id", flat=True)  # fmt: skip


def _with_successors(issue: Issue) -> QuerySet[Term, int]:
    """Subscriptions with a term that waits behind another: a double may lie over the end of that one."""
    return Term.objects.filter(
        Q(stepped=True) | Q(c_to__isnull=True) | Q(c_to__gt=issue.unit), subscription__magazine_id=issue.magazine_id,
        predecessor__isnull=False, ended_at__isnull=True,
    ).values_list("subscription_id", flat=True)  # fmt: skip
