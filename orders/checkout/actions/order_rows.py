"""The rows of an order: made here, and written by one statement however many lines it has (docs/decisions/0015)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from foundation import rows
from foundation.audit import actions as audit
from foundation.errors import DomainError
from orders.checkout import queries, rules
from orders.checkout.actions.card_testing import asked_from
from orders.checkout.actions.gift_details import gifts_of
from orders.checkout.actions.order_people import Intake, People, Wanted, people_of
from orders.checkout.models import AutoRenewConsent, IntakeKey, Order, OrderLine
from orders.payments import actions as payments
from orders.payments.models import PaymentAttempt
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address, Reader


class AutoRenewNotOffered(DomainError):
    code = "auto_renew_not_offered"


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """`lines` and `attempt` as they were written just now; none for a repeat."""

    order: Order
    replayed: bool
    lines: tuple[OrderLine, ...] = ()
    attempt: PaymentAttempt | None = None


def write_order(
    request: rules.OrderRequest, wanted: Sequence[Wanted], *, source_key_id: int, key: IntakeKey, intake: Intake
) -> PlacedOrder:
    """Every row of it, in the caller's transaction. Nobody on file is ever overwritten.

    :raises Invalid: when a field of a person or an address is refused
    :raises IntegrityError: when the key has been used
    """
    numbers = rows.take_numbers(
        {Reader: 1 + len(wanted), Address: len(wanted), Order: 1, OrderLine: len(wanted), PaymentAttempt: 1}
    )
    people = people_of(request.payer, wanted, numbers=numbers, intake=intake)
    order = new_order(request, wanted, people.payer, source_key_id=source_key_id, intake=intake)
    order.pk = next(numbers[Order])
    lines = [new_line(order, one, people, place, intake=intake) for place, one in enumerate(wanted)]
    for line in lines:
        line.pk = next(numbers[OrderLine])
    gifts = gifts_of(lines, wanted, donor=request.payer)
    consents = _consents(order, lines, wanted, agreed=request.agreed_text_sha256, intake=intake)
    attempt = payments.new_checkout(
        **payment_of(order, lines, save_method=bool(consents), now=intake.now),
        asked_from=asked_from(intake.circumstances.ip, by=intake.by),
    )
    attempt.pk, key.order = next(numbers[PaymentAttempt]), order
    with audit.together() as trail:
        readers.record_filed(people.filed, by=intake.by)
        readers.record_added(people.added, by=intake.by)
        offer = wanted[0].quote.offer.code
        audit.record(intake.by, "order.placed", order, total_cents=order.total_cents, offer=offer)
        rows.insert([*people.filed, *people.added, order, *lines, *gifts, *consents, attempt, key, *trail])
        trail.clear()
    if people.filed:
        readers.ask_about_duplicates(
            reader_ids=[reader.pk for reader in people.filed],
            address_ids=[address.pk for address in people.added],
            now=intake.now,
        )
    return PlacedOrder(order, replayed=False, lines=tuple(lines), attempt=attempt)


def payment_of(
    order: Order, lines: Sequence[OrderLine], *, save_method: bool, now: dt.datetime, what: str = ""
) -> dict[str, Any]:
    """What a checkout of the whole order asks for, in the words of payments; Stripe is called after the commit.

    :param what: what is bought, where it is not the offers of its lines
    """
    page = f"{settings.PUBLIC_URL}/orders/{order.number}/"
    offers = dict.fromkeys(line.offer.name for line in lines)
    return {
        "payer_id": order.payer_id,
        "subject_uuid": order.uuid,
        "amount_cents": order.total_cents,
        "currency": order.currency,
        "description": f"{order.magazine.name}: {what or ', '.join(offers)}",
        "email": order.payer_email,
        "save_method": save_method,
        "success_url": f"{page}thanks/",
        "cancel_url": page,
        "now": now,
    }


def new_order(
    request: rules.OrderRequest, wanted: Sequence[Wanted], payer: Reader, *, source_key_id: int, intake: Intake
) -> Order:
    first = wanted[0].quote
    return Order(
        number=rules.order_number(),
        magazine=first.offer.magazine,
        payer=payer,
        payer_email=request.payer.email,
        currency=first.currency,
        total_cents=sum(line.quote.total_cents for line in wanted),
        source_key_id=source_key_id,
        channel=intake.circumstances.channel,
        placed_at=intake.now,
        placed_by=intake.by.reference,
    )


def new_line(order: Order, wanted: Wanted, people: People, place: int, *, intake: Intake) -> OrderLine:
    quote = wanted.quote
    return OrderLine(
        order=order,
        offer=quote.offer,
        recipient=people.recipients[place],
        address=people.addresses[place],
        by_code=wanted.is_by_code,
        subscription=wanted.given.subscription if wanted.given else intake.subscription,
        issues=quote.offer.issues,
        copies=quote.copies,
        magazine_cents=quote.magazine_cents,
        postage_cents=quote.postage_cents,
        access_days=quote.offer.access_days,
        access_cents=quote.access_cents,
        start_issue=quote.start,
        promised_first_issue=quote.first_issue,
        promised_expire_issue=quote.expire_issue,
    )


def _consents(
    order: Order, lines: Sequence[OrderLine], wanted: Sequence[Wanted], *, agreed: str, intake: Intake
) -> list[AutoRenewConsent]:
    """The proof of what the buyer agreed to, for each line; and lines without one know that there is none."""
    if agreed:
        return [_consent(order, line, one.quote, intake=intake) for line, one in zip(lines, wanted, strict=True)]
    for line in lines:
        # As after a select_related: whoever shows the line asks for it.
        OrderLine._meta.get_field("consent").set_cached_value(line, None)
    return []


def _consent(order: Order, line: OrderLine, quote: queries.Quote, *, intake: Intake) -> AutoRenewConsent:
    if quote.consent is None or quote.renewal is None:
        raise AutoRenewNotOffered("This offer is not renewed automatically.")
    return AutoRenewConsent(
        line=line,
        payer=order.payer,
        text_version=quote.consent.version,
        text=quote.consent.text,
        text_sha256=quote.consent.sha256,
        shown_price_cents=quote.renewal.total_cents * line.copies,
        shown_issues=quote.renewal.offer.issues,
        channel=intake.circumstances.channel,
        ip=intake.circumstances.ip,
        user_agent=intake.circumstances.user_agent[:200],
        given_at=intake.now,
    )
