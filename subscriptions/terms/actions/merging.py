"""Two lines of one magazine made one, and the way back. Payers and money stay with their terms (domain 4.32)."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.terms.actions.reaching import reach_locked
from subscriptions.terms.actions.shifting import service_shifted
from subscriptions.terms.actions.splitting import OtherMagazine, split
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Entry, LineMerge, Subscription, Term


class LineIsMerged(DomainError):
    code = "line_is_merged"


class LineIsHeld(DomainError):
    code = "line_is_held"


class NothingToUndo(DomainError):
    code = "nothing_to_undo"


@transaction.atomic
def merge_lines(*, kept_id: int, merged_id: int, by: Actor, now: dt.datetime) -> LineMerge:
    """Let the rest of each term of one line go on behind everything that the other has, in the order of their start.

    :raises OtherMagazine: when they are not of the same magazine
    :raises LineIsMerged: for the same line twice, or one that was merged before
    :raises LineIsHeld: while either is on hold, as the issues held are counted by the line
    :raises TermNeverEnds: when the kept one has no end
    """
    if kept_id == merged_id:
        raise LineIsMerged("That is one subscription, not two.")
    magazines = Subscription.objects.filter(pk__in=[kept_id, merged_id]).values_list("magazine_id", flat=True)
    if len(set(magazines)) > 1:
        raise OtherMagazine("They are subscriptions of different magazines.")
    first_issue = catalog.keep_issue_open(magazine_id=magazines[0], now=now, counting=False)
    locked = {pk: lock(pk) for pk in sorted({kept_id, merged_id})}
    kept, merged = locked[kept_id], locked[merged_id]
    _refuse(kept, merged, ordinal=first_issue.ordinal)
    at = reach_locked(merged, first_issue=first_issue, now=now)
    merge = LineMerge.objects.create(kept=kept, merged=merged, renewal_before=merged.renewal, at=now, by=by.reference)
    for term in at.live_terms():
        split(
            term_id=term.pk, to_subscription_id=kept.pk, why="merged", link=_link(merge), by=by, now=now
        )  # fmt: skip
    merged.merged_into, merged.renewal = kept, Subscription.Renewal.DO_NOT_RENEW
    merged.save(update_fields=["merged_into", "renewal"])
    audit.record(by, "subscription.merged", merged, into=kept.pk)
    service_shifted([kept_id, merged_id])
    return merge


@transaction.atomic
def unmerge_lines(*, merge_id: int, by: Actor, now: dt.datetime) -> LineMerge:
    """Give the merged line back what is left of its terms. What has gone out meanwhile has gone out.

    :raises NothingToUndo: when it was undone before
    """
    merge = LineMerge.objects.select_related("kept").get(pk=merge_id)
    first_issue = catalog.keep_issue_open(magazine_id=merge.kept.magazine_id, now=now, counting=False)
    locked = {pk: lock(pk) for pk in sorted({merge.kept_id, merge.merged_id})}
    merge.refresh_from_db(from_queryset=LineMerge.objects.select_for_update())
    if merge.undone_at is not None:
        raise NothingToUndo("This merge was undone before.")
    Subscription.objects.filter(pk=merge.merged_id).update(merged_into=None, renewal=merge.renewal_before)
    at = reach_locked(locked[merge.kept_id], first_issue=first_issue, now=now)
    came = set(Entry.objects.filter(kind=Entry.Kind.SPLIT_IN, link=_link(merge)).values_list("term_id", flat=True))
    for term in at.live_terms():
        if _goes_back_to(term, came):
            split(
                term_id=term.pk, to_subscription_id=merge.merged_id, why="merge undone", link=f"un{_link(merge)}",
                by=by, now=now,
            )  # fmt: skip
    merge.undone_at, merge.undone_by = now, by.reference
    merge.save(update_fields=["undone_at", "undone_by"])
    audit.record(by, "subscription.unmerged", merge.merged, out_of=merge.kept_id)
    service_shifted([merge.kept_id, merge.merged_id])
    return merge


def _goes_back_to(term: Term, came: Collection[int]) -> bool:
    """Whether it is one of these, or what one of them goes on as: it may have been changed since."""
    piece: Term | None = term
    while piece is not None and piece.pk not in came:
        piece = piece.split_from
    return piece is not None


def _refuse(kept: Subscription, merged: Subscription, *, ordinal: int) -> None:
    if kept.merged_into_id or merged.merged_into_id:
        raise LineIsMerged("One of the two was merged before.")
    for line in (kept, merged):
        if any(
            p.until_issue is None or p.until_issue.ordinal > ordinal for p in line.pauses.select_related("until_issue")
        ):
            raise LineIsHeld(f"{line.reader.shown_name}'s {line} is on hold. End the hold, and then merge.")


def _link(merge: LineMerge) -> str:
    return f"merge:{merge.uuid}"
