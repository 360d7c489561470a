"""A change in mid-term: a term ends where the change begins, and its rest goes on in another one.

This is the re-base (reference: finance 1.1 row 11): nothing that was earned moves, what was released is the price of
the continuation, and `P * k // N` stays the only formula.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms.actions.ending import Ended, end_term, live_term
from subscriptions.terms.actions.handing_on import hand_over, take_over
from subscriptions.terms.actions.laying import give_way, lay_again
from subscriptions.terms.actions.reaching import Reach, reach_locked
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Comp, Entry, ServiceReason, Subscription, Term
from subscriptions.terms.queries.life import life_of
from subscriptions.terms.queries.promises import start_clock
from subscriptions.terms.rules import TermSpan


class SplitDoesNotFit(DomainError):
    code = "split_does_not_fit"


class OtherMagazine(DomainError):
    code = "other_magazine"


@dataclass(frozen=True, slots=True)
class Split:
    """`ended` says what the old term released; `first_issue` is the first that the new one serves."""

    ended: Ended
    old: Term
    new: Term
    first_issue: Issue | None


@transaction.atomic
def split(
    *,
    term_id: int,
    why: str,
    by: Actor,
    now: dt.datetime,
    units: int | None = None,
    copies: int | None = None,
    magazine_cents: int | None = None,
    postage_cents: int | None = None,
    to_subscription_id: int | None = None,
    payer_id: int | None = None,
    copy_class: str | None = None,
    link: str = "",
    reason: ServiceReason | None = None,
    correction: int = 0,
    about: str = "",
) -> Split:
    """End a term at the first issue that a change reaches, and go on with its rest: all of it, unless said otherwise.

    On another subscription of the same magazine (`to_subscription_id`) it goes on behind everything that is there.
    Money that is not carried over, or comes on top, is the caller's matter. Copies that wait to come from stock go on
    with it for what they were sold for: `units` and cents are without them. A `correction` of the number comes on top
    of the rest, or off it, as an entry of its own that says why in `about`.

    :raises NothingToCancel: when nothing of the term is left
    :raises SplitDoesNotFit: for a rest of no issues or no copies, or a term without end
    :raises OtherMagazine: when the other subscription is not one of the same magazine
    :raises TermNeverEnds: behind a perpetual term
    """
    subscription_id = Term.objects.values_list("subscription_id", flat=True).get(pk=term_id)
    target_id = to_subscription_id or subscription_id
    at = _reach_both(subscription_id, target_id, now=now)
    old = live_term(term_id, at)
    place = old.c_from
    left = at.units_left(old)
    if left is None or (left if units is None else units) + correction < 1 or (copies is not None and copies < 1):
        raise SplitDoesNotFit("A term goes on with at least one issue and one copy, and not without an end.")

    successor, grace = getattr(old, "successor", None), old.grace
    handed = hand_over(old, at, by=by)
    ended = end_term(old, at, kind=Entry.Kind.SPLIT_OUT, reason=reason, why=why, link=link, by=by)
    units = handed.units + (left if units is None else units)
    span = TermSpan(c_from=max(place, at.clock), units=units + correction)
    if target_id != subscription_id:
        life = life_of(target_id)
        span = TermSpan(c_from=start_clock(life, start=at.first_issue), units=units + correction)
        predecessor = give_way(life)
    else:
        predecessor = old
        Term.objects.filter(predecessor=old).update(predecessor=None)  # one term waits behind another
    new = Term.objects.create(
        subscription_id=target_id,
        predecessor=predecessor,
        split_from=old,
        payer_id=payer_id or old.payer_id,
        copy_class=copy_class or old.copy_class,
        copies=copies or old.copies,
        magazine_cents=_goes_on(magazine_cents, ended.magazine_cents, with_copies=handed.magazine_cents),
        postage_cents=_goes_on(postage_cents, ended.postage_cents, with_copies=handed.postage_cents),
        currency=old.currency,
        units=units + correction,
        grace=grace if target_id == subscription_id else 0,
        c_from=span.c_from,
        reachable_issue=_reachable(old, at, waits=place > at.clock, is_elsewhere=target_id != subscription_id),
        # Held until further notice its clock stands still, and it may wait where it would begin.
        pin_issue=old.pin_issue if place >= at.clock else None,
        settled_at=now,
        sold_on=at.today,
        opens_on=old.opens_on,
    )
    if target_id == subscription_id and successor is not None:
        Term.objects.filter(pk=successor.pk).update(predecessor=new)
    Entry.objects.create(
        term=new, kind=Entry.Kind.SPLIT_IN, units=units, about=why.replace("_", " ")[:120], reason=reason,
        link=link, at=now, by=by.reference,
    )  # fmt: skip
    if correction:
        Entry.objects.create(
            term=new, kind=Entry.Kind.CORRECTION, units=correction, about=about[:120], link=link, at=now,
            by=by.reference,
        )  # fmt: skip
    take_over(handed, new, by=by, now=now)
    Comp.objects.filter(term=old).update(term=new)  # Whoever answers for free copies answers for the rest.
    for changed in {subscription_id, target_id}:
        lay_again(changed)
    return _told(new, ended, by=by, why=why)


def _reachable(old: Term, at: Reach, *, waits: bool, is_elsewhere: bool) -> Issue | None:
    """What its order could reach, but no issue whose cut-off is over. What was taken over says it by its place."""
    if old.reachable_issue is None:
        return None if waits and not is_elsewhere else at.first_issue
    return max(old.reachable_issue, at.first_issue, key=lambda issue: issue.ordinal) if waits else at.first_issue


def _goes_on(said: int | None, released: int, *, with_copies: int) -> int:
    """What the caller carries over of the rest, and what the copies were sold for that come from stock."""
    return released if said is None else said + with_copies


def _told(new: Term, ended: Ended, *, by: Actor, why: str) -> Split:
    life = life_of(new.subscription_id)
    place = next(number for number, term in enumerate(life.terms) if term.pk == new.pk)
    first_issue = life.first_issue_of(life.spans[place])
    new = life.terms[place]
    new.start_issue = first_issue
    new.save(update_fields=["start_issue"])
    audit.record(by, "term.split", new, old=ended.term.pk, why=why, units=new.units)
    service_shifted({new.subscription_id, ended.term.subscription_id})
    return Split(ended, ended.term, new, first_issue)


def _reach_both(subscription_id: int, target_id: int, *, now: dt.datetime) -> Reach:
    """The issue first and then the subscriptions, the lower number first, as everyone locks them."""
    magazines = dict(Subscription.objects.filter(pk__in={subscription_id, target_id}).values_list("pk", "magazine_id"))
    if len(set(magazines.values())) > 1:
        raise OtherMagazine("That subscription is one of another magazine.")
    first_issue = catalog.keep_issue_open(magazine_id=magazines[subscription_id], now=now, counting=False)
    locked = {pk: lock(pk) for pk in sorted(magazines)}
    return reach_locked(locked[subscription_id], first_issue=first_issue, now=now)
