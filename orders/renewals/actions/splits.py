from orders.renewals.models import Cycle
from subscriptions.terms.models import Term


def follow_split(cycle: Cycle) -> None:
    """A change in mid-term is no renewal: the cycle comes behind the term that goes on from the one it was planned for.

    Needs the cycle's lock.
    """
    last = _goes_on_as(cycle.after_term)
    if last.pk != cycle.after_term_id and not Cycle.objects.filter(after_term=last).exists():
        cycle.after_term = last
        cycle.save(update_fields=["after_term"])


def _goes_on_as(term: Term) -> Term:
    """The last piece of a term, where it was split; what went to another subscription is not followed there."""
    while (piece := Term.objects.filter(split_from=term, subscription=term.subscription_id).first()) is not None:
        term = piece
    return term
