"""What the gifts of an order would be: price, first and last issue of each, as they lie together in one order."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from foundation.errors import DomainError, Invalid
from orders.checkout import rules
from orders.checkout.exports.cards import cannot_be_printed
from orders.checkout.models import OrderLine
from orders.checkout.queries.gift_book import address_on_file, line_given_by, may_read_on, service_of
from orders.checkout.queries.gift_recipients import GoesTo, to_reader_on_file
from orders.checkout.queries.orders import Quote, issue_named, issues_to_start_with, quote
from subscriptions.catalog.models import Issue, OfferGiftTier
from subscriptions.readers.models import Address, Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription


class GiftsDiffer(DomainError):
    code = "gifts_of_different_magazines"


@dataclass(frozen=True, slots=True)
class WantedGift:
    """One gift to be. `subscription` and `address` are set where it goes behind, and to, what is on file.

    `reader` is a recipient whom staff has found on file, and `held` what that reader has of the magazine.
    """

    wish: rules.GiftWish
    quote: Quote
    start: Issue | None
    subscription: Subscription | None = None
    address: Address | None = None
    town: str = ""
    reader: Reader | None = None
    held: Subscription | None = None


def gifts_wanted(request: rules.OrderRequest, *, now: dt.datetime, donors: Collection[int] = ()) -> list[WantedGift]:
    """Every gift of the order with its share of the price.

    :param donors: who may give again what was given before: the readers who are signed in, or whom staff serves
    :raises Invalid: by field, `gifts.2.message`
    :raises GiftsDiffer: when they are not all of one magazine and currency
    :raises OfferNotOnSale, NoPriceForZone, TermNeverEnds: as `quote`
    """
    if len(request.gifts) > rules.MOST_GIFTS:
        raise Invalid({"gifts": [("too_many", f"One order has at most {rules.MOST_GIFTS} gifts.")]})
    wanted = [_wanted(request, place, now=now, donors=donors) for place in range(len(request.gifts))]
    kinds = {(gift.quote.offer.magazine_id, gift.quote.currency) for gift in wanted}
    if len(kinds) > 1:
        raise GiftsDiffer("The gifts of one order are all of one magazine, in one currency. Place an order for each.")
    shared = group_prices([gift.quote for gift in wanted])
    _refuse_free(shared)
    return [replace(gift, quote=priced) for gift, priced in zip(wanted, shared, strict=True)]


def _refuse_free(shared: Sequence[Quote]) -> None:
    """What costs nothing is no sale: nobody pays for it, and its code would move no money when it is redeemed."""
    sentence = "This offer costs nothing, so it cannot be bought as a gift. Please choose another one."
    problems = {
        f"gifts.{n}.offer": [("costs_nothing", sentence)] for n, one in enumerate(shared) if not one.total_cents
    }
    if problems:
        raise Invalid(problems)


def group_prices(quotes: Sequence[Quote]) -> list[Quote]:
    """The same quotes with what several gifts of one offer cost together, shared out among them to the cent."""
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, one in enumerate(quotes):
        groups[one.offer.pk, one.magazine_cents // one.copies].append(place)
    tiers: dict[int, dict[int, int]] = defaultdict(dict)
    for offer_id, from_gift, cents in OfferGiftTier.objects.filter(offer__in={o for o, _ in groups}).values_list(
        "offer_id", "from_gift", "magazine_cents"
    ):
        tiers[offer_id][from_gift] = cents
    priced = list(quotes)
    for (offer_id, list_cents), places in groups.items():
        copies = [quotes[place].copies for place in places]
        total = rules.group_price(list_cents=list_cents, gifts=sum(copies), tiers=tiers[offer_id])
        for place, cents in zip(places, rules.share_out(total_cents=total, copies=copies), strict=True):
            priced[place] = replace(quotes[place], magazine_cents=cents)
    return priced


def _wanted(request: rules.OrderRequest, place: int, *, now: dt.datetime, donors: Collection[int]) -> WantedGift:
    wish, path = request.gifts[place], f"gifts.{place}"
    goes = _where(wish, offer_code=wish.offer or request.offer, path=path, donors=donors)
    wish = goes.wish
    country = goes.address.country if goes.address else wish.ship_to.country if wish.ship_to else wish.code_country
    asked = quote(
        offer_code=wish.offer or request.offer,
        country=country,
        copies=wish.copies,
        now=now,
        subscription_id=goes.subscription.pk if goes.subscription else None,
    )
    if not asked.offer.issues:
        _refuse_what_access_cannot(wish, goes, path=path)
    _refuse_odd(wish, path=path, today=now.astimezone(asked.offer.magazine.zone).date(), is_on_file=goes.is_on_file)
    start = start_of(wish, magazine_id=asked.offer.magazine_id, path=path, now=now)
    if start is not None:
        asked = _starting_with(start, asked, subscription=goes.subscription, now=now)
    return WantedGift(wish, asked, start, goes.subscription, goes.address, goes.town, goes.reader, goes.held)


def _where(wish: rules.GiftWish, *, offer_code: str, path: str, donors: Collection[int]) -> GoesTo:
    """Where a gift goes: as typed, to wherever it went before, or to a reader on file."""
    if wish.account is not None:
        return to_reader_on_file(wish, account=wish.account, offer_code=offer_code, path=path)
    line = _given_before(wish, path=path, donors=donors)
    if line is None:
        return GoesTo(wish)
    served_by = service_of(line)
    if served_by is None:
        return GoesTo(wish, address=line.address, town=line.gift.to_town, reader=line.recipient)
    return GoesTo(wish, served_by, address_on_file(line), town=line.gift.to_town)


def start_of(wish: rules.GiftWish, *, magazine_id: int, path: str, now: dt.datetime) -> Issue | None:
    """The issue that a gift may not begin before; None for the next one.

    :raises Invalid: when the issue that was named is out of reach
    """
    within_reach = issues_to_start_with(magazine_id, now=now)
    if wish.arrives_on is not None:
        place = rules.nearest_in_home([(i.in_home_from, i.in_home_until) for i in within_reach], wish.arrives_on)
        return None if place is None else within_reach[place]
    if wish.start_issue is None:
        return None
    return issue_named(wish.start_issue, within_reach, field=f"{path}.start_issue", what="A gift")


def _starting_with(start: Issue, asked: Quote, *, subscription: Subscription | None, now: dt.datetime) -> Quote:
    preview = terms.preview_start(
        magazine_id=asked.offer.magazine_id,
        issues=asked.offer.issues,
        now=now,
        subscription_id=subscription.pk if subscription else None,
        payer_id=0,
        start_issue_id=start.pk,
    )
    return replace(
        asked, first_issue=preview.first_issue, expire_issue=preview.expire_issue, holds_until=preview.holds_until
    )


def _refuse_what_access_cannot(wish: rules.GiftWish, goes: GoesTo, *, path: str) -> None:
    """Digital access alone has no issue to begin with, and is reached by mail address; a code asks for one later."""
    problems: dict[str, list[tuple[str, str]]] = {}
    if wish.start_issue is not None or wish.arrives_on is not None:
        problems[f"{path}.start_issue"] = [("no_issues", "Digital access begins on a day, with no issue.")]
    known = goes.subscription.reader if goes.subscription else goes.reader
    is_by_code = wish.ship_to is None and goes.address is None
    if not is_by_code and not wish.recipient.email and not (known and known.email):
        sentence = "Digital access is reached with a mail address. What is the recipient's?"
        problems[f"{path}.recipient.email"] = [("required", sentence)]
    if problems:
        raise Invalid(problems)


def _given_before(wish: rules.GiftWish, *, path: str, donors: Collection[int]) -> OrderLine | None:
    if not wish.repeats:
        return None
    line = line_given_by(donors, line_uuid=wish.repeats)
    served_by = service_of(line) if line else None
    is_kept = served_by is not None and served_by.reader.erased_at is None
    if line is None or not (is_kept or may_read_on(line)):
        raise Invalid({f"{path}.repeats": [("not_yours", "There is no such gift of yours to give again.")]})
    return line


def _refuse_odd(wish: rules.GiftWish, *, path: str, today: dt.date, is_on_file: bool) -> None:
    problems = rules.problems_of(wish, today=today, has_address=is_on_file or wish.ship_to is not None)
    printed = {"message": wish.message, "from_name": wish.from_name, "recipient.name": wish.recipient.name}
    for field, text in printed.items():
        if signs := cannot_be_printed(text):
            sentence = f"No card can show “{''.join(signs[:5])}”. Please write it in other letters, or leave it out."
            problems.setdefault(field, [("not_printable", sentence)])
    if problems:
        raise Invalid({f"{path}.{field}": found for field, found in problems.items()})
