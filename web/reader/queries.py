"""What readers' pages show, put together from the apps below. Reads only."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import queries as checkout
from orders.checkout.models import Bill, Gift, GiftCode, Order, OrderLine
from orders.checkout.rules import WEBSITE
from orders.payments import queries as payments
from orders.payments.models import PaymentAttempt, SavedMethod
from orders.renewals import queries as renewals
from orders.renewals.models import Cycle
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine, Offer, SourceKey
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import AccessTerm, AwayAddress, Subscription

_LIVE_CYCLES = (Cycle.State.SCHEDULED, Cycle.State.CHARGING, Cycle.State.DUNNING, Cycle.State.NEEDS_READER)


@dataclass(frozen=True, slots=True)
class MagazineOnSale:
    magazine: Magazine
    offers: Sequence[Offer]


def magazines_on_sale(*, day: dt.date) -> list[MagazineOnSale]:
    """Magazines with the offers that anybody may buy, by name."""
    by_magazine: dict[Magazine, list[Offer]] = {}
    for offer in public_offers(day=day):
        by_magazine.setdefault(offer.magazine, []).append(offer)
    return [MagazineOnSale(m, offers) for m, offers in sorted(by_magazine.items(), key=lambda pair: pair[0].name)]


def public_offers(*, day: dt.date, magazine_code: str | None = None) -> QuerySet[Offer]:
    return catalog.offers_on_sale(day=day, magazine_code=magazine_code).exclude(kind=Offer.Kind.RENEWAL)


def renewal_offers(*, magazine: Magazine, day: dt.date) -> list[Offer]:
    """What a reader may renew with: renewal offers, public or not; where the house has none, its public offers."""
    on_sale = Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gt=day))
    renewing = Offer.objects.filter(on_sale, magazine=magazine, kind=Offer.Kind.RENEWAL).order_by("issues", "code")
    fallback = public_offers(day=day, magazine_code=magazine.code).exclude(kind=Offer.Kind.GIFT)
    return list(renewing) or list(fallback)


def source_key_or_web(typed: str) -> str:
    """The code of a promotion if it is in use; anything else counts as the website."""
    code = typed.strip().upper()
    if "\x00" in code or len(code) > 20:
        return WEBSITE
    in_use = SourceKey.objects.filter(code=code, retired_on__isnull=True).exists()
    return code if in_use else WEBSITE


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of an order: what was promised, or once it is paid, what its term brings.

    `is_behind`: it comes behind what its buyer has, and no first issue is named.
    """

    line: OrderLine
    first_issue: Issue | None
    last_issue: Issue | None
    auto_renews: bool
    gift: Gift | None
    code: str
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class OrderOnPage:
    """`payment`: `paid`, `arrived` (and not entered yet), `on_its_way`, `open`, `waiting` (for a page), `closed`, or
    `held`: it came when a bill was closed.
    """

    order: Order
    lines: Sequence[SoldLine]
    payment: str
    was_declined: bool
    bill: Bill | None = None

    @property
    def all_gifts(self) -> bool:
        """Whether nothing of it comes to whoever pays. A bill has no lines: it is for a subscription that runs."""
        return bool(self.lines) and all(sold.gift is not None for sold in self.lines)


def order_numbered(number: str) -> Order | None:
    return checkout.numbered(checkout.orders_with_lines(), number)


def order_on_page(order: Order) -> OrderOnPage:
    attempt = payments.latest_attempt(order.uuid)
    return OrderOnPage(
        order=order,
        lines=_sold(list(order.lines.all())),
        payment=_payment(order, attempt),
        bill=checkout.bill_of_order(order),
        was_declined=attempt is not None and bool(attempt.decline_code) and attempt.state != PaymentAttempt.State.PAID,
    )


def _payment(order: Order, attempt: PaymentAttempt | None) -> str:
    if order.state == Order.State.PAID:
        return "paid"
    if order.state == Order.State.CANCELED and attempt is not None and attempt.settled_at is not None:
        return "held"
    known = {PaymentAttempt.State.PAID.value: "arrived", PaymentAttempt.State.PENDING.value: "on_its_way"}
    if attempt is not None and attempt.state in known:
        return known[attempt.state]
    if order.state != Order.State.AWAITING_PAYMENT:
        return "closed"
    return "open" if attempt is not None and attempt.state == PaymentAttempt.State.OPEN else "waiting"


def _sold(lines: Sequence[OrderLine]) -> list[SoldLine]:
    """The gifts of an order are looked at together: there may be many."""
    gifts = checkout.last_issues_of(line for line in lines if hasattr(line, "gift"))
    return [_sold_line(line, gifts) for line in lines]


def _sold_line(line: OrderLine, gifts: Mapping[int, Issue | None]) -> SoldLine:
    # What the recipient of a gift has besides is nobody's business who gives it.
    told = checkout.told_line(line, gifts=gifts, today=clock.today(line.order.magazine.zone))
    consent = getattr(line, "consent", None)
    return SoldLine(
        line,
        told.first_issue,
        told.last_issue,
        auto_renews=consent is not None and consent.withdrawn_at is None,
        gift=getattr(line, "gift", None),
        code=_code(line),
        is_behind=told.is_behind,
    )


def _code(line: OrderLine) -> str:
    """What is to be passed on, while nobody has redeemed it."""
    code: GiftCode | None = getattr(line, "gift_code", None)
    return checkout.code_of(code) if code is not None and code.state == GiftCode.State.OPEN else ""


