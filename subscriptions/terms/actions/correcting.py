"""A number of issues that was keyed wrong, put right: no remedy, which has its reason, and no change of what was paid.

The money that is left pays for what is left, as after every change in mid-term (reference: domain part 2, Adjustment).
"""

import datetime as dt
import uuid

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, Invalid
from subscriptions.terms.actions.reaching import reach
from subscriptions.terms.actions.splitting import split
from subscriptions.terms.models import Entry, Term

MOST = 60


class NothingToCorrect(DomainError):
    code = "nothing_to_correct"


class CorrectionIsOdd(DomainError):
    code = "correction_is_odd"


@transaction.atomic
def correct_term(*, term_id: int, issues: int, because: str, by: Actor, now: dt.datetime) -> Entry:
    """Let a term be so many issues longer, or shorter where `issues` (in units) is negative, for the same money.

    What is out stays as it was. The entry in the expire ledger says why.

    :raises Invalid: without a reason
    :raises NothingToCorrect: when nothing of the term is left
    :raises CorrectionIsOdd: for no issues, more than sixty, a term without end, or when nothing would be left of it
    """
    if not because.strip():
        raise Invalid({"because": [("required", "Say what was keyed wrong.")]})
    if not 0 < abs(issues) <= MOST:
        raise CorrectionIsOdd(f"Put between 1 and {MOST} issues on top, or take as many off.")
    at = reach(Term.objects.values_list("subscription_id", flat=True).get(pk=term_id), now=now)
    term = next((term for term in at.live_terms() if term.pk == term_id), None)
    if term is None:
        raise NothingToCorrect("Nothing of that term is left: it is over, or goes on in another.")
    left = at.units_left(term)
    if left is None or left + issues < 1:
        raise CorrectionIsOdd(
            "It has no end, so no number can be wrong."
            if left is None
            else f"{left} are to come, and one has to stay. To end it, cancel it."
        )
    link = f"correction:{uuid.uuid4()}"
    done = split(
        term_id=term_id, why="number_corrected", correction=issues, about=because.strip(), link=link, by=by, now=now
    )
    entry = Entry.objects.get(term=done.new, kind=Entry.Kind.CORRECTION)
    audit.record(by, "term.corrected", done.new, old=term_id, issues=issues, entry=entry.pk)
    return entry
