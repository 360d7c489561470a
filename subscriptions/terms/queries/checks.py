"""What the nightly check looks for: caches that do not agree with what they are derived from."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from subscriptions.terms.models import Pause, Term


@dataclass(frozen=True, slots=True)
class LedgerMismatch:
    """A term whose ledger entries do not add up to its range; both in units."""

    term_id: int
    in_ledger: int
    in_range: int


def broken_ledgers() -> list[LedgerMismatch]:
    """Terms with an end whose entries do not sum to `c_to - c_from`."""
    rows = (
        Term.objects.filter(c_to__isnull=False)
        .annotate(in_ledger=Coalesce(Sum("entries__units"), Value(0)), in_range=F("c_to") - F("c_from"))
        .exclude(in_ledger=F("in_range"))
        .order_by("pk")
        .values_list("pk", "in_ledger", "in_range")
    )
    return [LedgerMismatch(*row) for row in rows]


def stepped_mismatches() -> QuerySet[Term]:
    """Terms whose `stepped` is not set although their subscription has a pause.

    The other way round is no mistake: `stepped` never falls, and a void takes the pauses of its skips away.
    """
    a_pause = Pause.objects.filter(subscription_id=OuterRef("subscription_id"))
    return Term.objects.filter(Exists(a_pause), stepped=False).order_by("pk")
