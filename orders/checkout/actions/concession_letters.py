"""The mail of a price concession: what it is, and where the money goes."""

import datetime as dt

from django.conf import settings

from foundation.mail.actions import queue_mail
from orders.checkout import rules
from orders.checkout.models import LineRefund


def tell_of_concession(*, refund: LineRefund, now: dt.datetime) -> None:
    """To whoever paid. The house's own reason is not told."""
    term, payer = refund.term, refund.payer
    if term is None or not payer.email:
        return
    magazine = term.subscription.magazine
    queue_mail(
        key=f"refund:{refund.uuid}:concession",
        kind="price_concession",
        to_email=payer.email,
        template="price_concession",
        context={
            "magazine": magazine,
            "payer_name": payer.shown_name,
            "amount": rules.money(refund.cents, refund.currency),
            "is_held": refund.way == LineRefund.Way.CREDIT,
            "manage_url": f"{settings.PUBLIC_URL}/{magazine.code}/my-subscription/",
        },
        now=now,
    )
