"""Issues on top for everyone whom one issue did not reach, as when a truck was lost: set by set, however many."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from psycopg import sql

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms.actions.extending import MOST, Effect, ExtensionIsOdd, ExtensionIsTakenBack, Use
from subscriptions.terms.actions.laying import lay_all_again
from subscriptions.terms.actions.reasons import UnknownReason
from subscriptions.terms.actions.shifting import many_shifted
from subscriptions.terms.models import BulkExtension, Entry, ServiceReason, Subscription, Term
from subscriptions.terms.queries.bulk import Where, entitled_to


class NobodyToExtend(DomainError):
    code = "nobody_to_extend"


class ExtensionStands(DomainError):
    code = "bulk_extension_stands"


@transaction.atomic
def bulk_extend(
    *, issue_id: int, issues: int, reason_code: str, where: Where, by: Actor, now: dt.datetime
) -> BulkExtension:
    """Give `issues` more (in units) to everyone who was entitled to an issue that was mailed there.

    As with `extend` it lengthens the term that runs, or goes on behind one that has run out. Who has no end, has
    cancelled since, or was given that copy back before is left out and counted. A line that was merged since stands
    for the one it goes on in, which gets them once.

    :raises UnknownReason: when the code is no reason for an extension or a claim
    :raises ExtensionIsOdd: below one and above sixty issues, for an issue that is not mailed (its run can be
        voided yet), and for a reason that spreads money, which is given one by one
    :raises ExtensionStands: when this was done before, or at the same time, and not taken back
    :raises NobodyToExtend: when it would reach nobody
    """
    reason = ServiceReason.objects.filter(code=reason_code, use__in=(Use.EXTENSION, Use.CLAIM), is_active=True).first()
    if reason is None:
        raise UnknownReason(f"“{reason_code}” is not a reason for more issues.")
    if not 1 <= issues <= MOST:
        raise ExtensionIsOdd(f"Give between 1 and {MOST} issues.")
    if reason.effect == Effect.SPLIT:
        raise ExtensionIsOdd("This reason spreads the money that is left; give such issues one by one.")
    issue = Issue.objects.get(pk=issue_id)
    open_issue = catalog.keep_issue_open(magazine_id=issue.magazine_id, now=now, counting=False)
    issue.refresh_from_db()
    if issue.state != Issue.State.MAILED:
        raise ExtensionIsOdd(f"{issue} is not in the mail yet; as long as its run can be voided, nobody missed it.")

    bulk = _enter(BulkExtension(
        magazine_id=issue.magazine_id, reason=reason, issue=issue, criteria=where.as_criteria(), units=issues,
        entered_at=now, entered_by=by.reference,
    ))  # fmt: skip
    entitled = _lock_entitled(bulk, where=where)
    bulk.extended = _run(_LENGTHEN, bulk, entitled, open_issue=open_issue)
    bulk.extended += _run(_GO_ON, bulk, entitled, open_issue=open_issue)
    if not bulk.extended:
        raise NobodyToExtend(f"Nobody there could be given more for {issue}.")
    bulk.left_out = len(entitled) - bulk.extended
    bulk.save(update_fields=["extended", "left_out"])
    audit.record(
        by, "bulk_extension.entered", bulk, reason=reason.code, issue=issue.number, issues=issues,
        extended=bulk.extended, left_out=bulk.left_out, **bulk.criteria,
    )  # fmt: skip
    _lay_what_waits(bulk)
    many_shifted(_lines_of(bulk))
    return bulk


@transaction.atomic
def take_back_bulk_extension(*, bulk_id: int, by: Actor, now: dt.datetime) -> BulkExtension:
    """Reverse it for all whose issues on top have not gone out yet; the others keep theirs.

    A term that was changed in mid-term since (split, as for a move to another zone) has carried them over and keeps
    them, too.

    :raises ExtensionIsTakenBack: when that was done
    """
    bulk = BulkExtension.objects.select_for_update(of=("self",)).select_related("issue", "reason").get(pk=bulk_id)
    if bulk.taken_back_at is not None:
        raise ExtensionIsTakenBack("That was taken back before.")
    open_issue = catalog.keep_issue_open(magazine_id=bulk.magazine_id, now=now, counting=False)
    given = Subscription.objects.select_for_update(no_key=True).filter(pk__in=_lines_of(bulk)).order_by("pk")
    bulk.taken_back_at, bulk.taken_back_by = now, by.reference
    bulk.taken_back = _run(_TAKE_BACK, bulk, list(given.values_list("pk", flat=True)), open_issue=open_issue)
    bulk.save(update_fields=["taken_back_at", "taken_back_by", "taken_back"])
    _lay_what_waits(bulk)
    audit.record(by, "bulk_extension.taken_back", bulk, taken_back=bulk.taken_back)
    many_shifted(_lines_of(bulk))
    return bulk


def _enter(bulk: BulkExtension) -> BulkExtension:
    """Written first: it may take minutes, and whoever presses again meanwhile waits here, and is told."""
    try:
        with transaction.atomic():
            bulk.save()
    except IntegrityError as same:
        raise ExtensionStands(
            f"This was given for {bulk.issue} before, to the same places for the same reason. Take it back first."
        ) from same
    return bulk


def _lock_entitled(bulk: BulkExtension, *, where: Where) -> list[int]:
    """The subscriptions that were entitled to the issue, or go on what was, locked in the order of everybody."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(entitled=entitled_to(issue=bulk.issue, where=where)))
        return [pk for (pk,) in cursor.fetchall()]


