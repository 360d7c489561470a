"""Terms start, one behind the other."""

import datetime as dt
import uuid
from typing import Literal

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers import queries as readers
from subscriptions.terms.actions.carrying import Carried, take_back_issues
from subscriptions.terms.actions.ending import end_term
from subscriptions.terms.actions.laying import give_way
from subscriptions.terms.actions.reaching import Reach, reach_locked
from subscriptions.terms.actions.subscriptions import lock_in_force, set_renewal
from subscriptions.terms.models import Entry, Subscription, Term
from subscriptions.terms.queries.carrying import graced_to_recoup
from subscriptions.terms.queries.merged import has_gone_to
from subscriptions.terms.queries.promises import start_clock
from subscriptions.terms.rules import TermSpan

# Grace is given in the hope of renewal, to readers who pay (domain 4.7): no comps, no unpaid orders, no agencies.
CLASSES_WITH_GRACE = frozenset({Term.Class.PAID, Term.Class.GIFT})
# A term of these pays for the grace copies before it.
CLASSES_THAT_PAY = frozenset({Term.Class.PAID, Term.Class.GIFT})
FREE_CLASSES = frozenset({Term.Class.COMP, Term.Class.STAFF, Term.Class.SAMPLE})
Origin = Literal["new", "renewal", "reinstated"]


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
    start_issue_id: int | None = None,
    back_issues: int | None = None,
    origin: Origin = "new",
    opens_on: dt.date | None = None,
    link: str = "",
) -> Term:
    """Start the term that an order line has paid for: with the first issue open to orders, or behind all that is there.

    What was made one with another subscription goes on there.

    The same line again gives the same term. Grace copies sent since the last term are taken out of it, by the
    magazine's rule; issues that are out already come from stock, as many as that rule allows for the origin of the
    order (and no more than `back_issues`, where somebody has chosen). A named `start_issue_id` means "not before".
    Until `opens_on` its reader does not hear of it, unless the first issue is in the home before. `link` is what the
    ledger says that it came of.

    :raises LineStartedElsewhere: when the line has started a term of another subscription
    :raises TermNeverEnds: behind a perpetual term, unless it is a free one, which ends
    :raises IssueIsPulled: when the named start issue is out of reach
    :raises CalendarIsOver: when no issue is planned that far
    """
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    start = catalog.keep_issue_open(magazine_id=magazine_id, now=now)
    subscription = lock_in_force(subscription_id)
    started = _started_by(line_uuid, subscription_id)
    if started is not None:
        return started

    pin = _pinned(start_issue_id, start=start)
    at = _end_free_copies(reach_locked(subscription, first_issue=start, now=now), by=by)
    asked = 0 if pin else back_issues  # who names a later issue does not begin with an earlier one
    back = _back_issues(at, asked=asked, units=units, copies=copies, origin=origin, by=by)
    carried = Carried(_recouped(at, payer_id=payer_id, copy_class=copy_class), back).at_most(units)
    span = TermSpan(c_from=start_clock(at.life, start=pin or start), units=units, carried=carried.units)
    first = carried.first_issue or at.life.first_issue_of(span)
    term = Term.objects.create(
        subscription=subscription,
        predecessor=give_way(at.life),
        line_uuid=line_uuid,
        payer_id=payer_id,
        copy_class=copy_class,
        copies=copies,
        magazine_cents=magazine_cents,
        postage_cents=postage_cents,
        currency=currency,
        units=units,
        carried=carried.units,
        stepped=bool(at.life.pauses),
        grace=grace_of(subscription.magazine, copy_class),
        c_from=span.c_from,
        reachable_issue=start,
        pin_issue=pin,
        start_issue=first,
        settled_at=now,
        sold_on=sold_on,
        opens_on=first_known_on(opens_on, first),
    )
    Entry.objects.create(term=term, kind=Entry.Kind.BOUGHT, units=units, link=link, at=now, by=by.reference)
    carried.write(term, link=link, by=by, now=now)
    _ask_again(subscription, payer_id=payer_id, copy_class=copy_class, by=by)
    audit.record(by, "term.started", term, subscription=subscription.pk, units=units, line=str(line_uuid))
    return term


def _ask_again(subscription: Subscription, *, payer_id: int, copy_class: str, by: Actor) -> None:
    """Readers who had cancelled and pay for more of it are asked to renew again; those who are given it are not."""
    if copy_class != Term.Class.PAID or subscription.renewal != Subscription.Renewal.DO_NOT_RENEW:
        return
    if payer_id in readers.files_of([subscription.reader_id]):
        set_renewal(subscription_id=subscription.pk, renewal=Subscription.Renewal.RENEW, by=by)


def first_known_on(asked: dt.date | None, first: Issue | None) -> dt.date | None:
    """A gift is no secret any more once its first issue may be in the home."""
    return min(asked, first.in_home_from) if asked and first else asked


def grace_of(magazine: Magazine, copy_class: str) -> int:
    """How many issues a new term of this class may go on after its end."""
    return magazine.grace_of_a_term if copy_class in CLASSES_WITH_GRACE else 0


def _pinned(start_issue_id: int | None, *, start: Issue) -> Issue | None:
    if start_issue_id is None or start_issue_id == start.pk:
        return None
    issue = Issue.objects.get(pk=start_issue_id)
    if issue.magazine_id != start.magazine_id or issue.ordinal < start.ordinal or issue.state != Issue.State.PLANNED:
        raise catalog.IssueIsPulled(f"A subscription can no longer start with {issue}; the first open one is {start}.")
    return issue


def _end_free_copies(at: Reach, *, by: Actor) -> Reach:
    """Whoever pays for what was free without an end starts with the next issue (domain 4.37)."""
    endless = [term for term in at.live_terms() if term.c_to is None and term.copy_class in FREE_CLASSES]
    for term in endless:
        end_term(term, at, kind=Entry.Kind.CUT, reason=None, why="became a paid subscription", link="", by=by)
    return reach_locked(at.subscription, first_issue=at.first_issue, now=at.now) if endless else at


def _recouped(at: Reach, *, payer_id: int, copy_class: str) -> list[Issue]:
    if copy_class not in CLASSES_THAT_PAY:
        return []
    magazine, ordinal = at.subscription.magazine, at.first_issue.ordinal
    return graced_to_recoup(at.life, magazine, start_ordinal=ordinal, payer_id=payer_id)


def _back_issues(at: Reach, *, asked: int | None, units: int, copies: int, origin: Origin, by: Actor) -> list[Issue]:
    magazine = at.subscription.magazine
    allowed = {
        "new": magazine.back_start_new,
        "renewal": magazine.back_start_renewal,
        "reinstated": magazine.back_start_reinstated,
    }[origin]
    asked = allowed if asked is None else min(asked, allowed)
    return take_back_issues(at, asked=asked, units=units, copies=copies, by=by)


def _started_by(line_uuid: uuid.UUID, subscription_id: int) -> Term | None:
    term = Term.objects.filter(line_uuid=line_uuid).first()
    if term is not None and term.subscription_id not in has_gone_to(subscription_id):
        raise LineStartedElsewhere(f"This order line has started a term of {term.subscription}.")
    return term
