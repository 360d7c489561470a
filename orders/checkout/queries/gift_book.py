"""What a donor has given: to whom (as he typed it), until which issue, and whether it can be given again."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from orders.checkout.models import Gift, GiftCode, GiftMove, Order, OrderLine
from orders.checkout.queries.chains import chain_of, line_in_force
from orders.checkout.queries.gift_codes import code_of
from orders.checkout.queries.gift_recipients import home_address
from subscriptions.catalog.models import Issue
from subscriptions.readers import queries as people
from subscriptions.readers.models import Address
from subscriptions.terms import queries as terms
from subscriptions.terms.models import AccessTerm, Subscription, Term
from subscriptions.terms.rules import expire_issue

GiftState = Literal["waiting", "coming", "ended", "stopped", "not_redeemed", "taken_back"]


@dataclass(frozen=True, slots=True)
class GivenGift:
    """One gift as its donor may see it: name and town as the donor typed them, never where the recipient lives now.

    `code` is what the recipient redeems, while nobody has. `access_until`: the last day of digital access with it.
    `to_end`: the subscription under which the donor ends what is still to come of it.
    """

    line: OrderLine
    name: str
    town: str
    state: GiftState
    first_issue: Issue | None
    last_issue: Issue | None
    issues_left: int | None
    code: str
    may_repeat: bool
    access_until: dt.date | None = None
    to_end: UUID | None = None


def gift_book(donors: Collection[int], *, magazine_id: int, now: dt.datetime) -> list[GivenGift]:
    """Everything that these readers have given, the newest first; of each recipient what comes last may be repeated."""
    lines = list(_given(donors).filter(order__magazine=magazine_id).order_by("-pk"))
    repeated: set[int] = set()
    book = []
    for line in lines:
        served_by = service_of(line)
        newest = served_by is not None and served_by.pk not in repeated
        if served_by is not None:
            repeated.add(served_by.pk)
        book.append(_seen(line, served_by, newest=newest, now=now))
    return book


def line_given_by(donors: Collection[int], *, line_uuid: UUID | str) -> OrderLine | None:
    """That gift, if one of these readers has given it and somebody gets it."""
    try:
        return _given(donors).filter(uuid=line_uuid).first()
    except ValidationError:
        return None  # No uuid at all.


def service_of(line: OrderLine) -> Subscription | None:
    """The subscription that a gift is served from now: it may have been moved to somebody else, or merged."""
    move = GiftMove.objects.filter(gift__line=line).select_related("to_subscription").order_by("pk").last()
    served_by = move.to_subscription if move else line.subscription
    return line_in_force(served_by) if served_by else None


def given_lines() -> QuerySet[OrderLine]:
    """Every line that is a gift, with what staff are told of it."""
    return OrderLine.objects.filter(gift__isnull=False).select_related(
        "order__magazine", "order__payer", "offer", "gift__start_issue", "gift_code", "recipient", "address",
        "subscription__merged_into", "term__start_issue", "promised_first_issue",
    )  # fmt: skip


def address_on_file(line: OrderLine) -> Address | None:
    """Where the gift would go if it were given again. Not for the donor's eyes."""
    served_by = service_of(line)
    return home_address(served_by) if served_by else None


def term_of(line: OrderLine) -> Term | None:
    """The term that a gift runs on now: the last piece, where it was split, moved or lengthened."""
    return chain_of(line.term)[-1] if line.term else None


def last_issue_of(line: OrderLine) -> Issue | None:
    """The last issue that a begun gift brings: of it alone, whatever its recipient has besides."""
    term = term_of(line)
    if term is None:
        return None
    life = terms.life_of(term.subscription_id)
    spans = [span for span, one in zip(life.spans, life.terms, strict=True) if one.pk == term.pk]
    return life.row_of(expire_issue(life.calendar, life.pauses, spans).issue)


def issues_left(line: OrderLine, *, now: dt.datetime) -> int:
    """How many issues of a gift are still to come; all of them before it begins."""
    place = _place(line, service_of(line), now=now)
    return line.issues if place is None else place.units_left or 0