def _lay_what_waits(bulk: BulkExtension) -> None:
    """What waits behind a lengthened term begins later, or sooner again."""
    waiting = Term.objects.filter(subscription__in=_lines_of(bulk), predecessor__isnull=False, ended_on__isnull=True)
    lay_all_again(set(waiting.values_list("subscription_id", flat=True)))


def _lines_of(bulk: BulkExtension) -> QuerySet[Entry, Any]:
    return Entry.objects.filter(reason=bulk.reason, link=bulk.link).values("term__subscription")


def _run(statement: sql.Composable, bulk: BulkExtension, subscriptions: list[int], *, open_issue: Issue) -> int:
    at = {
        "magazine": bulk.magazine_id,
        "first": open_issue.pk,
        "ordinal": open_issue.ordinal,
        "unit": open_issue.unit,
        "today": bulk.entered_at.astimezone(open_issue.magazine.zone).date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(bulk, subscriptions) | at)
        return int(cursor.rowcount)


def _values(bulk: BulkExtension, subscriptions: list[int]) -> dict[str, Any]:
    return {
        "subscriptions": subscriptions,
        "issues": bulk.units,
        # A special used up nothing: there is nothing to be earned again.
        "gives_back": bulk.reason.effect == Effect.CREDIT and bulk.issue.weight > 0,
        "reason": bulk.reason_id,
        "copy": bulk.issue_id,
        "about": _about(bulk),
        "link": bulk.link,
        "at": bulk.taken_back_at or bulk.entered_at,
        "by": bulk.taken_back_by or bulk.entered_by,
    }


def _about(bulk: BulkExtension) -> str:
    return f"{bulk.reason.name}: {bulk.issue}"[:120]


