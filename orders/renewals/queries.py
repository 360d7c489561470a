"""Who runs out when, what they were told, and what stands in the way of a charge."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from foundation.mail.models import OutgoingMail
from orders.checkout.models import AutoRenewConsent, Order
from orders.checkout.queries import gift_of
from orders.checkout.rules import effort_goes_to_recipient
from orders.renewals.models import Cycle, Invitation, Notice
from orders.renewals.rules import Told
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Magazine
from subscriptions.readers import queries as readers
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries.merged import merged_ones

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


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a renewal effort, and as what: whoever pays for themselves, the donor of a gift, or its recipient."""

    reader: Reader
    role: Literal["payer", "donor", "recipient"]


def addressee(term: Term, *, effort: int, efforts: int, today: dt.date) -> Addressee | None:
    """A gift's first efforts go to the donor and its last ones to the recipient (domain 4.19); all of them go to the
    recipient where the gift lengthened their own subscription. None when nobody with a mail address is meant.

    A recipient without a mail address leaves the last efforts to the donor, and never the other way round. One who may
    not know of the gift yet is not asked about it.
    """
    payer, reader = term.payer, term.subscription.reader
    if payer.pk == reader.pk or term.copy_class != Term.Class.GIFT:
        return Addressee(payer, "payer") if payer.email and _wishes_it(payer) else None
    gift = gift_of(term)
    is_own = gift is not None and gift.meets == gift.Meets.EXTENSION
    if (is_own or effort_goes_to_recipient(effort, efforts=efforts)) and reader.email:
        may_know = term.opens_on is None or term.opens_on <= today
        return Addressee(reader, "recipient") if may_know and _wishes_it(reader) else None
    return Addressee(payer, "donor") if payer.email and _wishes_it(payer) else None


def _wishes_it(reader: Reader) -> bool:
    return readers.may_contact(reader.pk, channel="email", purpose="renewal")


def live_cycles() -> QuerySet[Cycle]:
    return Cycle.objects.filter(state__in=[Cycle.State.SCHEDULED, Cycle.State.DUNNING]).select_related(
        "subscription__magazine", "subscription__reader", "after_term", "consent__payer", "offer", "order"
    )


def open_cycles() -> QuerySet[Cycle]:
    """Those of which it is not known yet what becomes of them."""
    over = [Cycle.State.RENEWED, Cycle.State.STOPPED, Cycle.State.LAPSED]
    return Cycle.objects.exclude(state__in=over).select_related("after_term")


# Cycles whose charge may have an outcome.
CHARGED = Q(state__in=[Cycle.State.CHARGING, Cycle.State.NEEDS_READER])
# Given up, or waiting for another try, and paid all the same: the charge was on its way, or the reader paid by hand.
GIVEN_UP_BUT_PAID = Q(state__in=Cycle.GIVEN_UP, order__isnull=False, order__state=Order.State.PAID)


def awaiting_follow_up() -> list[int]:
    """Asked one by one: each of them has its index."""
    ids = (
        Cycle.objects.filter(which).order_by("pk").values_list("pk", flat=True)
        for which in (CHARGED, GIVEN_UP_BUT_PAID)
    )
    return [*chain.from_iterable(ids)]


def shifted_cycles() -> QuerySet[Cycle]:
    """Planned for an end that may have moved since: something else was done to the subscription."""
    shifted = Q(kept_for__isnull=True, subscription__shifted_at__isnull=False)
    shifted |= Q(kept_for__lt=F("subscription__shifted_at"))
    return Cycle.objects.filter(shifted, state=Cycle.State.SCHEDULED).order_by("pk")


def running_out(*, magazine: Magazine, renewal: str) -> QuerySet[Term]:
    """Last terms, with nothing queued behind, that end soon on an unpaused clock; pauses only make that later."""
    pointer = catalog.next_to_pull(magazine.pk)
    if pointer is None:
        return Term.objects.none()
    return (
        Term.objects.filter(
            subscription__magazine=magazine,
            subscription__renewal=renewal,
            ended_at__isnull=True,
            c_to__gt=F("c_from"),
            c_to__gte=pointer.unit - LONGEST_HOLD,
            c_to__lte=pointer.unit + magazine.renew_at_issues_left + UNITS_AHEAD,
        )
        .exclude(Exists(_standing_behind(OuterRef("subscription"), OuterRef("c_to"))))
        # Without a pause the clock is the calendar's unit: what ended before the pointer is history.
        .filter(Q(stepped=True) | Q(c_to__gte=pointer.unit))
        .select_related("subscription__magazine", "subscription__reader")
        .order_by("pk")
    )


def is_followed(term: Term) -> bool:
    """Whether another term comes behind this one: its reader has renewed, or was given something. Ended ones do not."""
    return term.c_to is None or _standing_behind(term.subscription_id, term.c_to).exists()


def _standing_behind(subscription: int | OuterRef, c_to: int | OuterRef) -> QuerySet[Term]:
    return Term.objects.filter(subscription=subscription, c_from__gte=c_to, ended_at__isnull=True)


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
        .filter(due, copy_class__in=[Term.Class.PAID, Term.Class.GIFT])
        .exclude(payer__email="", subscription__reader__email="")
        .annotate(wishes_it=readers.wishes_it(channel="email", purpose="renewal", reader="payer"))
        # Who is meant by an effort for a gift, and whether they wish it, is told by `addressee`.
        .filter(Q(wishes_it=True) | Q(copy_class=Term.Class.GIFT))
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
        _agreed(subscription_id)
        .filter(withdrawn_at__isnull=True)
        .select_related("payer", "line__offer__renews_with", "line__address")
        .order_by("-given_at")
        .first()
    )


def can_be_stopped(subscription: Subscription) -> bool:
    """Whether there is an automatic renewal to end: its own, or one agreed to for what was made one with it."""
    if subscription.renewal == Subscription.Renewal.AUTO_CHARGE:
        return True
    return any(standing_consent(pk) is not None for pk in merged_ones(subscription.pk))


def _agreed(subscription_id: int) -> QuerySet[AutoRenewConsent]:
    """What was agreed to with an order that nobody paid is no agreement."""
    return AutoRenewConsent.objects.filter(line__subscription_id=subscription_id, line__order__state=Order.State.PAID)


def copies_to_renew(term: Term, *, payer_id: int) -> int:
    """As many copies as the payer had last: not those of a gift that lies behind what they bought."""
    own = Term.objects.filter(subscription=term.subscription_id, payer=payer_id).order_by("-c_from", "-pk")
    return own.values_list("copies", flat=True).first() or term.copies


def agreed_last(subscription_id: int) -> Reader | None:
    """Whoever agreed last to automatic renewal, though it may be over."""
    consent = _agreed(subscription_id).select_related("payer").order_by("-given_at", "-pk").first()
    return consent.payer if consent else None


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
