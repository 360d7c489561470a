"""The payer's customer at Stripe: made once, under a key of its own."""

from typing import Any

from django.db import IntegrityError, transaction

from orders.payments.models import StripeCustomer
from orders.payments.stripe_gateway import Gateway


def ensure_customer(gateway: Gateway, *, payer_id: int, request: dict[str, Any], key: str) -> str:
    """The customer's id. Two checkouts at once may make two at Stripe; the first row wins, the other stays unused.

    :raises StripeIsUnreachable, StripeRefused: no customer then
    """
    known = StripeCustomer.objects.filter(payer_id=payer_id).first()
    if known is not None:
        return known.customer_id
    customer_id = gateway.ensure_customer(request=request, key=key)
    try:
        with transaction.atomic():
            StripeCustomer.objects.create(payer_id=payer_id, customer_id=customer_id)
    except IntegrityError:
        return StripeCustomer.objects.get(payer_id=payer_id).customer_id
    return customer_id


def forget_customer(customer_id: str) -> None:
    """It was deleted at Stripe: the next checkout makes a new one."""
    StripeCustomer.objects.filter(customer_id=customer_id).delete()
