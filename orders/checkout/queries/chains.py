"""What a term has become through splits, and a subscription through merges. Reads only."""

from collections.abc import Iterable

from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries.merged import in_force


def chain_of(term: Term) -> list[Term]:
    """The term and what went on from it, through however many splits, in that order."""
    chain = [term]
    while (after := Term.objects.filter(split_from=chain[-1]).first()) is not None:
        chain.append(after)
    return chain


def line_in_force(subscription: Subscription) -> Subscription:
    """It, or the subscription that it was merged into."""
    pk = in_force(subscription.pk)
    return subscription if pk == subscription.pk else Subscription.objects.select_related("reader").get(pk=pk)


def tips_of(terms: Iterable[Term]) -> dict[int, Term]:
    """The last piece of each term, by its id: a statement for each split that any of them has had."""
    tips = {term.pk: term for term in terms}
    first = {pk: pk for pk in tips}
    while after := list(Term.objects.filter(split_from__in=first)):
        first = {term.pk: first[term.split_from_id or 0] for term in after}
        tips |= {first[term.pk]: term for term in after}
    return tips