def gift_of(term: Term) -> Gift | None:
    """The gift that a term, or what it goes on from, was bought as."""
    first = term
    while first.split_from is not None:
        first = first.split_from
    return Gift.objects.filter(line__term=first).select_related("line__order__payer").first()


def name_given(gift: Gift) -> str:
    """To whom a gift goes now, as it was typed: by its donor, or with the move to somebody else."""
    typed = _typed_with_move(gift)
    return (typed.name or typed.company) if typed else gift.to_name


def reader_as_payer_knows(subscription: Subscription, *, payers: Collection[int]) -> str:
    """What to call the reader to those who pay: a donor sees no other name than what was typed. Empty: forgotten."""
    given = Term.objects.filter(subscription=subscription, payer__in=payers, copy_class=Term.Class.GIFT)
    gift = next((gift for term in given.order_by("-pk") if (gift := gift_of(term))), None)
    return name_given(gift) if gift else subscription.reader.shown_name


def _given(donors: Collection[int]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(
        gift__isnull=False, order__payer__in=people.files_of(donors), order__state=Order.State.PAID
    ).select_related("order__magazine", "offer", "address", "recipient", "subscription", "term", "gift", "gift_code")


def _seen(line: OrderLine, served_by: Subscription | None, *, newest: bool, now: dt.datetime) -> GivenGift:
    typed = _typed_with_move(line.gift)
    place = _place(line, served_by, now=now)
    code: GiftCode | None = getattr(line, "gift_code", None)
    is_open = code is not None and code.state == GiftCode.State.OPEN
    reads_on = newest and served_by is not None and served_by.reader.erased_at is None
    access = AccessTerm.objects.filter(line_uuid=line.uuid).first() if line.access_days else None
    today = now.astimezone(line.order.magazine.zone).date()
    deliverable = address_on_file(line) if reads_on else None
    return GivenGift(
        line=line,
        name=(typed.name or typed.company) if typed else line.gift.to_name,
        town=typed.city if typed else line.gift.to_town,
        state=_state(code, place) if line.issues or is_open else _state_of_access(access, code, today=today),
        first_issue=place.first_issue if place else None,
        last_issue=place.last_issue if place else None,
        issues_left=place.units_left if place else None,
        code=code_of(code) if code and is_open else "",
        access_until=access.until_on - dt.timedelta(days=1) if access else None,
        to_end=served_by.uuid if served_by and place and place.units_left != 0 else None,
        may_repeat=deliverable is not None and deliverable.undeliverable_since is None,
    )


def _typed_with_move(gift: Gift) -> Address | None:
    moves = GiftMove.objects.filter(gift=gift, address__isnull=False).select_related("address")
    move = moves.order_by("pk").last()
    return move.address if move else None


def _place(line: OrderLine, served_by: Subscription | None, *, now: dt.datetime) -> terms.QueuedTerm | None:
    term = term_of(line)
    if term is None or served_by is None:
        return None
    queued = terms.overview(term.subscription_id, now).terms
    return next((one for one in queued if one.term.pk == term.pk), None)


def _state(code: GiftCode | None, place: terms.QueuedTerm | None) -> GiftState:
    if code is not None and code.state == GiftCode.State.OPEN:
        return "not_redeemed"
    if code is not None and code.state == GiftCode.State.WITHDRAWN:
        return "taken_back"
    if place is None or (place.term.ended_at is not None and not place.units_left):
        return "stopped"
    states: dict[str, GiftState] = {"waiting": "waiting", "running": "coming", "over": "ended"}
    return states[place.state]


def _state_of_access(access: AccessTerm | None, code: GiftCode | None, *, today: dt.date) -> GiftState:
    """Of digital access alone, which goes by days."""
    if code is not None and code.state == GiftCode.State.WITHDRAWN:
        return "taken_back"
    if access is None or access.ended_on is not None:
        return "stopped"
    if access.until_on <= today:
        return "ended"
    return "coming" if access.from_on <= today else "waiting"
