"""Subscriptions follow their reader when two files became one, and go back when that is undone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from foundation.actors import Actor, system
from foundation.audit import actions as audit
from foundation.errors import DomainError
from foundation.one_by_one import each
from subscriptions.catalog import actions as catalog
from subscriptions.readers import actions as readers
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader, ReaderMerge
from subscriptions.terms.actions.addresses import change_address
from subscriptions.terms.actions.merging import merge_lines, unmerge_lines
from subscriptions.terms.actions.subscriptions import lock, lock_all
from subscriptions.terms.models import FOREVER, AccessTerm, AwayAddress, LineMerge, MovedLine, ShipTo, Subscription
from subscriptions.terms.queries.overview import SubscriptionOverview, overview
from subscriptions.terms.queries.promises import expire

APP = "terms"


def follow_merges(*, now: dt.datetime) -> int:
    """Follow every merge, and every undone one, that has not been ticked off; how many there were."""
    waiting = list(people.merges_to_follow(APP).values_list("pk", flat=True))
    each(waiting, lambda merge_id: follow_merge(merge_id=merge_id, now=now), failed="merge_not_followed")
    return len(waiting)


@transaction.atomic
def follow_merge(*, merge_id: int, now: dt.datetime) -> None:
    """Twice, or by two workers, changes nothing. One that was undone before anything followed moves nothing."""
    merge = ReaderMerge.objects.select_for_update().get(pk=merge_id)
    ticked = set(merge.ticks.filter(app=APP).values_list("undoing", flat=True))
    by, undone = system("reader_merge"), merge.undone_at is not None
    if False not in ticked:
        moved = {} if undone else _move_all(merge, by=by, now=now)
        readers.tick_merge(merge=merge, app=APP, undoing=False, now=now, **moved)
    if undone and True not in ticked:
        readers.tick_merge(merge=merge, app=APP, undoing=True, now=now, **_move_back(merge, by=by, now=now))


def _move_all(merge: ReaderMerge, *, by: Actor, now: dt.datetime) -> dict[str, list[int]]:
    """What was moved, by number: lines, and digital access."""
    kept = people.reader_in_force(merge.kept)
    mine = Subscription.objects.filter(reader_id=merge.merged_id)
    _keep_still(Subscription.objects.filter(reader_id__in=[merge.merged_id, kept.pk]), now=now)
    access = list(AccessTerm.objects.filter(reader_id=merge.merged_id).values_list("pk", flat=True))
    for line in list(mine.select_related("magazine").order_by("magazine_id", "pk")):
        move = MovedLine.objects.create(merge=merge, subscription=line, from_reader_id=line.reader_id)
        if merge.joins_lines:
            _join(move, kept=kept, by=by, now=now)
    lines = _lock_lines(mine)
    for line in lines:
        _give_to(kept, line, by=by)
    AccessTerm.objects.filter(pk__in=access).update(reader=kept)
    return {"lines": [line.pk for line in lines], "access_terms": access}


def _move_back(merge: ReaderMerge, *, by: Actor, now: dt.datetime) -> dict[str, list[int]]:
    """What the kept reader still has of it. Lines that became one are taken apart first."""
    kept = people.reader_in_force(merge.kept)
    moves = merge.moved_lines.select_related("line_merge", "subscription").order_by("-pk")
    joined = moves.order_by().values("line_merge__kept")
    _keep_still(Subscription.objects.filter(Q(moves__merge=merge) | Q(pk__in=joined)), now=now)
    for move in moves:
        if move.line_merge is not None and move.line_merge.undone_at is None:
            _take_apart(move, move.line_merge, by=by, now=now)
    lines = _lock_lines(Subscription.objects.filter(moves__merge=merge, reader=kept))
    for line in lines:
        _give_to(merge.merged, line, by=by)
    readers.give_back_addresses(merge=merge, address_ids=_addresses_alone_of(lines), by=by)
    moved = merge.ticks.get(app=APP, undoing=False).summary.get("access_terms", [])
    AccessTerm.objects.filter(pk__in=moved, reader=kept).update(reader_id=merge.merged_id)
    return {"lines": [line.pk for line in lines], "access_terms": moved}


def _addresses_alone_of(lines: Sequence[Subscription]) -> set[int]:
    """Where these lines were sent, ever and for a while, and no other line."""
    mine, others = Q(subscription__in=lines), ~Q(subscription__in=lines)
    home, away = (rows.values_list("address", flat=True) for rows in (ShipTo.objects, AwayAddress.objects))
    used = {*home.filter(mine), *away.filter(mine)}
    return used.difference(home.filter(others, address__in=used), away.filter(others, address__in=used))


def _keep_still(lines: QuerySet[Subscription], *, now: dt.datetime) -> None:
    """First the open issue of each magazine, then the lines, in the order of their numbers, as a pull and everyone do.

    Magazine by magazine would lock lines of one before the issue of the next, whose pull waits for these lines.
    """
    magazines = dict(lines.values_list("pk", "magazine_id"))
    catalog.keep_issues_open(magazine_ids=magazines.values(), now=now)
    lock_all(magazines)


def _lock_lines(lines: QuerySet[Subscription]) -> list[Subscription]:
    return [lock(pk) for pk in lines.order_by("pk").values_list("pk", flat=True)]


def _give_to(reader: Reader, subscription: Subscription, *, by: Actor) -> None:
    before, subscription.reader = subscription.reader_id, reader
    subscription.save(update_fields=["reader"])
    audit.record(by, "subscription.reader_changed", subscription, before=before, now=reader.pk)


def _join(move: MovedLine, *, kept: Reader, by: Actor, now: dt.datetime) -> None:
    """Make it one with the kept reader's line of it, if both have something to come and the terms allow it."""
    target = line_to_join(move.subscription, of=kept)
    if target is None:
        return
    try:
        with transaction.atomic():
            move.line_merge = merge_lines(kept_id=target.pk, merged_id=move.subscription_id, by=by, now=now)
            _send_to_the_newest_address(move, target, by=by, now=now)
    except DomainError as refusal:
        move.line_merge, move.address_before, move.address_after = None, None, None
        move.stayed_because = refusal.sentence[:300]
    move.save(update_fields=["line_merge", "stayed_because", "address_before", "address_after"])