@dataclass(frozen=True, slots=True)
class MySubscription:
    """A subscription as one reader may see it. Prices and charges are for whoever pays them."""

    overview: terms.SubscriptionOverview
    explanation: str
    is_mine: bool
    i_pay: bool
    cycle: Cycle | None
    method: SavedMethod | None
    holds: Sequence[terms.HoldSeen] = ()
    stays: Sequence[AwayAddress] = ()
    # What its payer, if that is the visitor, is asked for; and whether the visitor has paid for all that is left.
    bills: Sequence[Bill] = ()
    may_order_copies: bool = False
    # Whether there is something that the visitor may end.
    may_cancel: bool = False

    @property
    def may_cancel_renewal(self) -> bool:
        return self.i_pay and self.overview.auto_renews


def my_subscriptions(*, readers: Sequence[Reader], magazine: Magazine, now: dt.datetime) -> list[MySubscription]:
    """What these readers get, and what they give to others and are charged for, the newest first."""
    files = people.files_of(reader.pk for reader in readers)
    found = _within_reach(files, now=now).filter(magazine=magazine).order_by("-pk")
    return [_mine(subscription, files=files, now=now) for subscription in found]


def my_subscription(
    *, readers: Sequence[Reader], magazine: Magazine, subscription_uuid: uuid.UUID, now: dt.datetime
) -> MySubscription:
    """:raises NotFound: for an unknown one and for somebody else's alike"""
    files = people.files_of(reader.pk for reader in readers)
    found = _within_reach(files, now=now).filter(magazine=magazine, uuid=subscription_uuid).first()
    if found is None:
        raise NotFound("There is no such subscription.")
    return _mine(found, files=files, now=now)


def _within_reach(files: Sequence[int], *, now: dt.datetime) -> QuerySet[Subscription]:
    """Their subscriptions, whichever of their files stands with them, but for those that went on in another.

    A gift that is announced later is not among them yet.
    """
    i_pay = OrderLine.objects.filter(consent__payer__in=files, consent__withdrawn_at__isnull=True)
    return (
        Subscription.objects.filter(merged_into__isnull=True)
        .exclude(pk__in=terms.untold_lines(files, now))
        .filter(Q(reader__in=files) | Q(pk__in=i_pay.filter(subscription__isnull=False).values("subscription")))
        .select_related("magazine", "reader")
    )


def _mine(subscription: Subscription, *, files: Sequence[int], now: dt.datetime) -> MySubscription:
    consent = renewals.standing_consent(subscription.pk)
    i_pay = consent is not None and consent.payer_id in files
    today = now.astimezone(subscription.magazine.zone).date()
    is_mine = subscription.reader_id in files
    return MySubscription(
        overview=terms.overview(subscription.pk, now, told_on=today),
        explanation=terms.explanation(subscription.pk, told_on=today),
        is_mine=is_mine,
        may_cancel=terms.expire(subscription.pk, told_on=today, payers=None if is_mine else files).units_left != 0
        or (is_mine and terms.comes_in_hope(subscription.pk, now) is not None),
        i_pay=i_pay,
        cycle=_cycle_told(subscription, today) if i_pay else None,
        method=payments.active_method(consent.payer_id) if consent is not None and i_pay else None,
        holds=terms.holds_of(subscription.pk, now),
        bills=list(checkout.bills_of(payer_ids=files, subscription_id=subscription.pk)),
        may_order_copies=_paid_by(files, subscription.pk, now=now),
        stays=terms.away_addresses(subscription.pk, today),
    )


def _cycle_told(subscription: Subscription, today: dt.date) -> Cycle | None:
    """The day of a charge that is only planned would tell of a gift that is announced later, which it comes behind."""
    cycle = Cycle.objects.filter(subscription=subscription, state__in=_LIVE_CYCLES).order_by("-pk").first()
    if cycle is not None and cycle.state == Cycle.State.SCHEDULED:
        return None if terms.ahead_of(subscription.pk, told_on=today).secret else cycle
    return cycle


def _paid_by(files: Sequence[int], subscription_id: int, *, now: dt.datetime) -> bool:
    try:
        left = [rest for rest in terms.rests(subscription_id, now) if rest.units]
    except terms.NothingIsPlanned:
        return False  # There is no issue yet that more copies could be of.
    return any(rest.cents for rest in left) and all(rest.term.payer_id in files for rest in left)


def bills_of(*, readers: Sequence[Reader], magazine: Magazine) -> list[Bill]:
    """What these readers are asked to pay for changes in mid-term, also of what they give to others."""
    files = people.files_of(reader.pk for reader in readers)
    return list(checkout.bills_of(payer_ids=files).filter(subscription__magazine=magazine))


def access_of(*, readers: Sequence[Reader], magazine: Magazine, now: dt.datetime) -> list[AccessTerm]:
    """What these readers may read online, now or later, by days."""
    day = now.astimezone(magazine.zone).date()
    return terms.access_to_come([reader.pk for reader in readers], magazine=magazine, day=day)


def bill_of(*, readers: Sequence[Reader], magazine: Magazine, number: str) -> Bill:
    """The bill of that order number, open or not.

    :raises NotFound: for an unknown one and for somebody else's alike
    """
    bill = checkout.bill_numbered(number)
    if bill is None or bill.subscription.magazine_id != magazine.pk:
        raise NotFound("There is no such bill.")
    if bill.payer_id not in people.files_of(reader.pk for reader in readers):
        raise NotFound("There is no such bill.")
    return bill


def orders_of(*, readers: Sequence[Reader], magazine: Magazine) -> QuerySet[Order]:
    ids = people.files_of(reader.pk for reader in readers)
    return Order.objects.filter(payer__in=ids, magazine=magazine).order_by("-placed_at")[:20]


def copies_of(subscription_id: int) -> int:
    """How many copies of each issue the newest paid term sends."""
    line = checkout.paid_line_of(subscription_id)
    return line.copies if line else 1