# A line that was merged has nothing left; the one that it was merged into has.
_LOCK = sql.SQL("""
  with recursive line as (
    select subscription_id as id from ({entitled}) reached
     union
    select s.merged_into_id from line join terms_subscription s on s.id = line.id where s.merged_into_id is not null
  )
  select id from terms_subscription where id in (select id from line) and merged_into_id is null
   order by id for no key update
""")
# Who may be extended: without a term that has no end, and not given that copy back before.
_MAY = sql.SQL("""
  may as materialized (
    select s.id as subscription_id
      from unnest(%(subscriptions)s::bigint[]) s (id)
     where not exists (select from terms_term t where t.subscription_id = s.id and t.c_to is null)
       and not (%(gives_back)s and exists (
             select from terms_entry e join terms_term t on t.id = e.term_id
              where t.subscription_id in (
                      with recursive one(id) as (
                        select s.id union
                        select m.id from terms_subscription m join one on m.merged_into_id = one.id)
                      select id from one)
                and e.kind = 'credit' and e.copy_issue_id = %(copy)s and e.reverses_id is null
                and not exists (select from terms_entry r where r.reverses_id = e.id)))
  )
""")
_CLOCK = sql.SQL("""
  clock as materialized (
    select may.subscription_id, %(unit)s - coalesce(k.units, 0) as now
      from may left join skip_at(%(magazine)s, %(ordinal)s) k on k.subscription_id = may.subscription_id
  )
""")
# The term that runs, else the first that waits, else one that has just run out: as `extend` chooses. A term of nothing
# but goodwill has no money that a credit could give back.
_LENGTHEN = sql.SQL("""
  with {may},
  {clock},
  chosen as (
    select distinct on (t.subscription_id) t.id, %(gives_back)s and t.units > 0 as gives_back
      from clock
      join terms_term t on t.subscription_id = clock.subscription_id
     cross join lateral (select t.c_to > greatest(t.c_from, clock.now) as lives) is_live
     where t.ended_at is null and (lives or t.c_to = clock.now)
     order by t.subscription_id, lives desc, case when lives then t.c_from else - t.c_from end
  ),
  lengthened as (
    update terms_term t
       set bonus = t.bonus + case when chosen.gives_back then 0 else %(issues)s end,
           credit = t.credit + case when chosen.gives_back then %(issues)s else 0 end
      from chosen where t.id = chosen.id
    returning t.id, chosen.gives_back
  )
  insert into terms_entry (term_id, kind, units, about, reason_id, link, copy_issue_id, at, by)
  select id, case when gives_back then 'credit' else 'bonus' end, %(issues)s, %(about)s, %(reason)s, %(link)s,
         case when gives_back then %(copy)s end, %(at)s, %(by)s
    from lengthened
""").format(may=_MAY, clock=_CLOCK)
# Not extended, and not because somebody cancelled: the last term is over by itself. One that was cancelled while it
# waited lies behind it, empty, and was never served. A free term follows, as for `extend`: like what was served last,
# behind the last of all, whose grace ends with what has been sent. (`not in`, which is hashed: nobody has counted the
# entries that were written a moment ago, and `not exists` is taken for a loop over all of them.)
_GO_ON = sql.SQL("""
  with {may},
  {clock},
  ran_out as materialized (
    select clock.subscription_id, clock.now
      from clock
     where clock.subscription_id not in (
             select t.subscription_id from terms_entry e join terms_term t on t.id = e.term_id
              where e.link = %(link)s and e.reason_id = %(reason)s)
       and (select t.ended_at is null from terms_term t
             where t.subscription_id = clock.subscription_id and t.c_to > t.c_from
             order by t.c_from desc, t.id desc limit 1)
  ),
  served as (
    select distinct on (t.subscription_id)
           t.subscription_id, t.payer_id, t.copy_class, t.copies, t.currency, ran_out.now
      from ran_out
      join terms_term t on t.subscription_id = ran_out.subscription_id
     where t.ended_at is null
     order by t.subscription_id, t.c_from desc, t.id desc
  ),
  last as (
    select distinct on (t.subscription_id)
           t.subscription_id, t.id, least(t.grace, greatest(0, ran_out.now - t.c_to)) as grace
      from ran_out
      join terms_term t on t.subscription_id = ran_out.subscription_id
     where not exists (select from terms_term f where f.predecessor_id = t.id)
     order by t.subscription_id, t.c_from desc, t.id desc
  ),
  given_way as (
    update terms_term t set grace = last.grace from last where t.id = last.id and t.grace <> last.grace
  ),
  followed as (
    insert into terms_term
           (uuid, subscription_id, predecessor_id, payer_id, copy_class, copies, magazine_cents, postage_cents,
            currency, units, carried, bonus, credit, cut, stepped, grace, c_from, reachable_issue_id, start_issue_id,
            settled_at, sold_on)
    select gen_random_uuid(), served.subscription_id, last.id, payer_id, copy_class, copies, 0, 0,
           currency, 0, 0, %(issues)s, 0, 0, false, 0, served.now, %(first)s, %(first)s,
           %(at)s, %(today)s
      from served join last on last.subscription_id = served.subscription_id
     order by served.subscription_id
    returning id
  )
  insert into terms_entry (term_id, kind, units, about, reason_id, link, at, by)
  select id, 'bonus', %(issues)s, %(about)s, %(reason)s, %(link)s, %(at)s, %(by)s
    from followed
""").format(may=_MAY, clock=_CLOCK)
_TAKE_BACK = sql.SQL("""
  with clock as materialized (
    select s.id as subscription_id, %(unit)s - coalesce(k.units, 0) as now
      from unnest(%(subscriptions)s::bigint[]) s (id)
      left join skip_at(%(magazine)s, %(ordinal)s) k on k.subscription_id = s.id
  ),
  given as (
    select e.id, e.term_id, e.kind, e.units, e.about
      from clock
      join terms_term t on t.subscription_id = clock.subscription_id
      join terms_entry e on e.term_id = t.id and e.reason_id = %(reason)s and e.link = %(link)s
     where e.kind in ('bonus', 'credit') and e.reverses_id is null
       and not exists (select from terms_entry r where r.reverses_id = e.id)
       and t.ended_at is null and t.c_to - e.units >= greatest(t.c_from, clock.now)
  ),
  shortened as (
    update terms_term t
       set bonus = t.bonus - case when given.kind = 'bonus' then given.units else 0 end,
           credit = t.credit - case when given.kind = 'credit' then given.units else 0 end
      from given where t.id = given.term_id
    returning given.id, given.term_id, given.kind, given.units, given.about
  )
  insert into terms_entry (term_id, kind, units, about, reason_id, link, reverses_id, at, by)
  select term_id, kind, - units, left('taken back: ' || about, 120), %(reason)s, %(link)s, id, %(at)s, %(by)s
    from shortened
""")
