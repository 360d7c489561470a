import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit.actions import record
from foundation.errors import DomainError
from orders.checkout import queries, rules
from orders.checkout.actions.source_keys import own_source_key
from orders.checkout.models import Order, OrderLine
from subscriptions.catalog.models import Offer
from subscriptions.terms import queries as terms


class NothingToRenew(DomainError):
    code = "nothing_to_renew"


@transaction.atomic
def place_renewal_order(
    *,
    subscription_id: int,
    payer_id: int,
    offer_id: int,
    copies: int,
    magazine_cents: int,
    postage_cents: int,
    by: Actor,
    now: dt.datetime,
) -> Order:
    """The order of an automatic renewal, at the price that was announced. Its payment is asked for by renewals.

    `payer_id` is whoever agreed to be charged: it goes by what they bought last, whatever gift lies behind it.

    :raises NothingToRenew: when they never paid for the subscription
    """
    last = queries.paid_line_of(subscription_id, payer_id=payer_id)
    if last is None or last.subscription is None:
        raise NothingToRenew(f"Subscription {subscription_id} has no paid term to renew.")
    order = Order.objects.create(
        number=rules.order_number(),
        kind=Order.Kind.RENEWAL,
        magazine_id=last.subscription.magazine_id,
        payer=last.order.payer,
        payer_email=last.order.payer.email or last.order.payer_email,
        currency=last.order.currency,
        total_cents=magazine_cents + postage_cents,
        source_key=own_source_key("AUTORENEW", "Automatic renewal"),
        channel="renewal",
        placed_at=now,
        placed_by=by.reference,
    )
    offer = Offer.objects.get(pk=offer_id)
    preview = terms.preview_start(
        magazine_id=order.magazine_id, issues=offer.issues, now=now, subscription_id=subscription_id
    )
    OrderLine.objects.create(
        order=order,
        offer=offer,
        recipient=last.recipient,
        address=last.address,
        subscription_id=subscription_id,
        issues=offer.issues,
        copies=copies,
        magazine_cents=magazine_cents,
        postage_cents=postage_cents,
        access_days=offer.access_days,
        access_cents=queries.access_share(offer, magazine_cents),
        promised_first_issue=preview.first_issue,
        promised_expire_issue=preview.expire_issue,
    )
    record(by, "order.renewal_placed", order, total_cents=order.total_cents)
    return order
