"""What a term has become through splits, and a subscription through merges. Reads only."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from django.db.models import Q

from subscriptions.terms.models import LineMerge, Subscription, Term
from subscriptions.terms.queries.merged import in_force


def chain_of(term: Term) -> list[Term]:
    """The term and what went on from it, through however many splits, in that order."""
    chain = [term]
    while (after := Term.objects.filter(split_from=chain[-1]).first()) is not None:
        chain.append(after)
    return chain


def pieces_of(subscription_ids: Collection[int]) -> set[int]:
    """The terms of these lines, and all that they have come from through splits, wherever that was."""
    found: set[int] = set()
    reached = set(Term.objects.filter(subscription__in=subscription_ids).values_list("pk", flat=True))
    while reached:
        found |= reached
        before = Term.objects.filter(pk__in=reached, split_from__isnull=False)
        reached = set(before.values_list("split_from__pk", flat=True)) - found
    return found


def went_to_somebody_else(chain: Iterable[Term]) -> bool:
    """Whether a term has gone on at another subscription, other than by a merge of the two or its undoing."""
    steps = [(old.subscription_id, new.subscription_id) for old, new in pairwise(chain)]
    return any(
        not LineMerge.objects.filter(Q(kept=old, merged=new) | Q(kept=new, merged=old)).exists()
        for old, new in steps
        if old != new
    )


def line_in_force(subscription: Subscription) -> Subscription:
    """It, or the subscription that it was merged into."""
    pk = in_force(subscription.pk)
    return (
        subscription if pk == subscription.pk else Subscription.objects.select_related("magazine", "reader").get(pk=pk)
    )


def tips_of(terms: Iterable[Term]) -> dict[int, Term]:
    """The last piece of each term, by its id: a statement for each split that any of them has had."""
    tips = {term.pk: term for term in terms}
    first = {pk: pk for pk in tips}
    while after := list(Term.objects.filter(split_from__in=first)):
        first = {term.pk: first[term.split_from_id or 0] for term in after}
        tips |= {first[term.pk]: term for term in after}
    return tips
