"""What a term has become through splits, and a subscription through merges. Reads only."""

from collections.abc import Iterable

from subscriptions.terms.models import Subscription, Term


def chain_of(term: Term) -> list[Term]:
    """The term and what went on from it, through however many splits, in that order."""
    chain = [term]
    while (after := Term.objects.filter(split_from=chain[-1]).first()) is not None:
        chain.append(after)
    return chain


def line_in_force(subscription: Subscription) -> Subscription:
    """It, or the subscription that it was merged into."""
    while subscription.merged_into is not None:
        subscription = subscription.merged_into
    return subscription


def tips_of(terms: Iterable[Term]) -> dict[int, Term]:
    """The last piece of each term, by its id: a statement for each split that any of them has had."""
    tips = {term.pk: term for term in terms}
    first = {pk: pk for pk in tips}
    while after := list(Term.objects.filter(split_from__in=first)):
        first = {term.pk: first[term.split_from_id or 0] for term in after}
        tips |= {first[term.pk]: term for term in after}
    return tips


def lines_in_force(subscription_ids: Iterable[int]) -> dict[int, int]:
    """What each subscription was merged into, or itself, by id."""
    found = {pk: pk for pk in subscription_ids}
    reached = set(found)
    while merged := Subscription.objects.filter(pk__in=reached, merged_into__isnull=False):
        went = {one.pk: one.merged_into_id or one.pk for one in merged}
        found = {pk: went.get(at, at) for pk, at in found.items()}
        reached = set(went.values())
    return found
