"""Holds: issues that a reader does not get and does not consume."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms.actions.hold_limits import refuse_unheld
from subscriptions.terms.actions.laying import lay_again
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Pause, Subscription
from subscriptions.terms.queries import holds as queries
from subscriptions.terms.queries.holds import HoldRunsBackwards, NothingToHold

__all__ = [
    "HoldHasBegun",
    "HoldIsOver",
    "HoldIsTheHouses",
    "HoldRunsBackwards",
    "NothingToHold",
    "OnlyRunsSkip",
    "change_hold_end",
    "end_hold",
    "hold",
    "hold_while_away",
    "resume_at_new_address",
    "withdraw_hold",
]


class HoldIsOver(DomainError):
    code = "hold_is_over"


class HoldHasBegun(DomainError):
    code = "hold_has_begun"


class HoldIsTheHouses(DomainError):
    code = "hold_is_the_houses"


class OnlyRunsSkip(DomainError):
    code = "only_runs_skip"


@transaction.atomic
def hold(
    *,
    subscription_id: int,
    from_issue_id: int,
    until_issue_id: int | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    note: str = "",
    over_limit_because: str = "",
) -> Pause:
    """Hold back every issue of `[from, until)`; without `until`, until further notice. None of them is consumed.

    Asked for again, as by a second tap on the button, it is the hold that stands: ending it has to end all of it.

    :param over_limit_because: why a member of staff lets a reader hold back more than the house allows in a year
    :raises IssueIsPulled: when the first issue is out of reach already
    :raises HoldRunsBackwards: when the end is not after the beginning, or not in the same magazine
    :raises NothingToHold: for a vacation, when no issue is owed from there on (`HoldInGrace`, `HoldNeedsPayment`)
    :raises TooManyHeld: for a vacation, above the house's limit for a year
    """
    if reason == Pause.Reason.SKIP:
        raise OnlyRunsSkip("A skip is written by a label run; choose another reason.")
    open_issue, subscription = _keep_open(subscription_id, now=now)
    begins = Issue.objects.get(pk=from_issue_id)
    ends = Issue.objects.get(pk=until_issue_id) if until_issue_id is not None else None
    refuse_odd_stretch(begins, ends, open_issue=open_issue)
    standing = queries.standing(subscription.pk, first=begins, until=ends, reason=reason, note=note)
    if standing is not None:
        return standing
    if reason == Pause.Reason.VACATION:
        refuse_unheld(subscription, begins=begins, ends=ends, by=by, over_limit_because=over_limit_because)

    pause = _enter(subscription, begins=begins, ends=ends, reason=reason, by=by, now=now, note=note)
    because = {"over_limit_because": over_limit_because} if over_limit_because else {}
    audit.record(
        by, "subscription.held", subscription, pause=pause.pk, reason=reason, first_issue=begins.number, **because
    )
    return pause


@transaction.atomic
def hold_while_away(
    *,
    subscription_id: int,
    away_from: dt.date,
    back_on: dt.date | None,
    by: Actor,
    now: dt.datetime,
    note: str = "",
    over_limit_because: str = "",
) -> Pause:
    """A vacation by days: from the first issue expected after leaving, until the first expected after coming back.

    :raises NothingToHold: when no issue that a change still reaches is expected in between
    :raises CalendarIsOver: when a day lies beyond the calendar; else as `hold`
    """
    _, subscription = _keep_open(subscription_id, now=now)
    first, until = queries.stretch_for_days(
        magazine_id=subscription.magazine_id, away_from=away_from, back_on=back_on, now=now
    )
    return hold(
        subscription_id=subscription_id,
        from_issue_id=first.pk,
        until_issue_id=until.pk if until else None,
        reason=Pause.Reason.VACATION,
        by=by,
        now=now,
        note=note,
        over_limit_because=over_limit_because,
    )


@transaction.atomic
def change_hold_end(
    *,
    pause_id: int,
    by: Actor,
    now: dt.datetime,
    until_issue_id: int | None = None,
    back_on: dt.date | None = None,
    over_limit_because: str = "",
) -> Pause:
    """Let a hold end with another issue, or the first one expected from a day on; with neither, until further notice.

    Shorter moves its end; longer is one more pause, joined to the old end. Answers the last pause of the hold.

    :raises HoldIsOver: when it has ended
    :raises HoldIsTheHouses: when a reader would change what the house imposed
    :raises IssueIsPulled: when the issue to resume with is out of reach
    """
    chain, open_issue, subscription = _lock_chain(pause_id, by=by, now=now)
    ends = _until(until_issue_id, back_on, magazine_id=subscription.magazine_id, now=now)
    old = chain[-1].until_issue
    if old is not None and old.ordinal < open_issue.ordinal:
        raise HoldIsOver(f"This hold ended with {old}; enter another one.")
    if ends is not None:
        _refuse_out_of_reach(ends, open_issue=open_issue)
    if ends == old:
        return chain[-1]
    if old is None or (ends is not None and ends.ordinal < old.ordinal):
        return _shorten(chain, subscription, resumes=ends or open_issue, by=by)
    if chain[0].reason == Pause.Reason.VACATION:
        refuse_unheld(subscription, begins=old, ends=ends, by=by, over_limit_because=over_limit_because)
    pause = _enter(subscription, begins=old, ends=ends, reason=chain[0].reason, by=by, now=now, note=chain[0].note)
    until = ends.number if ends else None
    because = {"over_limit_because": over_limit_because} if over_limit_because else {}
    audit.record(by, "subscription.hold_lengthened", subscription, pause=pause.pk, until=until, **because)
    return pause


@transaction.atomic
def end_hold(*, pause_id: int, by: Actor, now: dt.datetime, until_issue_id: int | None = None) -> Pause:
    """Resume with `until_issue_id`, or with the first issue that a change still reaches. The skipped stay skipped.

    :raises HoldIsOver: when it has ended, or would end later than it does
    :raises HoldIsTheHouses: when a reader would end what the house imposed
    :raises IssueIsPulled: when the issue to resume with is out of reach
    """
    chain, open_issue, subscription = _lock_chain(pause_id, by=by, now=now)
    resumes = open_issue if until_issue_id is None else Issue.objects.get(pk=until_issue_id)
    _refuse_out_of_reach(resumes, open_issue=open_issue)
    last = chain[-1].until_issue
    if last is not None and resumes.ordinal >= last.ordinal:
        raise HoldIsOver(f"This hold ends with {last}; a longer one is another hold.")
    return _shorten(chain, subscription, resumes=resumes, by=by)


@transaction.atomic
def withdraw_hold(*, pause_id: int, by: Actor, now: dt.datetime) -> Pause:
    """Take back a hold that has not begun: nothing is held, as if it had never been. Its rows stay, to tell of it.

    :raises HoldHasBegun: when its first issue is out of reach; then it can be ended
    :raises HoldIsTheHouses: when a reader would take back what the house imposed
    """
    chain, open_issue, subscription = _lock_chain(pause_id, by=by, now=now)
    first = chain[0].from_issue
    if first.ordinal < open_issue.ordinal:
        raise HoldHasBegun(f"{first} is held back already. The hold can end with {open_issue}.")
    return _shorten(chain, subscription, resumes=first, by=by)


def resume_at_new_address(subscription: Subscription, *, first: Issue, by: Actor) -> None:
    """Whatever was held as the post could not deliver goes on with the first issue to another address (domain 4.27).

    Needs the subscription's lock.
    """
    held = Pause.objects.filter(subscription=subscription, reason=Pause.Reason.BAD_ADDRESS).filter(
        Q(until_issue__isnull=True) | Q(until_issue__ordinal__gt=first.ordinal)
    )
    pauses = list(held.select_related("from_issue", "until_issue").order_by("from_issue__ordinal", "pk"))
    if pauses:
        _shorten(pauses, subscription, resumes=first, by=by)


def refuse_odd_stretch(begins: Issue, ends: Issue | None, *, open_issue: Issue) -> None:
    _refuse_out_of_reach(begins, open_issue=open_issue)
    if ends is not None and (ends.magazine_id != begins.magazine_id or ends.ordinal <= begins.ordinal):
        raise HoldRunsBackwards(f"A hold from {begins} cannot end with {ends}.")


def _keep_open(subscription_id: int, *, now: dt.datetime) -> tuple[Issue, Subscription]:
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    open_issue = catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
    return open_issue, lock(subscription_id)


def _lock_chain(pause_id: int, *, by: Actor, now: dt.datetime) -> tuple[list[Pause], Issue, Subscription]:
    subscription_id = Pause.objects.values_list("subscription_id", flat=True).get(pk=pause_id)
    open_issue, subscription = _keep_open(subscription_id, now=now)
    pause = Pause.objects.select_related("from_issue", "until_issue").get(pk=pause_id)
    if by.kind == "reader" and pause.reason != Pause.Reason.VACATION:
        raise HoldIsTheHouses("This hold was not entered by you. Please write or call us to have it ended.")
    return queries.chain_of(pause), open_issue, subscription


def _until(until_issue_id: int | None, back_on: dt.date | None, *, magazine_id: int, now: dt.datetime) -> Issue | None:
    if back_on is not None:
        return queries.first_for_day(magazine_id=magazine_id, day=back_on, now=now)
    return Issue.objects.get(pk=until_issue_id) if until_issue_id is not None else None


def _enter(
    subscription: Subscription,
    *,
    begins: Issue,
    ends: Issue | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    note: str,
) -> Pause:
    pause = Pause.objects.create(
        subscription=subscription,
        from_issue=begins,
        until_issue=ends,
        reason=Pause.Reason(reason),
        note=note,
        entered_at=now,
        entered_by=by.reference,
    )
    lay_again(subscription.pk)
    service_shifted([subscription.pk])
    return pause


def _shorten(chain: list[Pause], subscription: Subscription, *, resumes: Issue, by: Actor) -> Pause:
    """End it with that issue. What had not begun by then ends where it begins, and holds nothing."""
    for pause in chain:
        ends = max(resumes, pause.from_issue, key=lambda issue: issue.ordinal)
        if pause.until_issue is None or ends.ordinal < pause.until_issue.ordinal:
            pause.until_issue = ends
            pause.save(update_fields=["until_issue"])
    lay_again(subscription.pk)
    last = next((pause for pause in reversed(chain) if pause.until_issue != pause.from_issue), chain[0])
    audit.record(by, "subscription.resumed", subscription, pause=last.pk, first_issue=resumes.number)
    service_shifted([subscription.pk])
    return last


def _refuse_out_of_reach(issue: Issue, *, open_issue: Issue) -> None:
    if issue.magazine_id != open_issue.magazine_id:
        raise HoldRunsBackwards(f"{issue} is an issue of another magazine.")
    if issue.ordinal < open_issue.ordinal:
        raise catalog.IssueIsPulled(f"{issue} is out of reach; the first that a change reaches is {open_issue}.")
