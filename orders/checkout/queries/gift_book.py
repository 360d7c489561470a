"""What a donor has given: to whom (as he typed it), until which issue, and whether it can be given again."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from orders.checkout.models import Gift, GiftCode, GiftMove, Order, OrderLine
from orders.checkout.queries.chains import chain_of, line_in_force, tips_of
from orders.checkout.queries.gift_codes import code_of
from orders.checkout.queries.gift_recipients import home_address
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers import queries as people
from subscriptions.readers.models import Address
from subscriptions.terms import queries as terms
from subscriptions.terms.models import AccessTerm, Subscription, Term
from subscriptions.terms.queries.merged import all_in_force
from subscriptions.terms.rules import expire_issue

A_PAGE = 50
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


def gift_book(
    donors: Collection[int], *, magazine_id: int, now: dt.datetime, begin: int = 0, at_most: int = A_PAGE
) -> list[GivenGift]:
    """What these readers have given, the newest first; of each recipient what comes last may be repeated.

    :param begin: how many newer ones are left out
    """
    given = gifts_given(donors, magazine_id=magazine_id)
    return shown_in_book(list(given[begin : begin + at_most]), given, magazine_id=magazine_id, now=now)


def shown_in_book(
    some: Sequence[OrderLine], given: QuerySet[OrderLine], *, magazine_id: int, now: dt.datetime
) -> list[GivenGift]:
    """What a gift book shows of some of the lines in it, in their order."""
    newest, newest_access = _newest(given), _newest_access(given)
    by_pk = _with_what_is_shown(given).in_bulk([line.pk for line in some])
    lines = [by_pk[line.pk] for line in some]
    known = _known(lines, {newest[line.pk][0] for line in lines if line.pk in newest})
    today = now.astimezone(Magazine.objects.get(pk=magazine_id).zone).date()
    shown = [_seen(line, known, *newest.get(line.pk, (0, False)), today=today) for line in lines]
    return [replace(one, may_repeat=may_read_on(one.line)) if one.line.pk in newest_access else one for one in shown]


def gifts_given(donors: Collection[int], *, magazine_id: int) -> QuerySet[OrderLine]:
    """The lines of a gift book, the newest first."""
    return _given(donors).filter(order__magazine=magazine_id).order_by("-pk")


def line_given_by(donors: Collection[int], *, line_uuid: UUID | str) -> OrderLine | None:
    """That gift, if one of these readers has given it and somebody gets it."""
    try:
        return _with_what_is_shown(_given(donors)).filter(uuid=line_uuid).first()
    except ValidationError:
        return None  # No uuid at all.


def service_of(line: OrderLine) -> Subscription | None:
    """The subscription that a gift is served from now: it may have been moved to somebody else, or merged."""
    move = GiftMove.objects.filter(gift__line=line).select_related("to_subscription").order_by("pk").last()
    served_by = move.to_subscription if move else line.subscription
    return line_in_force(served_by) if served_by else None


def may_read_on(line: OrderLine) -> bool:
    """Whether digital access alone, which no subscription serves, can be given again: to the file it was given to, and
    at the address that the donor typed.
    """
    reader, address = line.recipient, line.address
    if line.issues or reader is None or reader.erased_at is not None or reader.merged_into_id is not None:
        return False
    return address is not None and address.undeliverable_since is None


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


def last_issues_of(lines: Iterable[OrderLine]) -> dict[int, Issue | None]:
    """The last issue that each begun gift brings, by line: of it alone, whatever its recipient has besides."""
    begun = {line.pk: line.term for line in lines if line.term is not None}
    tips = tips_of(begun.values())
    lives = terms.lives_of(list(Subscription.objects.filter(pk__in={tip.subscription_id for tip in tips.values()})))
    return {pk: _last_of(tips[term.pk], lives[tips[term.pk].subscription_id]) for pk, term in begun.items()}


def _last_of(term: Term, life: terms.Life) -> Issue | None:
    spans = [span for span, one in zip(life.spans, life.terms, strict=True) if one.pk == term.pk]
    return life.row_of(expire_issue(life.calendar, life.pauses, spans).issue)


def issues_left(line: OrderLine) -> int:
    """How many issues of a gift are still to come; all of them before it begins."""
    term = term_of(line)
    place = _place(term, terms.life_of(term.subscription_id)) if term else None
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
    )


def _with_what_is_shown(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    return lines.select_related(
        "order__magazine", "offer", "address", "recipient", "subscription", "term", "gift", "gift_code"
    )


def _newest(given: QuerySet[OrderLine]) -> dict[int, tuple[int, bool]]:
    """By line: the subscription that serves it now, and whether nothing newer is served by that one."""
    served = dict(given.filter(subscription__isnull=False).values_list("pk", "subscription_id"))
    moves = GiftMove.objects.filter(gift__line__in=given.order_by().values("pk")).order_by("pk")
    served |= dict(moves.values_list("gift__line", "to_subscription"))
    in_force = all_in_force(set(served.values()))
    newest: dict[int, int] = {}
    for line in sorted(served, reverse=True):
        newest.setdefault(in_force[served[line]], line)
    return {line: (in_force[at], newest[in_force[at]] == line) for line, at in served.items()}


def _newest_access(given: QuerySet[OrderLine]) -> set[int]:
    """The newest line of digital access alone for each recipient, which no subscription serves."""
    alone = given.filter(subscription__isnull=True, issues=0, recipient__isnull=False).order_by("pk")
    return set(dict(alone.values_list("recipient", "pk")).values())


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read for all lines of a page together: by line, by term, by subscription."""

    typed: Mapping[int, Address]
    access: Mapping[UUID, AccessTerm]
    tips: Mapping[int, Term]
    lives: Mapping[int, terms.Life]
    served_by: Mapping[int, Subscription]
    homes: Mapping[int, Address]


