"""A cancelled subscription goes on: what was cut off comes back, from the next issue that a change reaches."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.terms.actions.carrying import Carried, take_back_issues
from subscriptions.terms.actions.laying import give_way
from subscriptions.terms.actions.reaching import reach
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.models import Entry, Subscription, Term
from subscriptions.terms.queries.life import life_of
from subscriptions.terms.queries.promises import start_clock
from subscriptions.terms.rules import TermSpan


class NothingToReinstate(DomainError):
    code = "nothing_to_reinstate"


@transaction.atomic
def reinstate(*, subscription_id: int, by: Actor, now: dt.datetime, back_issues: int = 0) -> list[Term]:
    """Continue each term that the last cancellation ended, for what it released. The money is the caller's matter.

    `back_issues` of those missed since are sent from stock, as far as the magazine's rule for it allows.

    :raises NothingToReinstate: when nothing was cancelled, or it was reinstated already
    :raises TermNeverEnds: behind a perpetual term
    """
    at = reach(subscription_id, now=now)
    cut_off = _cut_off(subscription_id)
    allowed = min(back_issues, at.subscription.magazine.back_start_reinstated)
    first = cut_off[0]
    back = take_back_issues(at, asked=allowed, units=-first.units, copies=first.term.copies, by=by)
    terms = [
        _continue(entry, carried=Carried(back=back if place == 0 else ()), now=now, by=by)
        for place, entry in enumerate(cut_off)
    ]
    subscription = at.subscription
    subscription.renewal = Subscription.Renewal.RENEW
    subscription.save(update_fields=["renewal"])
    audit.record(by, "subscription.reinstated", subscription, terms=[term.pk for term in terms])
    service_shifted([subscription_id])
    return terms


def _cut_off(subscription_id: int) -> list[Entry]:
    """What the last cancellation took off, in the order in which it would have been served."""
    ends = Entry.objects.filter(term__subscription_id=subscription_id, link__startswith="cancel:")
    last = ends.order_by("-pk").first()
    cuts = ends.filter(link=last.link, kind=Entry.Kind.CUT, units__lt=0) if last else ends.none()
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
    carried.write(term, by=by, now=now)
    return term
