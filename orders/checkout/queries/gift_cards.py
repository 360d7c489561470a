"""Which gifts are to be announced, and what stands on their cards."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.checkout import rules
from orders.checkout.models import CardBatch, Gift, GiftCode, GiftMove, Order
from orders.checkout.queries.chains import tips_of
from orders.checkout.queries.gift_codes import CodeIsUnreadable, can_be_read_out, code_of
from subscriptions.readers.models import Address
from subscriptions.readers.rules.countries import country
from subscriptions.terms.models import AccessTerm


def to_announce(*, today: dt.date, gift_id: int | None = None) -> QuerySet[Gift]:
    """Paid gifts whose recipient is to be told by mail today or was to be told before; that one alone, if it is."""
    waiting = _paid().filter(announce=Gift.Announce.MAIL, announced_by__isnull=True)
    waiting = waiting.filter(Q(announce_on__isnull=True) | Q(announce_on__lte=today))
    return _still_theirs(waiting if gift_id is None else waiting.filter(pk=gift_id))


def cards_due(*, magazine_id: int, today: dt.date) -> QuerySet[Gift]:
    """Paid gifts whose card has to be posted by now to be there in time, and has not been printed."""
    by_now = today + dt.timedelta(days=rules.CARD_DAYS)
    waiting = (
        _paid()
        .filter(
            line__order__magazine=magazine_id,
            announce=Gift.Announce.CARD,
            card_batch__isnull=True,
        )
        .exclude(line__term__isnull=True, line__issues__gte=1)
    )
    return _still_theirs(waiting.filter(Q(announce_on__isnull=True) | Q(announce_on__lte=by_now)))


def cards_of_batch(batch: CardBatch) -> list[rules.Card]:
    return [card_of(gift, posted=True) for gift in _paid().filter(card_batch=batch)]


def card_of(gift: Gift, *, posted: bool) -> rules.Card:
    """What the card of a gift says. A posted one carries the address as the donor gave it.

    :raises CodeIsUnreadable: when our secret has changed since its code was made
    """
    if not can_be_read_out(gift.line):
        raise CodeIsUnreadable("The code of this gift can no longer be read out. Replace it by a new one, at the desk.")
    line, magazine = gift.line, gift.line.order.magazine
    first = line.term.start_issue if line.term else line.promised_first_issue
    code: GiftCode | None = getattr(line, "gift_code", None)
    return rules.Card(
        magazine=magazine.name,
        publisher=magazine.publisher,
        contact=" · ".join(part for part in (magazine.contact_email, magazine.contact_phone) if part),
        to_name=gift.to_name,
        from_name=gift.from_name,
        message=gift.message,
        issues=line.issues,
        access_days=line.access_days or 0,
        first_issue=first.cover_label if first and not line.by_code else "",
        arrives=(first.in_home_from, first.in_home_until) if first and not line.by_code else None,
        address=_printed(line.address) if posted and line.address else (),
        code=rules.shown_code(code_of(code)) if code and code.state == GiftCode.State.OPEN else "",
        redeem_at=f"{settings.PUBLIC_URL}/redeem/",
        good_until=code.expires_on if code else None,
    )


def _still_theirs(waiting: QuerySet[Gift]) -> QuerySet[Gift]:
    """All but those that were cancelled, taken back, or went on to somebody else before they were told."""
    cancelled = Q(line__term__ended_at__isnull=False, line__term__continuation__isnull=True)
    access_ended = AccessTerm.objects.filter(line_uuid=OuterRef("line__uuid"), ended_on__isnull=False)
    gone = GiftMove.objects.filter(address__isnull=False).values("gift")
    taken_back = Q(line__gift_code__state=GiftCode.State.WITHDRAWN)
    left = waiting.exclude(cancelled).exclude(taken_back).exclude(pk__in=gone)
    return left.exclude(Q(line__issues=0) & Exists(access_ended)).exclude(pk__in=_cancelled_later(waiting))


def _cancelled_later(waiting: QuerySet[Gift]) -> list[int]:
    """Those whose term had gone on in another one before what it had become was cancelled."""
    went_on = waiting.filter(line__term__ended_at__isnull=False, line__term__continuation__isnull=False)
    terms = {gift.pk: gift.line.term for gift in went_on if gift.line.term}
    tips = tips_of(terms.values())
    return [pk for pk, term in terms.items() if tips[term.pk].ended_at is not None]


def _paid() -> QuerySet[Gift]:
    rows = Gift.objects.filter(line__order__state=Order.State.PAID).select_related(
        "line__order__magazine", "line__offer", "line__term__start_issue", "line__promised_first_issue",
        "line__address", "line__gift_code",
    )  # fmt: skip
    return rows.order_by("pk")


def _printed(address: Address) -> tuple[str, ...]:
    place = " ".join(part for part in (address.region, address.postcode) if part)
    town = ", ".join(part for part in (address.city, place) if part)
    abroad = "" if address.country == "US" else country(address.country).name.upper()
    parts: Sequence[str] = (
        address.name, address.company, address.attention, address.line1, address.line2, town, abroad,
    )  # fmt: skip
    return tuple(part for part in parts if part)
