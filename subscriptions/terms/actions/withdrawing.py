"""A copy owed from stock that is not sent after all: its term has the issue to come, or lets go of its money."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.terms.actions.laying import lay_again
from subscriptions.terms.actions.reaching import reach
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.models import Entry, OwedCopy, Term
from subscriptions.terms.queries.life import life_of


class OwedCopyIsSent(DomainError):
    code = "owed_copy_is_sent"


class OwedCopyHasNoTerm(DomainError):
    code = "owed_copy_has_no_term"


@transaction.atomic
def withdraw_owed(*, owed_id: int, by: Actor, now: dt.datetime) -> Entry:
    """Send no back issue: the term that was sold with it has one issue more to come instead. The copy is free again.

    :raises OwedCopyIsSent: unless it waits for a supplemental run
    :raises OwedCopyHasNoTerm: when nothing of its term is left that could become longer
    """
    owed = OwedCopy.objects.select_related("term").get(pk=owed_id)
    at = reach(owed.term.subscription_id, now=now)
    owed = OwedCopy.objects.select_for_update().get(pk=owed_id)
    if owed.state != OwedCopy.State.WAITING:
        raise OwedCopyIsSent("This copy is on its way, or was withdrawn before.")
    term = next((term for term in at.live_terms() if term.pk == owed.term_id), None)
    if term is None:
        raise OwedCopyHasNoTerm("The term that it was sold with is over. Give an issue on top instead.")

    entry = _withdraw(owed, term, by=by, now=now)
    lay_again(term.subscription_id)
    _tell_first_issue(term)
    service_shifted([term.subscription_id])
    return entry


def withdraw_waiting(term: Term, *, by: Actor, now: dt.datetime) -> int:
    """Before a term is cancelled: what it was to have from stock and has not had is not sent; how many copies."""
    waiting = OwedCopy.objects.filter(term=term, state=OwedCopy.State.WAITING).order_by("pk").select_for_update()
    for owed in (found := list(waiting)):
        _withdraw(owed, term, by=by, now=now)
    return len(found)


def _withdraw(owed: OwedCopy, term: Term, *, by: Actor, now: dt.datetime) -> Entry:
    entry = take_off(owed, term, about=f"{owed.issue} is not sent after all", by=by, now=now)
    let_go(owed, entry, by=by, now=now)
    return entry


def take_off(owed: OwedCopy, term: Term, *, about: str, by: Actor, now: dt.datetime) -> Entry:
    """The term has not used it up, and is so much longer."""
    term.carried -= owed.units
    term.save(update_fields=["carried"])
    term.refresh_from_db(fields=["c_to"])
    return Entry.objects.create(
        term=term, kind=Entry.Kind.BACK_START, units=owed.units, about=about[:120], link=owed.entry.link,
        reverses_id=owed.entry_id, at=now, by=by.reference,
    )  # fmt: skip


def let_go(owed: OwedCopy, entry: Entry, *, by: Actor, now: dt.datetime) -> None:
    """It is free in stock again."""
    owed.state = OwedCopy.State.WITHDRAWN
    owed.save(update_fields=["state"])
    catalog.give_back_stock(
        issue_id=owed.issue_id, copies=owed.copies, link=f"subscription:{owed.subscription.uuid}", by=by, now=now
    )
    audit.record(by, "owed_copy.withdrawn", owed, entry=entry.pk)


def _tell_first_issue(term: Term) -> None:
    """What the term begins with now: another issue that is owed, or the first of its own."""
    others = OwedCopy.objects.filter(term=term).exclude(state=OwedCopy.State.WITHDRAWN).order_by("issue__ordinal")
    owed = others.select_related("issue").first()
    life = life_of(term.subscription_id)
    place = [each.pk for each in life.terms].index(term.pk)
    first = owed.issue if owed else life.first_issue_of(life.spans[place])
    Term.objects.filter(pk=term.pk).update(start_issue=first)
