"""A cancelled subscription goes on: what was cut off comes back, from the next issue that a change reaches."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.terms.actions.carrying import Carried, take_back_issues
from subscriptions.terms.actions.laying import give_way
from subscriptions.terms.actions.reaching import Reach, reach
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.actions.terms import grace_of
from subscriptions.terms.models import Comp, Entry, Subscription, Term
from subscriptions.terms.queries.cancelling import last_cancellation
from subscriptions.terms.queries.life import life_of
from subscriptions.terms.queries.promises import start_clock
from subscriptions.terms.rules import TermSpan


class NothingToReinstate(DomainError):
    code = "nothing_to_reinstate"


@transaction.atomic
def reinstate(*, subscription_id: int, by: Actor, now: dt.datetime, back_issues: int = 0) -> list[Term]:
    """Continue each term that the last cancellation ended, for what it released. The money is the caller's matter.

    `back_issues` of those missed since are sent from stock, as far as the magazine's rule for it allows. Where the
    last cancellation was one at the end, no term has ended: it is asked to renew again, and has its grace.

    :raises NothingToReinstate: when nothing was cancelled, or it was reinstated already, or has come to its end since
    :raises TermNeverEnds: behind a perpetual term
    """
    at = reach(subscription_id, now=now)
    at_end = last_cancellation(subscription_id).filter(kind=Entry.Kind.CUT, units=0).first()
    if at_end is not None:
        _take_back(at_end, at, by=by)
        return []
    cut_off = _cut_off(subscription_id)
    allowed = min(back_issues, at.subscription.magazine.back_start_reinstated)
    first = cut_off[0]
    back = take_back_issues(at, asked=allowed, units=-first.units, copies=first.term.copies, by=by)
    terms = [
        _continue(entry, carried=Carried(back=back if place == 0 else ()), now=now, by=by)
        for place, entry in enumerate(cut_off)
    ]
    _goes_on(at.subscription, terms, by=by)
    return terms


def _goes_on(subscription: Subscription, terms: list[Term], *, by: Actor) -> None:
    subscription.renewal = Subscription.Renewal.RENEW
    subscription.save(update_fields=["renewal"])
    audit.record(by, "subscription.reinstated", subscription, terms=[term.pk for term in terms])
    service_shifted([subscription.pk])


def _take_back(entry: Entry, at: Reach, *, by: Actor) -> None:
    """A cancellation at the end, while something is left and nobody has paid for more since."""
    live = at.live_terms()
    taken_back = Entry.objects.filter(reverses=entry).exists()
    if not live or taken_back or at.subscription.renewal != Subscription.Renewal.DO_NOT_RENEW:
        raise NothingToReinstate("Nothing was cancelled here that could be taken up again.")
    last = live[-1]
    if not Term.objects.filter(predecessor=last).exists():
        last.grace = grace_of(at.subscription.magazine, last.copy_class)
        last.save(update_fields=["grace"])
    Entry.objects.create(
        term=entry.term, kind=Entry.Kind.CUT, units=0, about="goes on after all", link=f"term:{entry.term.uuid}",
        reverses=entry, at=at.now, by=by.reference,
    )  # fmt: skip
    _goes_on(at.subscription, [], by=by)


def _cut_off(subscription_id: int) -> list[Entry]:
    """What the last cancellation took off, in the order in which it would have been served."""
    cuts = last_cancellation(subscription_id).filter(kind=Entry.Kind.CUT, units__lt=0)
    entries = list(cuts.select_related("term").order_by("pk"))
    if not entries or Term.objects.filter(split_from__in=[entry.term_id for entry in entries]).exists():
        raise NothingToReinstate("Nothing was cancelled here that could be taken up again.")
    return entries


def _continue(cut: Entry, *, carried: Carried, now: dt.datetime, by: Actor) -> Term:
    old = cut.term
    at = reach(old.subscription_id, now=now)
    life = life_of(old.subscription_id)
    units = -cut.units
    span = TermSpan(c_from=start_clock(life, start=at.first_issue), units=units, carried=carried.units)
    term = Term.objects.create(
        subscription_id=old.subscription_id,
        predecessor=give_way(life),
        split_from=old,
        payer_id=old.payer_id,
        copy_class=old.copy_class,
        copies=old.copies,
        magazine_cents=old.released_magazine_cents,
        postage_cents=old.released_postage_cents,
        currency=old.currency,
        units=units,
        carried=carried.units,
        grace=0,
        c_from=span.c_from,
        reachable_issue=at.first_issue,
        start_issue=carried.first_issue or life.first_issue_of(span),
        settled_at=now,
        sold_on=at.today,
        opens_on=old.opens_on,
    )
    Entry.objects.create(
        term=term, kind=Entry.Kind.SPLIT_IN, units=units, about="reinstated", link=f"term:{old.uuid}", at=now,
        by=by.reference,
    )  # fmt: skip
    carried.write(term, link=f"term:{old.uuid}", by=by, now=now)
    Comp.objects.filter(term=old).update(term=term)  # Whoever answers for free copies answers for the rest.
    return term
