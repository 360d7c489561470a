"""Back issues in the storeroom: they come in, are counted, and are promised to terms and claims one by one."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.errors import DomainError
from subscriptions.catalog.models import IssueStock, StockMovement

Why = StockMovement.Why


class NoStock(DomainError):
    code = "no_stock"


class QuantityIsOdd(DomainError):
    code = "quantity_is_odd"


@transaction.atomic
def receive_stock(*, issue_id: int, copies: int, by: Actor, now: dt.datetime, note: str = "") -> IssueStock:
    """So many copies came in.

    :raises QuantityIsOdd: unless it is at least one
    """
    if copies < 1:
        raise QuantityIsOdd("At least one copy must come in.")
    return _move(lock_stock(issue_id), copies, Why.RECEIVED, by=by, now=now, note=note)


@transaction.atomic
def count_stock(*, issue_id: int, copies: int, by: Actor, now: dt.datetime, note: str) -> IssueStock:
    """So many are there, whatever was on file.

    :raises QuantityIsOdd: for a negative number, or without a word why it is another one
    """
    if copies < 0 or not note.strip():
        raise QuantityIsOdd("Give the number of copies that are there, and why it is another one.")
    stock = lock_stock(issue_id)
    difference = copies - stock.on_hand
    return _move(stock, difference, Why.COUNTED, by=by, now=now, note=note) if difference else stock


@transaction.atomic
def take_stock(*, issue_id: int, copies: int, why: str, link: str, by: Actor, now: dt.datetime) -> IssueStock:
    """Promise copies to somebody: from here on they are nobody else's.

    :raises NoStock: when there are not so many
    """
    stock = lock_stock(issue_id)
    if stock.on_hand < copies:
        raise NoStock(f"There are {stock.on_hand} copies of {stock.issue} in stock, not {copies}.")
    return _move(stock, -copies, Why(why), by=by, now=now, link=link)


@transaction.atomic
def give_back_stock(*, issue_id: int, copies: int, link: str, by: Actor, now: dt.datetime) -> IssueStock:
    """Copies that were promised and not sent."""
    return _move(lock_stock(issue_id), copies, Why.GIVEN_BACK, by=by, now=now, link=link)


def lock_stock(issue_id: int) -> IssueStock:
    """The stock of an issue; no copy of it is promised to anybody until the transaction has ended."""
    IssueStock.objects.bulk_create([IssueStock(issue_id=issue_id)], ignore_conflicts=True)
    return IssueStock.objects.select_for_update(of=("self",)).select_related("issue").get(issue_id=issue_id)


def _move(
    stock: IssueStock, quantity: int, why: str, *, by: Actor, now: dt.datetime, link: str = "", note: str = ""
) -> IssueStock:
    stock.on_hand += quantity
    stock.save(update_fields=["on_hand"])
    StockMovement.objects.create(
        issue_id=stock.issue_id, quantity=quantity, why=why, link=link[:60], note=note.strip()[:120], at=now,
        by=by.reference,
    )  # fmt: skip
    return stock
