"""Terms start, one behind the other."""

import datetime as dt
import uuid

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Entry, Subscription, Term
from subscriptions.terms.queries.life import Life, life_of
from subscriptions.terms.queries.promises import start_clock
from subscriptions.terms.rules import TermSpan

# Grace is given in the hope of renewal, to readers who pay (domain 4.7): no comps, no unpaid orders, no agencies.
CLASSES_WITH_GRACE = frozenset({Term.Class.PAID, Term.Class.GIFT})


class LineStartedElsewhere(DomainError):
    code = "line_started_elsewhere"


@transaction.atomic
def start_term(
    *,
    subscription_id: int,
    line_uuid: uuid.UUID,
    payer_id: int,
    units: int,
    copies: int,
    copy_class: str,
    magazine_cents: int,
    postage_cents: int,
    currency: str,
    sold_on: dt.date,
    by: Actor,
    now: dt.datetime,
    carried: int = 0,
) -> Term:
    """Start the term that an order line has paid for: with the first issue open to orders, or behind all that is there.

    The same line again gives the same term. `carried` are units used up already (grace copies recouped).

    :raises LineStartedElsewhere: when the line has started a term of another subscription
    :raises TermNeverEnds: behind a perpetual term
    :raises CalendarIsOver: when no issue is planned that far
    """
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    start = catalog.keep_issue_open(magazine_id=magazine_id, now=now)
    subscription = lock(subscription_id)
    started = _started_by(line_uuid, subscription)
    if started is not None:
        return started

    life = life_of(subscription_id)
    span = TermSpan(c_from=start_clock(life, start=start), units=units, carried=carried)
    term = Term.objects.create(
        subscription=subscription,
        predecessor=_give_way(life),
        line_uuid=line_uuid,
        payer_id=payer_id,
        copy_class=copy_class,
        copies=copies,
        magazine_cents=magazine_cents,
        postage_cents=postage_cents,
        currency=currency,
        units=units,
        carried=carried,
        stepped=bool(life.pauses),
        grace=subscription.magazine.grace_issues if copy_class in CLASSES_WITH_GRACE else 0,
        c_from=span.c_from,
        start_issue=life.first_issue_of(span),
        settled_at=now,
        sold_on=sold_on,
    )
    _write_first_entries(term, units=units, by=by, now=now)
    audit.record(by, "term.started", term, subscription=subscription_id, units=units, line=str(line_uuid))
    return term


def _started_by(line_uuid: uuid.UUID, subscription: Subscription) -> Term | None:
    term = Term.objects.filter(line_uuid=line_uuid).first()
    if term is not None and term.subscription_id != subscription.pk:
        raise LineStartedElsewhere(f"This order line has started a term of {term.subscription}.")
    return term


def _give_way(life: Life) -> Term | None:
    """The last term so far. With a successor there is nothing left to hope for: its grace ends."""
    if not life.terms:
        return None
    last = life.terms[-1]
    last.grace = 0
    last.save(update_fields=["grace"])
    return last


def _write_first_entries(term: Term, *, units: int, by: Actor, now: dt.datetime) -> None:
    bought = Entry(term=term, kind=Entry.Kind.BOUGHT, units=units, at=now, by=by.reference)
    recouped = Entry(term=term, kind=Entry.Kind.RECOUP, units=-term.carried, at=now, by=by.reference)
    Entry.objects.bulk_create([bought, recouped] if term.carried else [bought])
