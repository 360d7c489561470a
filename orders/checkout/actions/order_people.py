"""The people of an order: who pays, and for each line who reads it and where it goes. Nobody on file is overwritten."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from foundation import rows
from foundation.actors import Actor
from orders.checkout import queries, rules
from orders.checkout.rules import Circumstances
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address, Reader
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms.models import Subscription


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line to be: what it costs and brings, who reads it (None: the payer), and where it goes (None: by code).

    `path` stands before the field names when its address is refused: `ship_to.line1`. `given` is what makes it a gift.
    """

    quote: queries.Quote
    recipient: rules.Person | None
    ship_to: TypedAddress | None
    path: str
    given: queries.WantedGift | None = None

    @property
    def address_on_file(self) -> Address | None:
        """Where a gift goes that is given again."""
        return self.given.address if self.given else None

    @property
    def reader_on_file(self) -> Reader | None:
        if self.given is None:
            return None
        return self.given.subscription.reader if self.given.subscription else self.given.reader

    @property
    def is_by_code(self) -> bool:
        return self.ship_to is None and self.address_on_file is None

    @property
    def brings_a_reader(self) -> bool:
        return self.recipient is not None and self.reader_on_file is None and not self.is_by_code


@dataclass(frozen=True, slots=True)
class Intake:
    """How an order comes in: from whom, by which way, when, and behind which subscription of theirs.

    `donors` are the readers who give, signed in or on the telephone with staff: the first of them pays.
    """

    by: Actor
    circumstances: Circumstances
    now: dt.datetime
    subscription: Subscription | None
    donors: Sequence[Reader] = ()

    @property
    def paying(self) -> Reader | None:
        """The payer, where that is somebody on file."""
        return self.subscription.reader if self.subscription else next(iter(self.donors), None)


@dataclass(frozen=True, slots=True)
class People:
    """`filed` and `added` are new on file. Recipients and addresses stand in the order of the lines; a gift by code has
    neither yet.
    """

    payer: Reader
    filed: list[Reader]
    added: list[Address]
    recipients: list[Reader | None]
    addresses: list[Address | None]


def people_of(payer: rules.Person, wanted: Sequence[Wanted], *, numbers: rows.Numbers, intake: Intake) -> People:
    """The rows, not yet written. Whoever is not signed in is a new reader, and so is a recipient who is somebody else.

    :raises Invalid: when a field of a person or an address is refused
    """
    newcomers = [] if intake.paying else [payer]
    seats: list[int | None] = []
    for line in wanted:
        brings = line.brings_a_reader and intake.subscription is None
        seats.append(len(newcomers) if brings else None)
        if brings and line.recipient is not None:
            newcomers.append(line.recipient)
    filed = readers.new_readers([_typed(person) for person in newcomers], now=intake.now)
    for reader in filed:
        reader.pk = next(numbers[Reader])
    paying = intake.paying or filed[0]
    found = [
        filed[seat] if seat is not None else line.reader_on_file or paying
        for line, seat in zip(wanted, seats, strict=True)
    ]
    added = _new_addresses(wanted, found, intake=intake)
    for address in added:
        address.pk = next(numbers[Address])
    following = iter(added)
    addresses = [line.address_on_file or (next(following) if line.ship_to is not None else None) for line in wanted]
    recipients = [reader if address else None for reader, address in zip(found, addresses, strict=True)]
    return People(paying, filed, added, recipients, addresses)


def _new_addresses(wanted: Sequence[Wanted], recipients: Sequence[Reader], *, intake: Intake) -> list[Address]:
    typed = [
        readers.NewAddress(reader=recipient, typed=line.ship_to, path=line.path)
        for line, recipient in zip(wanted, recipients, strict=True)
        if line.ship_to is not None and line.address_on_file is None
    ]
    return readers.new_addresses(typed, by=intake.by, source="order", now=intake.now)


def _typed(person: rules.Person) -> readers.NewReader:
    return readers.NewReader(name=person.name, company=person.company, email=person.email, phone=person.phone)
