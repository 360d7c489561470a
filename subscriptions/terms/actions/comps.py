"""Free subscriptions: somebody answers for each, and says every year that it still stands (domain 4.37)."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.terms.actions.laying import give_way
from subscriptions.terms.actions.reaching import reach_locked
from subscriptions.terms.actions.subscriptions import lock_in_force
from subscriptions.terms.actions.terms import FREE_CLASSES
from subscriptions.terms.models import Comp, Entry, Subscription, Term
from subscriptions.terms.queries.promises import start_clock
from subscriptions.terms.rules import TermSpan


class CompIsOdd(DomainError):
    code = "comp_is_odd"


@transaction.atomic
def give_comp(
    *,
    subscription_id: int,
    units: int | None,
    owner: str,
    why: str,
    confirm_by: dt.date,
    by: Actor,
    now: dt.datetime,
    copy_class: str = Term.Class.COMP,
    copies: int = 1,
) -> Term:
    """Send it for nothing: `units` issues, or without an end (None). No grace, no renewal, no revenue.

    What was made one with another subscription goes on there.

    :raises CompIsOdd: without an owner and a reason, a day in the future, and a class that is free
    :raises TermNeverEnds: behind a perpetual term
    """
    if not owner.strip() or not why.strip() or copy_class not in FREE_CLASSES or confirm_by <= now.date():
        raise CompIsOdd("Say who answers for the free copies, why, and by which day it is to be confirmed.")
    if units is not None and units < 1:
        raise CompIsOdd("Give at least one issue, or no number for a subscription without an end.")
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    start = catalog.keep_issue_open(magazine_id=magazine_id, now=now)
    at = reach_locked(lock_in_force(subscription_id), first_issue=start, now=now)
    span = TermSpan(c_from=start_clock(at.life, start=start), units=units)
    term = Term.objects.create(
        subscription=at.subscription,
        predecessor=give_way(at.life),
        payer_id=at.subscription.reader_id,
        copy_class=copy_class,
        copies=copies,
        units=units,
        c_from=span.c_from,
        reachable_issue=start,
        start_issue=at.life.first_issue_of(span),
        settled_at=now,
        sold_on=at.today,
    )
    if units is not None:
        Entry.objects.create(
            term=term, kind=Entry.Kind.BOUGHT, units=units, about="free", link=f"term:{term.uuid}", at=now,
            by=by.reference,
        )  # fmt: skip
    Comp.objects.create(term=term, owner=owner.strip()[:80], why=why.strip()[:120], confirm_by=confirm_by)
    audit.record(by, "comp.given", term, units=units, confirm_by=confirm_by.isoformat())
    return term


@transaction.atomic
def confirm_comp(*, term_id: int, confirm_by: dt.date, by: Actor, now: dt.datetime) -> Comp:
    """It still stands, until it has to be confirmed again.

    :raises CompIsOdd: when that day is not in the future
    """
    if confirm_by <= now.date():
        raise CompIsOdd("Choose a day in the future on which it is to be confirmed again.")
    comp = Comp.objects.select_for_update().get(term_id=term_id)
    comp.confirm_by, comp.confirmed_at, comp.confirmed_by = confirm_by, now, by.reference
    comp.save(update_fields=["confirm_by", "confirmed_at", "confirmed_by"])
    audit.record(by, "comp.confirmed", comp, confirm_by=confirm_by.isoformat())
    return comp