def line_to_join(subscription: Subscription, *, of: Reader) -> Subscription | None:
    """The oldest running line of that reader to the same magazine; None where there is none, or nothing to join."""
    if expire(subscription.pk).units_left == 0:
        return None
    lines = Subscription.objects.filter(reader=of, magazine_id=subscription.magazine_id, merged_into__isnull=True)
    return next((line for line in lines.order_by("pk") if expire(line.pk).units_left != 0), None)


def _send_to_the_newest_address(move: MovedLine, line: Subscription, *, by: Actor, now: dt.datetime) -> None:
    newest = people.newest_address(line.reader_id)
    goes_to = ShipTo.objects.filter(subscription=line, until_ordinal=FOREVER).first()
    if newest is None or newest.undeliverable_since or goes_to is None or goes_to.address_id == newest.pk:
        return
    if newest.reader_id != move.from_reader_id:
        return  # The kept reader's own addresses stand as they were.
    change_address(subscription_id=line.pk, address_id=newest.pk, by=by, now=now)
    move.address_before_id, move.address_after = goes_to.address_id, newest


def _take_apart(move: MovedLine, merge: LineMerge, *, by: Actor, now: dt.datetime) -> None:
    unmerge_lines(merge_id=merge.pk, by=by, now=now)
    if move.address_before_id is None:
        return
    goes_to = ShipTo.objects.filter(subscription_id=merge.kept_id, until_ordinal=FOREVER)
    # Whoever has moved since stays where they moved to.
    if goes_to.filter(address=move.address_after).exists():
        change_address(subscription_id=merge.kept_id, address_id=move.address_before_id, by=by, now=now)


@dataclass(frozen=True, slots=True)
class LineAfter:
    """One line of the kept reader as it would be; `stayed_because` says why it would not become one with another."""

    overview: SubscriptionOverview
    is_moved: bool
    joined: int
    stayed_because: str


def preview_merge(*, kept_id: int, merged_id: int, joins_lines: bool, by: Actor, now: dt.datetime) -> list[LineAfter]:
    """What a merge would bring: it is done, looked at, and taken back, so that the preview cannot be wrong.

    :raises DomainError: as `readers.actions.merge_readers`
    """
    with transaction.atomic():
        merge = readers.merge_readers(kept_id=kept_id, merged_id=merged_id, joins_lines=joins_lines, by=by, now=now)
        follow_merge(merge_id=merge.pk, now=now)
        moves = {move.subscription_id: move for move in merge.moved_lines.all()}
        joined = [move.line_merge.kept_id for move in merge.moved_lines.all() if move.line_merge]
        standing = Subscription.objects.filter(reader_id=kept_id, merged_into__isnull=True).order_by("pk")
        after = [
            LineAfter(
                overview=overview(pk, now),
                is_moved=pk in moves,
                joined=joined.count(pk),
                stayed_because=moves[pk].stayed_because if pk in moves else "",
            )
            for pk in standing.values_list("pk", flat=True)
        ]
        transaction.set_rollback(True)
    return after
