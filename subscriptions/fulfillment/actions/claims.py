"""A reader claims a copy, and is told at once what happens."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Max, Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue, StockMovement
from subscriptions.fulfillment.models import MAIN, Claim, ClaimReason, Copy, LabelRun
from subscriptions.fulfillment.queries import claims as queries
from subscriptions.fulfillment.rules import claims as rules
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.readers.models import Address
from subscriptions.terms import actions as terms
from subscriptions.terms.actions.reaching import Reach, reach_in_force, reach_with_the_one_in_force
from subscriptions.terms.actions.reasons import UnknownReason, reason_for
from subscriptions.terms.models import Pause, ServiceReason
from subscriptions.terms.queries import expire, homes_of
from subscriptions.terms.queries.destinations import addresses_of

State = Claim.State
IN_FORCE = (State.OPEN, State.REPLACING, State.SENT, State.EXTENDED, State.REFUSED)


class CopyNeverSent(DomainError):
    code = "copy_never_sent"


class CopyIsClaimed(DomainError):
    code = "copy_is_claimed"


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """What happens, and the sentence that says so. Too early: no claim is kept, and it is taken from `come_back_on`."""

    outcome: Outcome
    sentence: str
    issue: Issue
    claim: Claim | None = None
    come_back_on: dt.date | None = None


@transaction.atomic
def claim_copy(
    *,
    subscription_id: int,
    issue_id: int,
    reason_code: str,
    by: Actor,
    now: dt.datetime,
    note: str = "",
    copy_no: int = 1,
    insists: bool = False,
) -> ClaimAnswer:
    """Take a claim and answer it by the magazine's policy: another copy, issues at the end, or a person.

    :param insists: a member of staff lets the same copy be claimed once more
    :raises UnknownReason: when the code is no reason of a claim
    :raises CopyNeverSent: when this reader was sent no such copy
    :raises CopyIsClaimed: when it was claimed before
    """
    rule = _rule_for(reason_code, by=by)
    at = reach_with_the_one_in_force(subscription_id, now=now)
    issue = Issue.objects.select_related("magazine").get(pk=issue_id)
    copy = refuse_unsent(at, issue, copy_no=copy_no)
    refuse_claimed(copy, issue, insists=insists)
    known = queries.known_about(copy, issue=issue, rule=rule, now=now)
    policy = queries.policy_of(issue.magazine_id)
    decision = rules.decide(known, policy)
    if decision.come_back_on is not None:
        sentence = _too_early(issue, decision.come_back_on)
        return ClaimAnswer(decision.outcome, sentence, issue, come_back_on=decision.come_back_on)

    claim = file_claim(copy, reason=rule.reason, note=note, by=by, now=now)
    try:
        outcome = carry_out(claim, decision.outcome, by=by, now=now)
    except catalog.NoStock:
        # The last one was promised to somebody else just now.
        without = rules.decide(replace(known, stock=0), policy)
        outcome = carry_out(claim, without.outcome, by=by, now=now)
    audit.record(by, "claim.made", claim, issue=issue.number, outcome=outcome, insists=insists)
    return ClaimAnswer(outcome, claim.answer, issue, claim=claim)


def refuse_unsent(at: Reach, issue: Issue, *, copy_no: int) -> Copy:
    copy = queries.copy_sent(subscription_id=at.subscription.pk, issue_id=issue.pk, copy_no=copy_no)
    # The day is that of the main run; nobody has planned one for a supplement.
    ahead = issue.mail_on >= at.today and (copy is None or copy.purpose == MAIN)
    planned = f"it is planned to be mailed on {issue.mail_on:%d %b %Y}." if ahead else "ask again once it has been."
    if copy is None:
        raise CopyNeverSent(_why_not(at, issue, copy_no=copy_no, planned=planned))
    # Until then the run can be voided, and the claim would be of a copy that never was.
    if not LabelRun.objects.filter(
        pk=copy.run_id, state__in=(LabelRun.State.HANDED_OVER, LabelRun.State.MAILED)
    ).exists():
        raise CopyNeverSent(f"{issue} is not in the mail yet; {planned}")
    return copy


def refuse_claimed(copy: Copy, issue: Issue, *, insists: bool) -> None:
    before = Claim.objects.filter(subscription_id=copy.subscription_id, issue=issue, copy_no=copy.copy_no)
    # A run that is voided lets wait again what it sent, and two claims of a copy cannot: also when staff insist.
    voidable = Q(run_uuid__in=queries.later_runs_in_the_house().values("uuid"))
    unfinished = before.filter(Q(state__in=(State.OPEN, State.REPLACING)) | voidable).first()
    if unfinished is not None:
        raise CopyIsClaimed(f"{issue} is claimed already: {unfinished.get_state_display()}.")
    if not insists and (answered := before.filter(state__in=IN_FORCE).order_by("pk").last()):
        raise CopyIsClaimed(f"{issue} was claimed before, and answered: {answered.get_state_display()}.")


def file_claim(copy: Copy, *, reason: ServiceReason, note: str, by: Actor, now: dt.datetime) -> Claim:
    same = Claim.objects.filter(
        subscription_id=copy.subscription_id, issue_id=copy.issue_id, copy_no=copy.copy_no
    )  # fmt: skip
    last = same.aggregate(last=Max("sequence"))["last"] or 0
    return Claim.objects.create(
        subscription_id=copy.subscription_id,
        issue_id=copy.issue_id,
        copy_no=copy.copy_no,
        sequence=last + 1,
        reason=reason,
        note=note.strip()[:200],
        reported_at=now,
        reported_by=by.reference,
    )


def carry_out(claim: Claim, outcome: Outcome, *, by: Actor, now: dt.datetime) -> Outcome:
    """Do what was decided, and keep the sentence that the reader is told."""
    if outcome == Outcome.REPLACEMENT:
        promise_copy(claim, by=by, now=now)
    elif outcome == Outcome.EXTENSION:
        outcome = outcome if is_made_good(claim, by=by, now=now) else Outcome.PERSON
    elif outcome == Outcome.UNDELIVERABLE:
        note = f"{claim.issue} and those before it did not come"
        went_to = queries.address_of_copy(queries.copy_claimed(claim), claim.issue)
        held = hold_for_address(claim, went_to=went_to, note=note, by=by, now=now)
        outcome = outcome if held else Outcome.PERSON
    claim.answer = words_of(outcome, claim)
    if claim.state != State.OPEN:
        claim.answered_at, claim.answered_by = now, by.reference
    claim.save(update_fields=["state", "entry", "answer", "answered_at", "answered_by"])
    return outcome


def promise_copy(claim: Claim, *, by: Actor, now: dt.datetime) -> None:
    """:raises NoStock: when there is none left"""
    catalog.take_stock(
        issue_id=claim.issue_id, copies=1, why=StockMovement.Why.CLAIM, link=f"claim:{claim.uuid}", by=by, now=now
    )
    claim.state = State.REPLACING


def extend_for(claim: Claim, *, by: Actor, now: dt.datetime) -> None:
    """As many units as the copy used up, where the copies come from now; what they do to the money follows the reason.

    What came from stock was taken out of its term when that was sold, with the whole weight of its issue.
    """
    copy = queries.copy_claimed(claim)
    extension = terms.extend(
        subscription_id=claim.subscription_id,
        issues=max(1, copy.units if copy.purpose == MAIN else claim.issue.weight),
        reason_code=claim.reason.code,
        copy_issue_id=claim.issue_id,
        link=f"claim:{claim.uuid}",
        about=f"{claim.issue}: {claim.reason.name.lower()}",
        by=by,
        now=now,
    )
    claim.entry, claim.state = extension.entry, State.EXTENDED


def is_made_good(claim: Claim, *, by: Actor, now: dt.datetime) -> bool:
    """False where an issue was given for that copy before, or for that of a subscription made one with this."""
    try:
        with transaction.atomic():
            extend_for(claim, by=by, now=now)
    except terms.CopyIsCredited:
        return False
    return True


def hold_for_address(claim: Claim, *, went_to: Address | None, note: str, by: Actor, now: dt.datetime) -> Pause | None:
    """Nothing more goes there until somebody says where the reader lives; one such hold is enough.

    None where the next issues go to another door anyhow: the reader has moved, or two subscriptions were made one.
    """
    at = reach_in_force(claim.subscription_id, now=now)
    [(goes_to, _)] = addresses_of(at.subscription.pk, [at.first_issue]).values()
    home = homes_of([at.subscription.pk]).get(at.subscription.pk)  # Where it goes to after a stay away, too.
    doors = {address.door_key for address in (goes_to, home) if address is not None}
    if went_to is None or went_to.door_key not in doors:
        return None
    there = Pause.objects.filter(
        subscription=at.subscription, reason=Pause.Reason.BAD_ADDRESS, until_issue__isnull=True
    ).first()
    if there is not None:
        return there
    return terms.hold(
        subscription_id=at.subscription.pk, from_issue_id=at.first_issue.pk, until_issue_id=None,
        reason=Pause.Reason.BAD_ADDRESS, note=note[:60], by=by, now=now,
    )  # fmt: skip


def _rule_for(code: str, *, by: Actor) -> ClaimReason:
    reason = reason_for(code, use=ServiceReason.Use.CLAIM)
    if by.kind == "reader" and not reason.words:
        raise UnknownReason(f"“{code}” is not a reason that readers give.")
    rule = ClaimReason.objects.select_related("reason").filter(reason=reason).first()
    return rule or ClaimReason(reason=reason)


def _why_not(at: Reach, issue: Issue, *, copy_no: int, planned: str) -> str:
    if copy_no > 1:
        return f"This subscription was sent no copy {copy_no} of {issue}."
    if not issue.is_pulled:
        return f"{issue} has not gone out yet; {planned}"
    held = Pause.objects.filter(subscription=at.subscription, from_issue__ordinal__lte=issue.ordinal).exclude(
        until_issue__ordinal__lte=issue.ordinal
    )
    if held.exists():
        return f"{issue} was held back, so it was not sent; it was not used up either."
    return f"{issue} was never sent to this reader: it does not belong to what was paid for."


def words_of(outcome: Outcome, claim: Claim) -> str:
    """What the reader is told."""
    issue = claim.issue
    if outcome == Outcome.REPLACEMENT:
        return f"Another copy of {issue} is sent from stock, to the address in force on that day."
    if outcome == Outcome.EXTENSION:
        last = expire(claim.entry.term.subscription_id if claim.entry else claim.subscription_id).issue
        ends = f": the last issue is now {last}" if last else ""
        return f"{issue} is made good at the end{ends}."
    if outcome == Outcome.UNDELIVERABLE:
        return (
            "Several issues in a row did not come, so the address may be wrong. Nothing more is sent there, and nothing"
            " is used up, until it is put right. Somebody looks into it."
        )
    return f"Somebody looks into {issue} and answers."


def _too_early(issue: Issue, day: dt.date) -> str:
    return f"{issue} may still be on its way. If it has not come by then, claim it from {day:%B} {day.day} on."
