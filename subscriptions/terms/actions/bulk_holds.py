"""One hold for many subscriptions: a strike, a flood. Entered in one statement, and ended in one."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Q
from psycopg import sql

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog import queries as calendars
from subscriptions.catalog.models import Issue
from subscriptions.terms.actions.holds import HoldIsOver, refuse_odd_stretch
from subscriptions.terms.actions.laying import lay_all_again
from subscriptions.terms.actions.shifting import many_shifted
from subscriptions.terms.models import BulkHold, Pause, ServiceReason, Subscription, Term
from subscriptions.terms.queries.bulk import Where, reached_by


class HoldNeedsItsReason(DomainError):
    code = "hold_needs_its_reason"


class NobodyToHold(DomainError):
    code = "nobody_to_hold"


@transaction.atomic
def bulk_hold(
    *,
    from_issue_id: int,
    until_issue_id: int | None,
    reason_code: str,
    where: Where,
    by: Actor,
    now: dt.datetime,
) -> BulkHold:
    """Hold back `[from, until)` of everyone whose copy of the first issue would go there; without `until`, for good.

    Readers' own holds go on inside it: what two pauses cover is skipped once.

    :raises HoldNeedsItsReason: when the reason is not one of those for holds
    :raises NobodyToHold: when it would reach nobody; else as `hold`
    """
    begins = Issue.objects.get(pk=from_issue_id)
    open_issue = catalog.keep_issue_open(magazine_id=begins.magazine_id, now=now, counting=False)
    begins = Issue.objects.get(pk=from_issue_id)
    ends = Issue.objects.get(pk=until_issue_id) if until_issue_id is not None else None
    refuse_odd_stretch(begins, ends, open_issue=open_issue)
    reason = ServiceReason.objects.filter(code=reason_code, use=ServiceReason.Use.HOLD, is_active=True).first()
    if reason is None:
        raise HoldNeedsItsReason("Choose one of the reasons for holding issues back.")

    bulk = BulkHold.objects.create(
        magazine_id=begins.magazine_id,
        reason=reason,
        from_issue=begins,
        until_issue=ends,
        criteria=where.as_criteria(),
        entered_at=now,
        entered_by=by.reference,
    )
    bulk.held = _enter_pauses(bulk, where=where)
    if not bulk.held:
        raise NobodyToHold(f"Nobody gets {begins} there, so nothing is held back.")
    bulk.save(update_fields=["held"])
    _lay_what_waits(bulk)
    audit.record(
        by, "bulk_hold.entered", bulk, reason=reason.code, first_issue=begins.number, held=bulk.held, **bulk.criteria
    )
    many_shifted(Pause.objects.filter(bulk=bulk).values("subscription"))
    return bulk


@transaction.atomic
def end_bulk_hold(*, bulk_id: int, by: Actor, now: dt.datetime, until_issue_id: int | None = None) -> BulkHold:
    """Let all of its pauses end with `until_issue_id`, or with the first issue that a change still reaches.

    Pauses that were ended sooner, one by one, stay as they are.

    :raises HoldIsOver: when it has ended, or would end later than it does
    """
    bulk = BulkHold.objects.select_for_update(of=("self",)).select_related("from_issue", "until_issue").get(pk=bulk_id)
    open_issue = catalog.keep_issue_open(magazine_id=bulk.magazine_id, now=now, counting=False)
    resumes = open_issue if until_issue_id is None else Issue.objects.get(pk=until_issue_id)
    if resumes.ordinal < bulk.from_issue.ordinal:
        resumes = bulk.from_issue  # It had not begun: nothing is held.
    refuse_odd_end(bulk, resumes, open_issue=open_issue)
    later = Pause.objects.filter(bulk=bulk).filter(
        Q(until_issue__isnull=True) | Q(until_issue__ordinal__gt=resumes.ordinal)
    )
    held = Subscription.objects.select_for_update(no_key=True).filter(pk__in=later.values("subscription"))
    list(held.order_by("pk").values_list("pk"))
    ended = later.update(until_issue=resumes)
    bulk.until_issue, bulk.ended_at, bulk.ended_by = resumes, now, by.reference
    bulk.save(update_fields=["until_issue", "ended_at", "ended_by"])
    _lay_what_waits(bulk)
    audit.record(by, "bulk_hold.ended", bulk, first_issue=resumes.number, ended=ended)
    many_shifted(Pause.objects.filter(bulk=bulk).values("subscription"))
    return bulk


def refuse_odd_end(bulk: BulkHold, resumes: Issue, *, open_issue: Issue) -> None:
    if resumes.magazine_id != bulk.magazine_id or resumes.ordinal < open_issue.ordinal:
        raise catalog.IssueIsPulled(f"{resumes} is out of reach; the first that a change reaches is {open_issue}.")
    if bulk.until_issue is not None and resumes.ordinal >= bulk.until_issue.ordinal:
        raise HoldIsOver(f"This hold ends with {bulk.until_issue}; a longer one is another hold.")


def _enter_pauses(bulk: BulkHold, *, where: Where) -> int:
    """One statement: its triggers check all rows at once, and mark the terms as stepped."""
    values = {
        "issue": bulk.from_issue_id,
        "until": bulk.until_issue_id,
        "bulk": bulk.pk,
        "now": bulk.entered_at,
        "by": bulk.entered_by,
    }
    literals: dict[str, sql.Composable] = {name: sql.Literal(value) for name, value in values.items()}
    reached = reached_by(from_issue=bulk.from_issue, where=where)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_ENTER).format(reached=reached, **literals))
        return int(cursor.rowcount)


_ENTER = """
  INSERT INTO terms_pause
         (subscription_id, from_issue_id, until_issue_id, reason, bulk_id, note, entered_at, entered_by)
  SELECT subscription_id, {issue}, {until}::bigint, 'imposed', {bulk}, '', {now}, {by} FROM ({reached}) reached
"""


def _lay_what_waits(bulk: BulkHold) -> None:
    """Lay terms that wait again where the hold moves something under them: a double, or the issue they wait for."""
    ahead = calendars.planned_issues(bulk.magazine_id).filter(ordinal__gte=bulk.from_issue.ordinal)
    waiting = Term.objects.filter(
        subscription__in=Pause.objects.filter(bulk=bulk).values("subscription"), c_from__gt=0, ended_on__isnull=True
    )
    if ahead.filter(weight=2).exists():
        waiting = waiting.filter(Q(predecessor__isnull=False) | Q(pin_issue__isnull=False))
    else:
        # Dropped ones too: what was to begin with it begins with whatever comes behind it.
        waiting = waiting.filter(pin_issue__ordinal__gte=bulk.from_issue.ordinal)
    lay_all_again(set(waiting.values_list("subscription_id", flat=True)))
