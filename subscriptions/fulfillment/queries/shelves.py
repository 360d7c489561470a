"""Back issues as the storeroom sees them: free, and promised to somebody but still on the shelf."""

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, IssueStock
from subscriptions.fulfillment.queries.claims import later_runs_in_the_house, replacements_waiting
from subscriptions.terms.queries import copies_owed


@dataclass(frozen=True, slots=True)
class Shelf:
    issue: Issue
    free: int
    promised: int

    @property
    def there(self) -> int:
        return self.free + self.promised


def promised_of(issue_id: int) -> int:
    """Copies that wait for a supplement or a claims run, or are in one that has not been handed over."""
    owed = copies_owed(issue_id).aggregate(copies=Coalesce(Sum("copies"), 0))["copies"]
    in_runs = later_runs_in_the_house().filter(issue_id=issue_id).aggregate(n=Coalesce(Sum("copies"), 0))["n"]
    return int(owed) + replacements_waiting(issue_id).count() + int(in_runs)


def shelf_of(issue: Issue) -> Shelf:
    return Shelf(issue, catalog.stock_of(issue.pk), promised_of(issue.pk))


def shelves() -> list[Shelf]:
    """Every issue that has gone out, and every other one with stock, the latest first."""
    free = dict(IssueStock.objects.values_list("issue", "on_hand"))
    owed = dict(copies_owed().values("issue").annotate(n=Sum("copies")).values_list("issue", "n"))
    claimed = dict(replacements_waiting().values("issue").annotate(n=Count("pk")).values_list("issue", "n"))
    in_runs = dict(later_runs_in_the_house().values("issue").annotate(n=Sum("copies")).values_list("issue", "n"))
    issues = Issue.objects.select_related("magazine").order_by("-pull_at")
    return [
        Shelf(issue, free.get(issue.pk, 0), sum(there.get(issue.pk, 0) for there in (owed, claimed, in_runs)))
        for issue in issues
        if issue.is_pulled or issue.pk in free
    ]
