"""The mails of an order: thanks with the terms and how to cancel."""

import datetime as dt
import uuid

from django.conf import settings

from foundation.mail.actions import NewMail, queue_mail
from foundation.mail.models import OutgoingMail
from orders.checkout import queries, rules
from orders.checkout.models import Gift, GiftCode, Order, OrderLine


def thanks_for(*, order: Order, lines: list[OrderLine], now: dt.datetime) -> NewMail | None:
    """Acknowledges a paid order, once: what was bought, what was charged, from which issue, and how to cancel."""
    to_email = queries.payers_email(order)
    if not to_email or order.kind != Order.Kind.NEW:
        return None  # A renewal gets the receipt of its charge instead (orders.renewals), a bill thanks of its own.
    return NewMail(
        key=f"order:{order.uuid}:thanks",
        kind="order_acknowledgement",
        to_email=to_email,
        template="order_acknowledgement",
        context={
            "magazine": order.magazine,
            "order": order,
            "payer_name": order.payer.shown_name,
            "total": rules.money(order.total_cents, order.currency),
            "paid_on": (order.paid_at or now).astimezone(order.magazine.zone).date(),
            "lines": [_line(line, today=_day(order, now)) for line in lines],
            "manage_url": f"{settings.PUBLIC_URL}/{order.magazine.code}/my-subscription/",
            "order_url": f"{settings.PUBLIC_URL}/orders/{order.number}/",
            "redeem_url": f"{settings.PUBLIC_URL}/redeem/",
            "has_gifts": any(hasattr(line, "gift") for line in lines),
        },
    )


def tell_recipient(*, gift: Gift, to_email: str, key: str, now: dt.datetime) -> OutgoingMail:
    """The news of a gift: what comes, from which issue on, and the code where one is to be redeemed. Never a price."""
    line = gift.line
    magazine = line.order.magazine
    code: GiftCode | None = getattr(line, "gift_code", None)
    is_open = code is not None and code.state == GiftCode.State.OPEN
    first, is_behind = queries.told_start(line, today=_day(line.order, now)) if line.term else (None, False)
    return queue_mail(
        key=key,
        kind="gift_announcement",
        to_email=to_email,
        template="gift_announcement",
        context={
            "magazine": magazine,
            "magazine_name": magazine.name,
            "to_name": gift.to_name,
            "from_name": gift.from_name,
            "message": gift.message,
            "issues": line.issues,
            "access_days": line.access_days,
            "copies": line.copies,
            "first_issue": first,
            "is_behind": is_behind,
            "code": rules.shown_code(queries.code_of(code)) if code is not None and is_open else "",
            "good_until": code.expires_on if code is not None and is_open else None,
            "redeem_url": f"{settings.PUBLIC_URL}/redeem/",
            "manage_url": f"{settings.PUBLIC_URL}/{magazine.code}/my-subscription/",
        },
        now=now,
    )


def redeemed_key(line_uuid: uuid.UUID) -> str:
    """Of the news to whoever redeems a code: the address that they typed stands in this mail alone."""
    return f"gift:{line_uuid}:redeemed"


def send_code(*, code: GiftCode, now: dt.datetime) -> OutgoingMail:
    """The code of a gift, once more, to its donor."""
    order, gift = code.line.order, code.line.gift
    return queue_mail(
        key=f"gift_code:{code.uuid}:{code.edition}:{now:%Y%m%dT%H%M%S}",
        kind="gift_code",
        to_email=queries.payers_email(order),
        template="gift_code",
        context={
            "magazine": order.magazine,
            "magazine_name": order.magazine.name,
            "payer_name": order.payer.shown_name,
            "to_name": gift.to_name,
            "code": rules.shown_code(queries.code_of(code)),
            "good_until": code.expires_on,
            "redeem_url": f"{settings.PUBLIC_URL}/redeem/",
        },
        now=now,
    )


def _announced(gift: Gift) -> str:
    """How the recipient hears of it, for the donor."""
    when = f" on {gift.announce_on:%B} {gift.announce_on.day}" if gift.announce_on else ""
    if gift.announce == Gift.Announce.MAIL:
        return f"We tell them by mail{when}."
    if gift.announce == Gift.Announce.CARD:
        return f"We post a card that is there{when}." if when else "We post a card."
    return ""


def _day(order: Order, now: dt.datetime) -> dt.date:
    return now.astimezone(order.magazine.zone).date()


def _line(line: OrderLine, *, today: dt.date) -> dict[str, object]:
    """A donor reads the issue that a gift starts with; whoever buys for themselves, nothing that a secret is before."""
    promised = line.promised_first_issue
    consent = getattr(line, "consent", None)
    gift: Gift | None = getattr(line, "gift", None)
    starts, is_behind = line.term.start_issue if line.term else None, False
    if line.term and gift is None:
        starts, is_behind = queries.told_start(line, today=today)
    return {
        "name": line.offer.name,
        "issues": line.issues,
        "access_days": line.access_days,
        "copies": line.copies,
        "recipient_name": gift.to_name if gift else line.recipient.shown_name if line.recipient else "",
        "announced": _announced(gift) if gift else "",
        "code": rules.shown_code(queries.code_of(line.gift_code)) if line.by_code else "",
        "code_good_until": line.gift_code.expires_on if line.by_code else None,
        "first_issue": starts,
        "is_behind": is_behind,
        "starts_later": bool(starts and promised and starts.ordinal > promised.ordinal),
        "promised_issue": promised,
        "magazine_part": rules.money(line.magazine_cents, line.order.currency),
        "postage_part": rules.money(line.postage_cents, line.order.currency) if line.postage_cents else "",
        "consent_text": consent.text if consent and consent.withdrawn_at is None else "",
    }
