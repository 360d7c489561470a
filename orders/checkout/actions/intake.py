"""Taking an order in: every row of it in one transaction, or none."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from foundation.actors import Actor
from foundation.audit.actions import record
from foundation.client_address import as_counted
from foundation.errors import DomainError, Invalid
from foundation.limits.actions import count_and_refuse
from orders.checkout import queries, rules
from orders.checkout.models import AutoRenewConsent, IntakeKey, Order, OrderLine
from orders.payments import actions as payments
from orders.payments import queries as payment_queries
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Offer, SourceKey
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address, Reader
from subscriptions.terms.models import Subscription


class KeyUsedForAnotherOrder(DomainError):
    code = "idempotency_key_reused"


class NothingToDeliver(DomainError):
    code = "no_issue_to_start_with"


class AutoRenewNotOffered(DomainError):
    code = "auto_renew_not_offered"


class ConsentTextChanged(DomainError):
    code = "consent_text_changed"


class OfferIsForRenewals(DomainError):
    code = "offer_is_for_renewals"


class CheckoutPaused(DomainError):
    code = "checkout_paused"


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """`lines` as they were written just now; empty for a repeat."""

    order: Order
    replayed: bool
    lines: tuple[OrderLine, ...] = ()


def place_order(
    *,
    request: rules.OrderRequest,
    key: str,
    by: Actor,
    circumstances: rules.Circumstances,
    now: dt.datetime,
    subscription: Subscription | None = None,
) -> PlacedOrder:
    """Write the order with its people, consent and planned payment. The same key and body give the same order again.

    `subscription` is set when a signed-in reader renews it. Stripe is not called here (see `payments.open_checkout`).

    :raises KeyUsedForAnotherOrder: when the key came with another body
    :raises Invalid: when a field of a person or an address is refused
    :raises queries.OfferNotOnSale, OfferIsForRenewals, AutoRenewNotOffered, ConsentTextChanged, NothingToDeliver:
    :raises CheckoutPaused: while the breaker against card testing is open
    """
    body = _body_hash(request, subscription)
    if known := _known(key=key, by=by, body=body):
        return PlacedOrder(known, replayed=True)
    _guard_against_card_testing(request=request, circumstances=circumstances, by=by, now=now)
    try:
        with transaction.atomic():
            order, line = _write(request, by=by, circumstances=circumstances, now=now, subscription=subscription)
            IntakeKey.objects.create(key=key, caller=_caller(by), body_sha256=body, order=order)
    except IntegrityError:
        # Another request with this key committed first: everything of ours is rolled back, and its order is the answer.
        if known := _known(key=key, by=by, body=body):
            return PlacedOrder(known, replayed=True)
        raise
    return PlacedOrder(order, replayed=False, lines=(line,))


def _known(*, key: str, by: Actor, body: str) -> Order | None:
    row = IntakeKey.objects.select_related("order__magazine").filter(caller=_caller(by), key=key).first()
    if row is None:
        return None
    if row.body_sha256 != body:
        raise KeyUsedForAnotherOrder("This Idempotency-Key was used for a different order. Send a new key.")
    return row.order


def _caller(by: Actor) -> str:
    return "anonymous" if by.kind == "anonymous" else by.reference


def _body_hash(request: rules.OrderRequest, subscription: Subscription | None) -> str:
    body = {**asdict(request), "subscription": subscription.pk if subscription else None}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _guard_against_card_testing(
    *, request: rules.OrderRequest, circumstances: rules.Circumstances, by: Actor, now: dt.datetime
) -> None:
    hour = dt.timedelta(hours=1)
    if by.kind in ("anonymous", "reader"):
        count_and_refuse(
            scope="orders_per_ip",
            who=as_counted(circumstances.ip),
            limit=settings.LIMIT_ORDERS_PER_IP,
            window=hour,
            sentence="Too many orders came from your connection within an hour. Please try again later or write to us.",
        )
    if by.kind != "staff":
        count_and_refuse(
            scope="orders_per_email",
            who=request.payer.email.lower(),
            limit=settings.LIMIT_ORDERS_PER_EMAIL,
            window=hour,
            sentence="Too many orders came for this mail address within an hour. Please try again later.",
        )
    if payment_queries.breaker_is_open(now=now):
        raise CheckoutPaused(
            "Card payments are paused for some minutes. Nothing was ordered; please try again shortly."
        )


def _write(
    request: rules.OrderRequest,
    *,
    by: Actor,
    circumstances: rules.Circumstances,
    now: dt.datetime,
    subscription: Subscription | None,
) -> tuple[Order, OrderLine]:
    quote = queries.quote(
        offer_code=request.offer,
        country=request.ship_to.country,
        copies=request.copies,
        now=now,
        subscription_id=subscription.pk if subscription else None,
    )
    _refuse_what_does_not_fit(request, quote=quote, subscription=subscription, by=by)
    payer, recipient, address = _people(request, by=by, now=now, subscription=subscription)
    order = Order.objects.create(
        number=rules.order_number(),
        magazine=quote.offer.magazine,
        payer=payer,
        payer_email=request.payer.email,
        currency=quote.currency,
        total_cents=quote.total_cents,
        source_key=_source_key(request.source_key),
        channel=circumstances.channel,
        placed_at=now,
        placed_by=by.reference,
    )
    line = OrderLine.objects.create(
        order=order,
        offer=quote.offer,
        recipient=recipient,
        address=address,
        subscription=subscription,
        issues=quote.offer.issues,
        copies=request.copies,
        magazine_cents=quote.magazine_cents,
        postage_cents=quote.postage_cents,
        promised_first_issue=quote.first_issue,
        promised_expire_issue=quote.expire_issue,
    )
    if request.agreed_text_sha256:
        _keep_consent(line, quote=quote, circumstances=circumstances, now=now)
    plan_payment(order, line, save_method=bool(request.agreed_text_sha256), now=now)
    record(by, "order.placed", order, total_cents=order.total_cents, offer=quote.offer.code)
    return order, line


def plan_payment(order: Order, line: OrderLine, *, save_method: bool, now: dt.datetime) -> PaymentAttempt:
    """The row that asks for a checkout of the whole order; Stripe is called after the commit."""
    page = f"{settings.PUBLIC_URL}/orders/{order.number}/"
    return payments.plan_checkout(
        payer_id=order.payer_id,
        subject_uuid=order.uuid,
        amount_cents=order.total_cents,
        currency=order.currency,
        description=f"{order.magazine.name}: {line.offer.name}",
        email=order.payer_email,
        save_method=save_method,
        success_url=f"{page}thanks/",
        cancel_url=page,
        now=now,
    )


def _refuse_what_does_not_fit(
    request: rules.OrderRequest, *, quote: queries.Quote, subscription: Subscription | None, by: Actor
) -> None:
    if quote.first_issue is None:
        raise NothingToDeliver("The issue calendar has no issue that a new order could start with yet.")
    if quote.offer.kind == Offer.Kind.RENEWAL and subscription is None and by.kind != "staff":
        raise OfferIsForRenewals("This offer renews a subscription. Sign in to renew yours.")
    if not request.payer.email and by.kind != "staff":
        raise Invalid({"payer.email": [("required", "Enter the mail address for the receipt.")]})
    if request.agreed_text_sha256:
        if quote.consent is None or request.recipient is not None:
            # What is read by somebody else is never charged again by itself.
            raise AutoRenewNotOffered("This order is not renewed automatically: the offer is not, or it is a gift.")
        if quote.consent.sha256 != request.agreed_text_sha256:
            raise ConsentTextChanged("The auto-renew terms have changed since they were shown. Please read them again.")


def _people(
    request: rules.OrderRequest, *, by: Actor, now: dt.datetime, subscription: Subscription | None
) -> tuple[Reader, Reader, Address]:
    """A new reader for the payer, and one for a recipient who is somebody else. Nobody on file is ever overwritten."""
    payer = subscription.reader if subscription else _file(request.payer, by=by, now=now)
    other = request.recipient
    recipient = _file(other, by=by, now=now) if other and subscription is None else payer
    address = readers.add_address(
        reader_id=recipient.pk, typed=request.ship_to, by=by, source="order", now=now, path="ship_to"
    )
    if subscription is None:
        for reader in {payer.pk: payer, recipient.pk: recipient}.values():
            readers.look_for_duplicates(reader_id=reader.pk, now=now)
    return payer, recipient, address


def _file(person: rules.Person, *, by: Actor, now: dt.datetime) -> Reader:
    return readers.file_reader(
        name=person.name, company=person.company, email=person.email, phone=person.phone, by=by, now=now
    )


def _source_key(code: str) -> SourceKey:
    key = SourceKey.objects.filter(code=code, retired_on__isnull=True).first()
    if key is None:
        raise Invalid({"source_key": [("unknown", f"There is no source key “{code}”.")]})
    return key


def _keep_consent(
    line: OrderLine, *, quote: queries.Quote, circumstances: rules.Circumstances, now: dt.datetime
) -> None:
    if quote.consent is None or quote.offer.renews_with is None:
        raise AutoRenewNotOffered("This offer is not renewed automatically.")
    renewal_price = quote.offer.renews_with.prices.get(zone=quote.zone)
    AutoRenewConsent.objects.create(
        line=line,
        payer=line.order.payer,
        text_version=quote.consent.version,
        text=quote.consent.text,
        text_sha256=quote.consent.sha256,
        shown_price_cents=renewal_price.total_cents * line.copies,
        shown_issues=quote.offer.renews_with.issues,
        channel=circumstances.channel,
        ip=circumstances.ip,
        user_agent=circumstances.user_agent[:200],
        given_at=now,
    )
