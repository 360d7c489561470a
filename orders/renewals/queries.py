"""Who runs out when, what they were told, and what stands in the way of a charge."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from foundation.mail.models import OutgoingMail
from orders.checkout.models import AutoRenewConsent
from orders.renewals.models import Cycle, Invitation, Notice
from orders.renewals.rules import Told
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Magazine
from subscriptions.readers import queries as readers
from subscriptions.terms.models import Subscription, Term

# A cycle is planned when its charge is at most this many units of the calendar away: time enough for the first notice.
UNITS_AHEAD = 3
# A subscription that has been on hold ends later than its range says, but by no more than this many units.
LONGEST_HOLD = 60


@dataclass(frozen=True, slots=True)
class Notices:
    """The standing notices of a cycle, with whether one of them came back."""

    first: Notice | None
    second: Notice | None

    @property
    def bounced(self) -> bool:
        return any(n is not None and n.mail.state == OutgoingMail.State.BOUNCED for n in (self.first, self.second))

    @property
    def refused(self) -> bool:
        return any(n is not None and n.mail.state == OutgoingMail.State.REFUSED for n in (self.first, self.second))


def live_cycles() -> QuerySet[Cycle]:
    return Cycle.objects.filter(state__in=[Cycle.State.SCHEDULED, Cycle.State.DUNNING]).select_related(
        "subscription__magazine", "subscription__reader", "after_term", "consent__payer", "offer", "order"
    )


def running_out(*, magazine: Magazine, renewal: str) -> QuerySet[Term]:
    """Last terms, with nothing queued behind, that end soon on an unpaused clock; pauses only make that later."""
    pointer = catalog.next_to_pull(magazine.pk)
    if pointer is None:
        return Term.objects.none()
    return (
        Term.objects.filter(
            subscription__magazine=magazine,
            subscription__renewal=renewal,
            successor__isnull=True,
            c_to__gt=F("c_from"),
            c_to__gte=pointer.unit - LONGEST_HOLD,
            c_to__lte=pointer.unit + magazine.renew_at_issues_left + UNITS_AHEAD,
        )
        # Without a pause the clock is the calendar's unit: what ended before the pointer is history.
        .filter(Q(stepped=True) | Q(c_to__gte=pointer.unit))
        .select_related("subscription__magazine", "subscription__reader")
        .order_by("pk")
    )


def to_invite(*, magazine: Magazine, efforts: Mapping[int, int]) -> QuerySet[Term]:
    """Terms that may be due for an effort (issues left -> its number). Exact but for those that have been on hold.

    Whose payer wants no reminders by mail is not asked. The notices of an automatic charge are no reminders.
    """
    pointer = catalog.next_to_pull(magazine.pk)
    if pointer is None or not efforts:
        return Term.objects.none()
    due = Q(stepped=True)
    for left, effort in efforts.items():
        invited = Exists(Invitation.objects.filter(term=OuterRef("pk"), effort=effort))
        due |= Q(c_to=pointer.unit + left) & ~Q(invited)
    return (
        running_out(magazine=magazine, renewal=Subscription.Renewal.RENEW)
        .filter(due, copy_class=Term.Class.PAID)
        .exclude(payer__email="")
        .annotate(wishes_it=readers.wishes_it(channel="email", purpose="renewal", reader="payer"))
        .filter(wishes_it=True)
        .select_related("payer", "subscription__magazine")
    )


def notices_of(cycle: Cycle) -> Notices:
    standing = {n.number: n for n in cycle.notices.filter(voided_at__isnull=True).select_related("mail")}
    return Notices(standing.get(Notice.Number.FIRST), standing.get(Notice.Number.SECOND))


def told(notice: Notice | None, *, zone: ZoneInfo) -> Told | None:
    """When the mail server took this notice, as a book date."""
    if notice is None:
        return None
    at = notice.mail.handed_over_at
    return Told(at.astimezone(zone).date() if at else None)


def standing_consent(subscription_id: int) -> AutoRenewConsent | None:
    return (
        AutoRenewConsent.objects.filter(line__subscription_id=subscription_id, withdrawn_at__isnull=True)
        .select_related("payer", "line__offer__renews_with", "line__address")
        .order_by("-given_at")
        .first()
    )


def renewals_due(*, today: dt.date, within_days: int = 60) -> QuerySet[Cycle]:
    """For the desk: what will be charged in the coming days, and what waits for somebody."""
    return (
        Cycle.objects.filter(charge_on__lte=today + dt.timedelta(days=within_days))
        .exclude(state__in=[Cycle.State.RENEWED, Cycle.State.STOPPED, Cycle.State.LAPSED])
        .select_related("subscription__reader", "subscription__magazine", "order", "offer")
        .order_by("charge_on", "pk")
    )


def charges_from(*, magazine_id: int, day: dt.date) -> tuple[int, int]:
    """Automatic charges of a magazine that are planned for a day or later, and those of them announced already."""
    planned = live_cycles().filter(subscription__magazine_id=magazine_id, charge_on__gte=day)
    announced = planned.filter(Exists(Notice.objects.filter(cycle=OuterRef("pk"), voided_at__isnull=True)))
    return planned.count(), announced.count()


def auto_renewing(magazine_id: int) -> int:
    return Subscription.objects.filter(magazine_id=magazine_id, renewal=Subscription.Renewal.AUTO_CHARGE).count()
