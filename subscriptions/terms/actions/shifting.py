"""What moves the end of a subscription marks its row, so that whoever plans by the end looks at those rows alone."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from foundation import clock
from foundation.wake import wake
from subscriptions.terms.models import Subscription


def service_shifted(subscription_ids: Collection[int]) -> None:
    """Held, extended, cancelled, split or merged. The caller has locked the rows."""
    Subscription.objects.filter(pk__in=subscription_ids).update(shifted_at=clock.real_now())
    wake("service_shifted")


def many_shifted(subscriptions: QuerySet[Any, Any]) -> None:
    """For a query of ids, in one statement, those that are charged by the issues that are left: nothing is planned for
    others."""
    charged = Subscription.objects.filter(pk__in=subscriptions, renewal=Subscription.Renewal.AUTO_CHARGE)
    charged.update(shifted_at=clock.real_now())
    wake("service_shifted")
