"""Copies sent in the hope of renewal, where the hope is over."""

from django.db.models import Exists, F, OuterRef

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Magazine
from subscriptions.terms.models import Entry, Term


def grace_to_write_off() -> list[int]:
    """Subscriptions whose grace was served, and which are further past their end than a renewal would be recouped.

    Pauses are not looked at: with one it is listed later by as many issues, when the next look finds it.
    """
    found: list[int] = []
    for magazine in Magazine.objects.order_by("pk"):
        following = catalog.next_to_pull(magazine.pk)
        if following is None:
            continue
        settled = Entry.objects.filter(term=OuterRef("pk"), kind=Entry.Kind.WRITE_OFF)
        terms = Term.objects.filter(
            ~Exists(settled),
            subscription__magazine=magazine,
            successor__isnull=True,
            grace__gt=0,
            c_to__lt=following.unit - max(magazine.recoup_within_issues, magazine.grace_issues),
            c_to__gte=F("c_from"),
        )
        found += terms.order_by("subscription_id").values_list("subscription_id", flat=True)
    return found
