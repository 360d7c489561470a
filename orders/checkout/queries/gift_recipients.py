"""Where a gift goes, and a recipient whom staff has found on file: what they have, and which address counts."""

from dataclasses import dataclass, replace

from foundation.errors import Invalid
from orders.checkout import rules
from orders.checkout.models import Gift
from subscriptions.catalog.models import Offer
from subscriptions.readers import queries as people
from subscriptions.readers.models import Address, Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription


@dataclass(frozen=True, slots=True)
class GoesTo:
    """`subscription`: behind what it comes; `address`: the one on file. Neither: as the wish says.

    `reader` and `held`: whom staff has found on file, and what that reader has of the magazine, joined or not.
    """

    wish: rules.GiftWish
    subscription: Subscription | None = None
    address: Address | None = None
    town: str = ""
    reader: Reader | None = None
    held: Subscription | None = None

    @property
    def is_on_file(self) -> bool:
        return self.subscription is not None or self.address is not None


def to_reader_on_file(wish: rules.GiftWish, *, account: int, offer_code: str, path: str) -> GoesTo:
    """A gift for a reader on file: behind what they have and to where that goes, or beside it.

    :raises Invalid: for a number that nobody has, or an address where none is wanted, or none where one is
    """
    reader = Reader.objects.select_related("merged_into").filter(pk=account, erased_at__isnull=True).first()
    if reader is None:
        sentence = f"There is no reader with the account number {account:07d}."
        raise Invalid({f"{path}.account": [("unknown", sentence)]})
    reader = people.reader_in_force(reader)
    offer = Offer.objects.filter(code=offer_code).first()
    held = held_by(reader, magazine_id=offer.magazine_id) if offer and offer.issues else None
    if held is None or wish.meets == Gift.Meets.PARALLEL:
        return _to_an_address(wish, reader, held, path=path)
    if wish.ship_to is not None:
        sentence = (
            "This gift goes to where the recipient's own copies go. For another address, choose copies of its own."
        )
        raise Invalid({f"{path}.ship_to.line1": [("goes_with_their_own", sentence)]})
    known = home_address(held)
    if known is None:
        sentence = "What the recipient has goes nowhere yet. Enter an address there first."
        raise Invalid({f"{path}.account": [("no_address", sentence)]})
    return GoesTo(wish, held, known, reader=reader, held=held)


def held_by(reader: Reader, *, magazine_id: int, besides: int | None = None) -> Subscription | None:
    """What a reader has of a magazine, the newest of several; ended ones count, as a gift takes them up again.

    :param besides: a subscription that does not count
    """
    files = people.files_of([reader.pk])
    own = Subscription.objects.filter(reader__in=files, magazine=magazine_id, merged_into__isnull=True)
    return own.exclude(pk=besides or 0).select_related("reader", "magazine").order_by("-pk").first()


def _to_an_address(wish: rules.GiftWish, reader: Reader, held: Subscription | None, *, path: str) -> GoesTo:
    if wish.ship_to is not None:
        return GoesTo(wish, reader=reader, held=held)
    known = people.newest_address(reader.pk)
    if known is None or known.undeliverable_since is not None:
        sentence = "No address on file is good. Where should the magazine go?"
        raise Invalid({f"{path}.ship_to.line1": [("required", sentence)]})
    if known.reader_id == reader.pk:
        return GoesTo(wish, address=known, reader=reader, held=held)
    # It stands in a file that was merged into this one: the order keeps it again, in this one.
    return GoesTo(replace(wish, ship_to=people.typed_address(known)), reader=reader, held=held)


def home_address(subscription: Subscription) -> Address | None:
    """Where a subscription goes until further notice, whoever is away for a while: its zone is what is paid for."""
    try:
        return terms.home_of(subscription.pk)
    except terms.NoAddressForIssue:
        return None
