"""Copies owed from stock go on with the rest of the term that they were sold with, for what they were sold for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.actors import Actor
from subscriptions.terms import rules
from subscriptions.terms.actions.reaching import Reach
from subscriptions.terms.actions.withdrawing import let_go, take_off
from subscriptions.terms.models import Entry, OwedCopy, Term
from subscriptions.terms.queries.life import span_of


@dataclass(frozen=True, slots=True)
class HandedOn:
    """Copies that wait, and the cents by component that they were sold for. They come on top of what is split."""

    copies: Sequence[tuple[OwedCopy, Entry]]
    magazine_cents: int
    postage_cents: int

    @property
    def units(self) -> int:
        return sum(owed.units for owed, _ in self.copies)


def hand_over(term: Term, at: Reach, *, by: Actor) -> HandedOn:
    """Take them off a term that is about to end: it is as much longer, and releases as much more."""
    waiting = OwedCopy.objects.filter(term=term, state=OwedCopy.State.WAITING).select_related("issue", "subscription")
    before = _released(term, at)
    copies = [
        (owed, take_off(owed, term, about=f"{owed.issue} comes with the rest", by=by, now=at.now))
        for owed in waiting.order_by("pk").select_for_update(of=("self",))
    ]
    after = _released(term, at)
    return HandedOn(copies, after[0] - before[0], after[1] - before[1])


def take_over(handed: HandedOn, term: Term, *, by: Actor, now: dt.datetime) -> None:
    """The continuation owes them now. What its subscription is owed already, or has had from stock, comes as one of its
    next issues instead.

    The caller has counted the units of all of them to those of the term.
    """
    known = set(
        OwedCopy.objects.filter(subscription_id=term.subscription_id)
        .exclude(state=OwedCopy.State.WITHDRAWN)
        .exclude(pk__in=[owed.pk for owed, _ in handed.copies])
        .values_list("issue_id", flat=True)
    )
    for owed, taken_off in handed.copies:
        if owed.issue_id in known:
            let_go(owed, taken_off, by=by, now=now)
            continue
        owed.state = OwedCopy.State.WITHDRAWN  # here; what was taken out of stock for it is still there for it
        owed.save(update_fields=["state"])
        entry = Entry.objects.create(
            term=term, kind=Entry.Kind.BACK_START, units=-owed.units, about=f"{owed.issue} from stock",
            copy_issue_id=owed.issue_id, link=f"term:{taken_off.term.uuid}", at=now, by=by.reference,
        )  # fmt: skip
        OwedCopy.objects.create(
            subscription_id=term.subscription_id, issue_id=owed.issue_id, term=term, entry=entry, units=owed.units,
            copies=owed.copies, created_at=owed.created_at,
        )  # fmt: skip
        term.carried += owed.units
    term.save(update_fields=["carried"])


def _released(term: Term, at: Reach) -> tuple[int, int]:
    left = at.units_left(term) or 0
    magazine, postage = (
        rules.released_cents(span_of(term), left=left, price_cents=price)
        for price in (term.magazine_cents, term.postage_cents)
    )
    return magazine, postage
