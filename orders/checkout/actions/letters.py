"""The mails of an order: thanks with the terms and how to cancel."""

import datetime as dt

from django.conf import settings

from foundation.mail.actions import NewMail
from orders.checkout import rules
from orders.checkout.models import Order, OrderLine


def thanks_for(*, order: Order, lines: list[OrderLine], now: dt.datetime) -> NewMail | None:
    """Acknowledges a paid order, once: what was bought, what was charged, from which issue, and how to cancel."""
    if not order.payer_email or order.kind == Order.Kind.RENEWAL:
        return None  # A renewal gets the receipt of its charge instead (orders.renewals).
    return NewMail(
        key=f"order:{order.uuid}:thanks",
        kind="order_acknowledgement",
        to_email=order.payer_email,
        template="order_acknowledgement",
        context={
            "magazine": order.magazine,
            "order": order,
            "payer_name": order.payer.shown_name,
            "total": rules.money(order.total_cents, order.currency),
            "paid_on": (order.paid_at or now).astimezone(order.magazine.zone).date(),
            "lines": [_line(line) for line in lines],
            "manage_url": f"{settings.PUBLIC_URL}/{order.magazine.code}/my-subscription/",
        },
    )


def _line(line: OrderLine) -> dict[str, object]:
    term, promised = line.term, line.promised_first_issue
    starts = term.start_issue if term else None
    consent = getattr(line, "consent", None)
    return {
        "name": line.offer.name,
        "issues": line.issues,
        "access_days": line.access_days,
        "copies": line.copies,
        "recipient_name": line.recipient.shown_name,
        "first_issue": starts,
        "starts_later": bool(starts and promised and starts.ordinal > promised.ordinal),
        "promised_issue": promised,
        "magazine_part": rules.money(line.magazine_cents, line.order.currency),
        "postage_part": rules.money(line.postage_cents, line.order.currency) if line.postage_cents else "",
        "consent_text": consent.text if consent and consent.withdrawn_at is None else "",
    }
