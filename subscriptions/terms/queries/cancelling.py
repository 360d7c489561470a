"""What the last cancellation of a subscription did: it took units off, or, at the end of what was paid for, none."""

from django.db.models import QuerySet

from subscriptions.terms.models import Entry, Subscription


def last_cancellation(subscription_id: int) -> QuerySet[Entry]:
    """Its entries, one for each term that it ended; of one at the end a single entry of no units."""
    ends = Entry.objects.filter(term__subscription_id=subscription_id, link__startswith="cancel:")
    last = ends.order_by("-pk").first()
    return ends.filter(link=last.link) if last else ends.none()


def is_cancelled_at_end(subscription: Subscription) -> bool:
    """It goes on to its last paid issue, and that can be taken back."""
    if subscription.renewal != Subscription.Renewal.DO_NOT_RENEW:
        return False
    at_end = last_cancellation(subscription.pk).filter(units=0, kind=Entry.Kind.CUT)
    return at_end.exclude(pk__in=Entry.objects.filter(reverses__isnull=False).values("reverses_id")).exists()
