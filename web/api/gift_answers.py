"""Puts together what the API tells staff about a gift. Reads only."""

from typing import Any

from orders.checkout import queries
from orders.checkout.actions import MovedGift
from orders.checkout.models import OrderLine
from orders.checkout.queries import GiftMoveQuote


def gift_answer(line: OrderLine) -> dict[str, Any]:
    """The fields of `StaffGiftOut`."""
    served_by, term = queries.service_of(line), queries.term_of(line)
    return {
        "line": line,
        "first_issue": term.start_issue if term else line.promised_first_issue,
        "subscription": served_by.uuid if served_by else None,
        "code": getattr(line, "gift_code", None),
    }


def quote_answer(quote: GiftMoveQuote) -> dict[str, Any]:
    """The fields of `GiftMoveOut`, before anything is written."""
    return {
        "issues": quote.issues,
        "first_issue": quote.first_issue,
        "outcome": quote.outcome,
        "surcharge_cents": quote.surcharge_cents,
        "currency": quote.currency,
        "subscription": None,
        "sentences": quote.sentences,
    }


def move_answer(moved: MovedGift) -> dict[str, Any]:
    """The fields of `GiftMoveOut`, once it is done."""
    dearer = moved.zone_move
    return {
        "issues": moved.issues,
        "first_issue": moved.first_issue,
        "outcome": dearer.outcome if dearer else "",
        "surcharge_cents": dearer.surcharge_cents if dearer else 0,
        "currency": moved.move.to_term.currency,
        "subscription": moved.move.to_subscription.uuid,
        "sentences": [],
    }
