"""What a term has become through splits, and a subscription through merges. Reads only."""

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
