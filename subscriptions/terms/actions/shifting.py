"""What moves the end of a subscription marks its row, so that whoever plans by the end looks at those rows alone."""

from collections.abc import Collection

from foundation import clock
from foundation.wake import wake
from subscriptions.terms.models import BulkHold, Subscription


def service_shifted(subscription_ids: Collection[int]) -> None:
    """Held, extended, cancelled, split or merged. The caller has locked the rows."""
    Subscription.objects.filter(pk__in=subscription_ids).update(shifted_at=clock.real_now())
    wake("service_shifted")


def bulk_hold_shifted(bulk: BulkHold) -> None:
    """In one statement, those that are charged by the issues that are left: nothing is planned for others."""
    held = Subscription.objects.filter(pauses__bulk=bulk).values("pk")
    charged = Subscription.objects.filter(pk__in=held, renewal=Subscription.Renewal.AUTO_CHARGE)
    charged.update(shifted_at=clock.real_now())
    wake("service_shifted")
