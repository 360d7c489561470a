"""What people do with claims: answer the open ones, take one back, and take in copies that the post returns."""

import datetime as dt
from typing import Literal

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, NotFound
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.actions.claims import (
    State,
    extend_for,
    file_claim,
    hold_for_address,
    is_made_good,
    promise_copy,
    refuse_claimed,
    refuse_unsent,
    words_of,
)
from subscriptions.fulfillment.models import Claim, ClaimPolicy
from subscriptions.fulfillment.queries import claims as queries
from subscriptions.fulfillment.queries.claims import RETURNED
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.readers import actions as readers
from subscriptions.terms import actions as terms
from subscriptions.terms.actions.reaching import reach_with_the_one_in_force
from subscriptions.terms.actions.reasons import reason_for
from subscriptions.terms.models import ServiceReason

Answer = Literal["replacement", "extension", "refusal"]


class NoSuchClaim(NotFound):
    code = "no_such_claim"


class ClaimStandsElsewhere(DomainError):
    code = "claim_in_other_state"


class AnswerNeedsWords(DomainError):
    code = "answer_needs_words"


@transaction.atomic
def answer_claim(*, claim_id: int, answer: Answer, words: str = "", by: Actor, now: dt.datetime) -> Claim:
    """Answer an open claim by hand, whatever the policy says; the reader is told `words`, or what usually is said.

    :raises ClaimStandsElsewhere: unless it is open
    :raises NoStock: for a replacement, when there is none
    :raises ExtensionIsOdd: for issues at the end that answer for a copy that nobody paid for, as grace (`extend`)
    :raises AnswerNeedsWords: for a refusal without a reason
    """
    claim = _locked(claim_id, now=now)
    if claim.state != State.OPEN:
        raise ClaimStandsElsewhere(f"This claim is not open any more: {claim.get_state_display()}.")
    if answer == "refusal":
        if not words.strip():
            raise AnswerNeedsWords("Say why; the reader reads it.")
        claim.state = State.REFUSED
    elif answer == "replacement":
        promise_copy(claim, by=by, now=now)
    else:
        extend_for(claim, by=by, now=now)
    claim.answer = words.strip()[:300] or words_of(Outcome(answer), claim)
    claim.answered_at, claim.answered_by = now, by.reference
    claim.save(update_fields=["state", "entry", "answer", "answered_at", "answered_by"])
    audit.record(by, "claim.answered", claim, answer=answer)
    return claim


@transaction.atomic
def withdraw_claim(*, claim_id: int, by: Actor, now: dt.datetime) -> Claim:
    """The copy came after all: what was promised for it is taken back.

    :raises ClaimStandsElsewhere: when another copy has been sent, or it was withdrawn or refused before
    :raises ExtensionIsUsed: when the issues added have gone out (`ExtensionIsTakenBack`)
    """
    claim = _locked(claim_id, now=now)
    if claim.state not in (State.OPEN, State.REPLACING, State.EXTENDED):
        raise ClaimStandsElsewhere(f"This claim cannot be withdrawn any more: {claim.get_state_display()}.")
    if claim.state == State.REPLACING:
        catalog.give_back_stock(issue_id=claim.issue_id, copies=1, link=f"claim:{claim.uuid}", by=by, now=now)
    if claim.entry_id is not None:
        terms.take_back(entry_id=claim.entry_id, by=by, now=now)
    before, claim.state = claim.state, State.WITHDRAWN
    claim.answer = "The copy came after all."
    claim.answered_at, claim.answered_by = now, by.reference
    claim.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    audit.record(by, "claim.withdrawn", claim, before=before)
    return claim


@transaction.atomic
def record_returned_copy(
    *, subscription_id: int, issue_id: int, by: Actor, now: dt.datetime, note: str = "", copy_no: int = 1
) -> Claim:
    """The post brought a copy back: it is given back to the reader, and nothing more of any title goes to that address.

    The hold begins with the next issue that can be reached and ends with a new address; a reader who has moved since
    needs none. A copy that used up nothing (a free one, grace) has nothing to give back, and one of several is not
    worth an issue for all of them: its claim stays open for a person.

    :raises CopyNeverSent: when this reader was sent no such copy
    :raises CopyIsClaimed: when it is claimed, or was made good, already
    """
    at = reach_with_the_one_in_force(subscription_id, now=now)
    issue = Issue.objects.select_related("magazine").get(pk=issue_id)
    copy = refuse_unsent(at, issue, copy_no=copy_no)
    refuse_claimed(copy, issue, insists=False)
    reason = reason_for(RETURNED, use=ServiceReason.Use.CLAIM)
    claim = file_claim(copy, reason=reason, note=note, by=by, now=now)
    address = queries.address_of_copy(copy, issue)
    held = hold_for_address(claim, went_to=address, note=f"{issue} came back", by=by, now=now)
    if address is not None:
        readers.mark_undeliverable(address_id=address.pk, by=by, on=now.astimezone(dt.UTC).date())
    if queries.may_be_extended(copy, issue):
        made_good = "It is made good at the end"
        if not is_made_good(claim, by=by, now=now):
            claim.state, made_good = State.REFUSED, "It was made good before"
        goes_on = "copies wait for the new address" if held else "what comes next goes to another address"
        claim.answer = f"{issue} came back to us. {made_good}, and {goes_on}."
        claim.answered_at, claim.answered_by = now, by.reference
    claim.save(update_fields=["state", "entry", "answer", "answered_at", "answered_by"])
    audit.record(by, "claim.copy_returned", claim, issue=issue.number)
    return claim


@transaction.atomic
def set_claim_policy(*, magazine_id: int, by: Actor, **numbers: int) -> ClaimPolicy:
    """What the magazine does about copies claimed from now on; claims that were answered stay as they are."""
    policy, _ = ClaimPolicy.objects.update_or_create(magazine_id=magazine_id, defaults=numbers)
    audit.record(by, "claim.policy_set", policy, **numbers)
    return policy


def _locked(claim_id: int, *, now: dt.datetime) -> Claim:
    """Issue and subscription first, as everywhere, and then the claim."""
    subscription_id = Claim.objects.filter(pk=claim_id).values_list("subscription_id", flat=True).first()
    if subscription_id is None:
        raise NoSuchClaim("There is no such claim.")
    reach_with_the_one_in_force(subscription_id, now=now)
    locked = Claim.objects.select_for_update(of=("self",)).select_related("issue__magazine", "reason")
    return locked.get(pk=claim_id)
