"""A gift that goes with what its recipient has, who moves to a dearer postage zone before it is paid."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q

from foundation.actors import Actor
from orders.checkout import queries
from orders.checkout.actions.bills import lock_bills
from orders.checkout.actions.moving import settle_surcharges
from orders.checkout.models import OrderLine
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as service
from subscriptions.terms.models import FOREVER, ShipTo, Term
from subscriptions.terms.queries.merged import all_in_force, merged_ones


def joined_gifts(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """The gifts that come behind what their recipients have. Asked before their terms start.

    With the bills locked that theirs may take the place of: orders come before subscriptions.
    """
    gifts = [line for line in lines if line.subscription and line.address and line.issues and hasattr(line, "gift")]
    stands, goes_on = Q(pk__in=[]), all_in_force(line.subscription_id or 0 for line in gifts)
    for line in gifts:
        lines_there = merged_ones(goes_on[line.subscription_id or 0])
        stands |= Q(bill__payer=line.order.payer_id, bill__subscription__in=lines_there)
    if gifts:
        lock_bills(stands)
    return gifts


def ask_for_dearer_postage(gifts: Sequence[OrderLine], *, by: Actor, now: dt.datetime) -> None:
    """The term of each has begun. Where it goes to a dearer zone than its postage was paid for, the policy decides as
    for a gift that goes on elsewhere; what is due the donor owes."""
    for line in gifts:
        if line.term is None or line.address is None:
            continue
        home = ShipTo.objects.select_related("address").get(
            subscription=line.term.subscription_id, until_ordinal=FOREVER
        )
        if home.address.zone == line.address.zone:
            continue
        next_issue = service.what_is_left(line.term.pk, now).first_issue
        first = _first_there(line.term, next_issue, home)
        found = queries.surcharges(
            line.term.subscription_id, first=first, from_zone=line.address.zone, to_zone=home.address.zone
        )
        dearer = [each for each in found if each.term.pk == line.term.pk]
        # Never converted into fewer issues here: nobody is at the screen who would be told before the thanks go out.
        settle_surcharges(dearer, first=first, at_once=False, by=by, now=now)


def _first_there(term: Term, next_issue: Issue, home: ShipTo) -> Issue:
    """The first of its issues that goes there: it may wait in the queue, and the move may be one for later."""
    first = max(next_issue, term.start_issue or next_issue, key=lambda issue: issue.ordinal)
    if home.from_ordinal <= first.ordinal:
        return first
    return Issue.objects.select_related("magazine").get(magazine=first.magazine_id, ordinal=home.from_ordinal)
