"""What it would mean to send the rest of a gift somewhere else, told before anything is changed. Reads only."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from foundation.errors import DomainError
from orders.checkout.models import OrderLine, ZoneMove
from orders.checkout.queries.chains import chain_of
from orders.checkout.queries.gift_book import term_of
from orders.checkout.queries.moves import Surcharge, converted, dearer_by, outcome_by_policy
from orders.checkout.rules import money
from subscriptions.catalog.models import Issue, OfferPrice
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Term


class NotSentThere(DomainError):
    code = "not_sent_there"


@dataclass(frozen=True, slots=True)
class GiftMoveQuote:
    """`issues` of it come to the new place, from about `first_issue` on. `outcome` is empty where postage is no dearer.

    The donor is asked for `surcharge_cents` only when the outcome is `due`; `left_over_cents` are held for the donor.
    `access_until`: the last day of the digital access that goes along.
    """

    issues: int
    first_issue: Issue
    outcome: str
    surcharge_cents: int
    left_over_cents: int
    currency: str
    access_until: dt.date | None = None

    @property
    def sentences(self) -> list[str]:
        """In words, for whoever has to say yes."""
        said = f"{self.issues} issues go there, the first of them {self.first_issue}. It stays the donor's gift."
        return [said, *self.about_access, self.about_postage]

    @property
    def about_access(self) -> list[str]:
        if self.access_until is None:
            return []
        return [f"Its digital access goes along and lasts until {self.access_until:%d %b %Y}, as before."]

    @property
    def about_postage(self) -> str:
        dearer = money(self.surcharge_cents, self.currency)
        return {
            "": "Postage there is no dearer: no money moves.",
            ZoneMove.Outcome.ABSORBED: f"Postage there is dearer by {dearer}, which the house bears.",
            ZoneMove.Outcome.DUE: f"Postage there is dearer by {dearer}. The donor is asked for it, never the "
            "recipient; it comes on the work list of surcharges.",
            ZoneMove.Outcome.CONVERTED: f"Postage there is dearer by {dearer}: fewer issues come for the same money, "
            f"and {money(self.left_over_cents, self.currency)} that buy no issue are held for the donor.",
        }[self.outcome]


def quote_gift_move(*, line: OrderLine, to_zone: str, now: dt.datetime) -> GiftMoveQuote | None:
    """None while there is nothing to move.

    :raises NotSentThere: when its offer is not sold to that zone
    """
    term = term_of(line)
    rest = terms.what_is_left(term.pk, now) if term else None
    if term is None or rest is None or not rest.units:
        return None
    dearer = surcharge_of_gift(line, term, left=rest.units, to_zone=to_zone)
    access = terms.access_left_of(line.uuid, now=now)
    until = access.last_day if access else None
    if dearer is None:
        return GiftMoveQuote(rest.units, rest.first_issue, "", 0, 0, term.currency, until)
    outcome = outcome_by_policy([dearer], line.order.magazine, at_once=True)
    bought = converted(dearer, rest) if outcome == ZoneMove.Outcome.CONVERTED else None
    if bought is not None:
        return GiftMoveQuote(
            bought.issues, rest.first_issue, outcome, dearer.cents, bought.left_over_cents, term.currency, until
        )
    outcome = ZoneMove.Outcome.DUE if outcome == ZoneMove.Outcome.CONVERTED else outcome
    return GiftMoveQuote(rest.units, rest.first_issue, outcome, dearer.cents, 0, term.currency, until)


def due_for(line: OrderLine) -> Q:
    """What is due for a gift, whichever piece of its term was billed."""
    pieces = chain_of(line.term) if line.term else []
    return Q(term__in=[piece.pk for piece in pieces], outcome=ZoneMove.Outcome.DUE)


def surcharge_of_gift(line: OrderLine, term: Term, *, left: int, to_zone: str) -> Surcharge | None:
    """What the postage of `left` issues of a gift costs more in another zone than what is paid for; None: nothing.

    :raises NotSentThere: as `quote_gift_move`
    """
    due = ZoneMove.objects.filter(due_for(line)).order_by("pk").first()
    from_zone = due.from_zone if due else terms.home_zone(term.subscription_id)
    if from_zone == to_zone:
        return None
    postage = dict(OfferPrice.objects.filter(offer=line.offer_id).values_list("zone", "postage_cents"))
    if to_zone not in postage:
        raise NotSentThere("This gift is not sold to that country. Refund what is left, and order another one.")
    dearer = dearer_by(term, line, postage, from_zone=from_zone, to_zone=to_zone)
    return Surcharge(term, from_zone, to_zone, min(left, line.issues), line.issues, dearer) if dearer > 0 else None
