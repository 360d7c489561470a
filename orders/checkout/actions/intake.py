"""Taking an order in: every row of it in one transaction, or none."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from django.db import IntegrityError, transaction

from foundation.actors import Actor
from foundation.errors import DomainError, Invalid
from orders.checkout import queries, rules
from orders.checkout.actions.card_testing import asked_from, guard_new_order
from orders.checkout.actions.order_people import Intake, Wanted
from orders.checkout.actions.order_rows import AutoRenewNotOffered, PlacedOrder, write_order
from orders.checkout.actions.source_keys import source_in_force
from orders.checkout.models import IntakeKey, Order
from subscriptions.catalog.models import Offer
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Subscription


class KeyUsedForAnotherOrder(DomainError):
    code = "idempotency_key_reused"


class NothingToDeliver(DomainError):
    code = "no_issue_to_start_with"


class ConsentTextChanged(DomainError):
    code = "consent_text_changed"


class OfferIsForRenewals(DomainError):
    code = "offer_is_for_renewals"


def place_order(
    *,
    request: rules.OrderRequest,
    key: str,
    by: Actor,
    circumstances: rules.Circumstances,
    now: dt.datetime,
    subscription: Subscription | None = None,
    donors: Sequence[Reader] = (),
) -> PlacedOrder:
    """Write the order with its people, consent and planned payment. The same key and body give the same order again.

    `subscription` is set when a signed-in reader renews it, `donors` when readers give (again) who are signed in or on
    the telephone with staff: the first of them pays. Stripe is not called here (see `payments.open_checkout`).

    :raises KeyUsedForAnotherOrder: when the key came with another body
    :raises Invalid: when a field of a person or an address is refused
    :raises queries.OfferNotOnSale, OfferIsForRenewals, AutoRenewNotOffered, ConsentTextChanged, NothingToDeliver:
    :raises CheckoutPaused: while the breaker against card testing is open
    """
    body = _body_hash(request, subscription)
    asked = queries.beginning(
        offer_code=request.offer,
        zone=postage_zone(request.ship_to.country) if request.ship_to else "",
        source_key=request.source_key,
        caller=_caller(by),
        key=key,
        asked_from=asked_from(circumstances.ip, by=by),
        now=now,
    )
    if asked.used:
        return PlacedOrder(_replay(*asked.used, body=body), replayed=True)
    guard_new_order(
        email=request.payer.email,
        ip=circumstances.ip,
        by=by,
        declined_from_here=asked.declined_from_here,
        looks_like_card_testing=asked.looks_like_card_testing,
    )
    key_row = IntakeKey(key=key, caller=_caller(by), body_sha256=body, created_at=now)
    intake = Intake(by, circumstances, now, subscription, donors)
    try:
        with transaction.atomic():
            return _write(request, asked, key=key_row, intake=intake)
    except IntegrityError:
        # Another request with this key committed first: everything of ours is rolled back, and its order is the answer.
        used = IntakeKey.objects.filter(caller=_caller(by), key=key).values_list("body_sha256", "order_id").first()
        if used is None:
            raise
        return PlacedOrder(_replay(*used, body=body), replayed=True)


def _replay(known_body: str, order_id: int, *, body: str) -> Order:
    if known_body != body:
        raise KeyUsedForAnotherOrder("This Idempotency-Key was used for a different order. Send a new key.")
    return Order.objects.select_related("magazine").get(pk=order_id)


def _caller(by: Actor) -> str:
    return "anonymous" if by.kind == "anonymous" else by.reference


def _body_hash(request: rules.OrderRequest, subscription: Subscription | None) -> str:
    body = {**asdict(request), "subscription": subscription.pk if subscription else None}
    if not request.gifts:
        del body["gifts"]  # A key that is older than gifts has its hash without them.
    if request.start_issue is None:
        del body["start_issue"]  # The same.
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def _write(request: rules.OrderRequest, asked: queries.Beginning, *, key: IntakeKey, intake: Intake) -> PlacedOrder:
    _refuse_strangers_to_name_a_reader(request, by=intake.by)
    wanted = _wanted(request, asked, intake=intake)
    for line in wanted:
        refuse_what_does_not_fit(request, quote=line.quote, subscription=intake.subscription, by=intake.by)
    source_key_id = source_in_force(request.source_key, asked.source_key_id)
    if source_key_id is None:
        raise Invalid({"source_key": [("unknown", f"There is no source key “{request.source_key}”.")]})
    return write_order(request, wanted, source_key_id=source_key_id, key=key, intake=intake)


def _wanted(request: rules.OrderRequest, asked: queries.Beginning, *, intake: Intake) -> list[Wanted]:
    if request.gifts:
        given = queries.gifts_wanted(request, now=intake.now, donors=[reader.pk for reader in intake.donors])
        return [
            Wanted(gift.quote, gift.wish.recipient, gift.wish.ship_to, path=f"gifts.{place}.ship_to", given=gift)
            for place, gift in enumerate(given)
        ]
    if request.ship_to is None:
        raise Invalid({"ship_to": [("required", "Where should the magazine go?")]})
    quote = queries.quote(
        offer_code=request.offer,
        country=request.ship_to.country,
        copies=request.copies,
        now=intake.now,
        subscription_id=intake.subscription.pk if intake.subscription else None,
        price=asked.price,
        start_issue=request.start_issue,
    )
    recipient = None if intake.subscription else request.recipient
    return [Wanted(quote, recipient, request.ship_to, path="ship_to")]


def _refuse_strangers_to_name_a_reader(request: rules.OrderRequest, *, by: Actor) -> None:
    """Whoever is on file is nobody's business but the staff's: an order of anybody else never finds out."""
    named = [place for place, gift in enumerate(request.gifts) if gift.account is not None]
    if named and by.kind != "staff":
        sentence = "Only customer service orders for a reader on file. Please type the name and address."
        raise Invalid({f"gifts.{place}.account": [("not_for_you", sentence)] for place in named})


def refuse_what_does_not_fit(
    request: rules.OrderRequest, *, quote: queries.Quote, subscription: Subscription | None, by: Actor
) -> None:
    if quote.first_issue is None and quote.offer.issues:
        raise NothingToDeliver("The issue calendar has no issue that a new order could start with yet.")
    if quote.offer.kind == Offer.Kind.RENEWAL and subscription is None and by.kind != "staff":
        raise OfferIsForRenewals("This offer renews a subscription. Sign in to renew yours.")
    if not request.payer.email and by.kind != "staff":
        raise Invalid({"payer.email": [("required", "Enter the mail address for the receipt.")]})
    if request.agreed_text_sha256:
        if quote.consent is None or request.recipient is not None or request.gifts:
            # What is read by somebody else is never charged again by itself.
            raise AutoRenewNotOffered("This order is not renewed automatically: the offer is not, or it is a gift.")
        if quote.consent.sha256 != request.agreed_text_sha256:
            raise ConsentTextChanged("The auto-renew terms have changed since they were shown. Please read them again.")
