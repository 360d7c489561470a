"""What the last cancellation of a subscription did: it took units off, or, at the end of what was paid for, none."""

from django.db.models import QuerySet

from subscriptions.terms.models import Entry, Subscription, Term
from subscriptions.terms.queries.promises import expire


def last_cancellation(subscription_id: int) -> QuerySet[Entry]:
    """Its entries, one for each term that it ended; of one at the end a single entry of no units."""
    ends = Entry.objects.filter(term__subscription_id=subscription_id, link__startswith="cancel:")
    last = ends.order_by("-pk").first()
    return ends.filter(link=last.link) if last else ends.none()


def is_cancelled_at_end(subscription: Subscription) -> bool:
    """It goes on to its last paid issue, and that can be taken back."""
    if subscription.renewal != Subscription.Renewal.DO_NOT_RENEW or expire(subscription.pk).units_left == 0:
        return False
    at_end = last_cancellation(subscription.pk).filter(units=0, kind=Entry.Kind.CUT)
    return at_end.exclude(pk__in=Entry.objects.filter(reverses__isnull=False).values("reverses_id")).exists()


def can_be_taken_up_again(subscription: Subscription) -> bool:
    """Whether the last cancellation left something to go on with: what it cut off, or what was to be the end."""
    if is_cancelled_at_end(subscription):
        return True
    cut = list(last_cancellation(subscription.pk).filter(kind=Entry.Kind.CUT).values_list("units", "term_id"))
    went_on = Term.objects.filter(split_from__in=[term_id for _, term_id in cut])
    return any(units < 0 for units, _ in cut) and not went_on.exists()
