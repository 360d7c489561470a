"""What checkout knows of a person: what was ordered and agreed to. Orders, sums and proofs of consent stay."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from foundation.actors import Actor
from foundation.mail.actions import forget_mails, forget_mails_with_keys
from orders.checkout.actions import letters
from orders.checkout.models import (
    AutoRenewConsent,
    BillLine,
    Gift,
    GiftCode,
    LineRefund,
    Order,
    OrderLine,
    OrderPayment,
    ZoneMove,
)
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Reader
from subscriptions.readers.queries import Person
from subscriptions.terms.models import AccessTerm


def follow_privacy_requests(*, now: dt.datetime) -> int:
    return readers.follow(readers.Part("checkout", _objection, _tell, _erase), now=now)


def _objection(person: Person, now: dt.datetime) -> str:
    return next(_objections(person), "")


def _objections(person: Person) -> Iterator[str]:
    orders = Order.objects.filter(payer_id__in=person.files)
    yield from _not_paid_yet(person)
    if LineRefund.objects.filter(payer_id__in=person.files, state=LineRefund.State.PROMISED).exists():
        yield "Money that we owe is not back with this reader yet. Please ask again when it is."
    moves = ZoneMove.objects.filter(payer_id__in=person.files)
    if moves.filter(left_over_cents__gt=0).exists():
        yield "We hold money that was left over after a move. It has to go back before we may forget whose it is."
    if BillLine.objects.filter(bill__payer_id__in=person.files, held_cents__gt=0).exists():
        yield "We hold money that a bill no longer needed. It has to go back before we may forget whose it is."
    if OrderPayment.objects.filter(order__in=orders, use=OrderPayment.Use.SURPLUS).exists():
        # Money that is nobody's claim yet has to be reported to the state with the payer's last known address.
        yield "We hold money that was paid twice. It has to go back before we may forget whose it is."
    if code := GiftCode.objects.filter(line__order__in=orders, state=GiftCode.State.OPEN).first():
        yield f"The gift with the code that ends with {code.last4} is not redeemed. Take it back, or wait until it is."


def _not_paid_yet(person: Person) -> Iterator[str]:
    waiting = Order.objects.filter(state=Order.State.AWAITING_PAYMENT)
    own = waiting.filter(payer_id__in=person.files)
    if bill := own.filter(kind=Order.Kind.POSTAGE).first():
        yield f"Order {bill.number} is a bill for postage that is still open. Waive it, or close it as paid."
    if other := own.exclude(kind=Order.Kind.POSTAGE).first():
        yield f"Order {other.number} is not paid and still open; it closes by itself, a renewal after a month."
    if waiting.filter(lines__recipient__in=person.files).exists():
        # A gift, say, which is its donor's to tell of. It closes by itself as well.
        yield "Something is under way for this reader and has to be over first. Please write to us."


def _tell(person: Person, now: dt.datetime) -> dict[str, Any]:
    mine = Order.objects.filter(Q(payer_id__in=person.files) | Q(lines__recipient_id__in=person.files)).distinct()
    consents = AutoRenewConsent.objects.filter(payer_id__in=person.files).order_by("pk")
    return {
        "orders": [
            _order(order, person, lines)
            for order in mine.prefetch_related("lines__offer", "lines__gift", "lines__term").order_by("pk")
            if (lines := _known_lines(order, person, now))
        ],
        "consents_to_automatic_renewal": list(
            consents.values(
                *("text", "shown_price_cents", "shown_issues", "channel", "ip", "user_agent"),
                "given_at",
                "withdrawn_at",
            )
        ),
    }


def _known_lines(order: Order, person: Person, now: dt.datetime) -> list[OrderLine]:
    """All that they pay; of what they are given, what they may know of: a gift is a secret until it is announced, and
    one that nobody has paid for is none."""
    if order.payer_id in person.files:
        return list(order.lines.all())
    received = [line for line in order.lines.all() if line.recipient_id in person.files]
    return [line for line in received if order.state == Order.State.PAID and not _is_secret(line, order, now)]


def _is_secret(line: OrderLine, order: Order, now: dt.datetime) -> bool:
    today = now.astimezone(order.magazine.zone).date()
    opens_on = line.term.opens_on if line.term else None
    access = AccessTerm.objects.filter(line_uuid=line.uuid, opens_on__gt=today)
    return (opens_on is not None and opens_on > today) or access.exists()


def _order(order: Order, person: Person, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """Of a gift its recipient learns what comes, and neither its price nor who gave it."""
    pays = order.payer_id in person.files
    about: dict[str, Any] = {"number": order.number, "placed_at": order.placed_at, "state": order.state}
    if order.kind in Order.BILLS:
        about["what"] = order.get_kind_display()
    about["lines"] = [_line(line, pays=pays) for line in lines]
    if pays:
        about |= {"email": order.payer_email, "total_cents": order.total_cents, "currency": order.currency}
    return about


def _line(line: OrderLine, *, pays: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"offer": line.offer.name, "issues": line.issues, "copies": line.copies}
    gift: Gift | None = getattr(line, "gift", None)
    if gift is not None:
        said |= {"gift_to": gift.to_name, "message": gift.message}
    if gift is not None and pays:
        said |= {"gift_from": gift.from_name, "announced_to": gift.to_email}
    return said


def _erase(person: Person, by: Actor, now: dt.datetime) -> Mapping[str, int]:
    """The mail address of each order goes, and the words of gifts; no consent stands any more, its proof stays.

    A donor's gifts keep to whom they went, as that is the recipient's; those of a recipient forget it, and so does a
    gift by code that nobody ever got.
    """
    gifts = Gift.objects.filter(line__order__payer_id__in=person.files)
    given = gifts.update(from_name="", message="")
    got = Q(line__recipient_id__in=person.files) | Q(moves__to_subscription__reader_id__in=person.files)
    of_nobody = Q(line__order__payer_id__in=person.files, line__recipient__isnull=True)
    forgotten = Gift.objects.filter(pk__in=Gift.objects.filter(got | of_nobody).values("pk"))
    mails = _forget_mails(person, received=Gift.objects.filter(line__recipient_id__in=person.files))
    received = forgotten.update(
        to_name="", to_town="", to_email="", message="", announce=Gift.Announce.DONOR, card_batch=None
    )
    orders = Order.objects.filter(payer_id__in=person.files).update(payer_email="")
    ZoneMove.objects.filter(payer_id__in=person.files).exclude(note="").update(note="")
    LineRefund.objects.filter(payer_id__in=person.files).exclude(because="").update(because="")
    standing = AutoRenewConsent.objects.filter(payer_id__in=person.files, withdrawn_at__isnull=True)
    return {
        "orders": orders,
        "gifts": given + received,
        "mails": mails,
        "consents": standing.update(withdrawn_at=now, withdrawn_by=by.reference),
    }


def _forget_mails(person: Person, *, received: QuerySet[Gift]) -> int:
    """Mails to addresses that were given with orders and gifts and are not, or no longer, those of the file.

    An address that anybody else is on file with is left to `readers`, who look for the name.
    """
    ordered = Order.objects.filter(payer_id__in=person.files).values_list("payer_email", flat=True)
    emails = {email.lower() for email in [*ordered, *received.values_list("to_email", flat=True)] if email}
    others = Reader.objects.alias(mail=Lower("email")).filter(mail__in=emails).exclude(pk__in=person.files)
    own = emails - {email.lower() for email in others.values_list("email", flat=True)}
    redeemed = [letters.redeemed_key(line) for line in received.values_list("line__uuid", flat=True)]
    return forget_mails(own=own, shared=[], names=[]) + forget_mails_with_keys(redeemed)