def _known(lines: Sequence[OrderLine], served: Collection[int]) -> _Known:
    moves = GiftMove.objects.filter(gift__line__in=lines, address__isnull=False).select_related("address", "gift")
    tips = tips_of(line.term for line in lines if line.term is not None)
    subscriptions = Subscription.objects.filter(pk__in={*served, *(tip.subscription_id for tip in tips.values())})
    found = {one.pk: one for one in subscriptions.select_related("reader")}
    return _Known(
        typed={move.gift.line_id: move.address for move in moves.order_by("pk") if move.address},
        access={
            one.line_uuid: one for one in AccessTerm.objects.filter(line_uuid__in=[line.uuid for line in lines])
            if one.line_uuid
        },
        tips=tips,
        lives=terms.lives_of(list(found.values())),
        served_by=found,
        homes=terms.homes_of(served),
    )  # fmt: skip


def _seen(line: OrderLine, known: _Known, served: int, is_newest: bool, *, today: dt.date) -> GivenGift:
    typed, access, served_by = known.typed.get(line.pk), known.access.get(line.uuid), known.served_by.get(served)
    tip = known.tips[line.term.pk] if line.term else None
    place = _place(tip, known.lives[tip.subscription_id]) if tip and served_by else None
    code: GiftCode | None = getattr(line, "gift_code", None)
    is_open = code is not None and code.state == GiftCode.State.OPEN
    reads_on = is_newest and served_by is not None and served_by.reader.erased_at is None
    home = known.homes.get(served) if reads_on else None
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
        may_repeat=home is not None and home.undeliverable_since is None,
    )


def _typed_with_move(gift: Gift) -> Address | None:
    moves = GiftMove.objects.filter(gift=gift, address__isnull=False).select_related("address")
    move = moves.order_by("pk").last()
    return move.address if move else None


def _place(term: Term, life: terms.Life) -> terms.QueuedTerm | None:
    return next((terms.queued(life, one) for one in life.terms if one.pk == term.pk), None)


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
