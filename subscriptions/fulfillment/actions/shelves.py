"""Back issues counted where they lie: what is promised and not sent yet lies there too."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import IssueStock
from subscriptions.fulfillment.queries import promised_of


@transaction.atomic
def count_shelf(*, issue_id: int, copies: int, by: Actor, now: dt.datetime, note: str) -> IssueStock:
    """So many lie there in all, whatever was on file.

    :raises QuantityIsOdd: when more are promised than are there, or without a word why it is another number
    """
    catalog.lock_stock(issue_id)
    promised = promised_of(issue_id)
    if copies < promised:
        raise catalog.QuantityIsOdd(
            f"{promised} copies are promised and not sent yet, and {copies} are there. Withdraw what cannot be sent, "
            "or find the rest first."
        )
    return catalog.count_stock(issue_id=issue_id, copies=copies - promised, by=by, now=now, note=note)
