import datetime as dt

from django.db.models import Max, Q

from subscriptions.terms.models import AccessTerm, Subscription


def access_goes_on_until(subscription: Subscription, *, day: dt.date) -> dt.date | None:
    """The last day of digital access to the magazine that its reader has beside the issues; None without any.

    It is counted in days and paid for apart: what ends the issues leaves it.
    """
    running = AccessTerm.objects.filter(
        Q(opens_on__isnull=True) | Q(opens_on__lte=day),
        reader_id=subscription.reader_id, magazine_id=subscription.magazine_id, until_on__gt=day, ended_on__isnull=True,
    )  # fmt: skip
    until: dt.date | None = running.aggregate(last=Max("until_on"))["last"]
    return None if until is None else until - dt.timedelta(days=1)
