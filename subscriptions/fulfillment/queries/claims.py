"""Copies that readers claim: what may be claimed, what has been, what a decision needs to know, where they cluster."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import connection
from django.db.models import Count, Q, QuerySet

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import CLAIM, MAIN, SUPPLEMENT, Claim, ClaimPolicy, ClaimReason, Copy, LabelRun
from subscriptions.fulfillment.queries.pull import compose
from subscriptions.fulfillment.rules.claims import Claimed, Policy, claim_due_on
from subscriptions.readers import queries as people
from subscriptions.readers.models import Address
from subscriptions.terms.models import ServiceReason, Term
from subscriptions.terms.queries import NoAddressForIssue, addresses_of, home_zone
from subscriptions.terms.queries.merged import in_force, merged_ones

RETURNED = "returned"
YEAR = dt.timedelta(days=365)
SHOWN = 6
GIVEN = (Claim.State.REPLACING, Claim.State.SENT)
# Free copies and grace are not made good with issues at the end.
EXTENDABLE = (Term.Class.PAID, Term.Class.GIFT, Term.Class.AGENCY, Term.Class.BULK)


@dataclass(frozen=True, slots=True)
class ClaimableCopy:
    """A copy that was sent, and what has been claimed of it. `due_on` is the first day on which it can be missed."""

    subscription_id: int
    issue: Issue
    copy_no: int
    mailed_on: dt.date | None
    due_on: dt.date
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A place (the first three digits of a ZIP, or a country), what was sent there, and by how many it is missed."""

    place: str
    copies_sent: int
    missed: int

    @property
    def zip3(self) -> str:
        """Empty for a country, and where there is no ZIP."""
        return self.place if self.place.isdecimal() else ""

    @property
    def percent(self) -> float:
        return round(100 * self.missed / self.copies_sent, 1)


def policy_row(magazine_id: int) -> ClaimPolicy:
    """The magazine's policy; unsaved, with the defaults, where none was set."""
    return ClaimPolicy.objects.filter(magazine_id=magazine_id).first() or ClaimPolicy(magazine_id=magazine_id)


def policy_of(magazine_id: int) -> Policy:
    row = policy_row(magazine_id)
    return Policy(**{field.name: getattr(row, field.name) for field in fields(Policy)})


def copy_sent(*, subscription_id: int, issue_id: int, copy_no: int = 1) -> Copy | None:
    """The copy that was sent to this subscription, by the main run or a supplement."""
    sent = Copy.objects.filter(
        subscription_id=subscription_id, issue_id=issue_id, copy_no=copy_no, purpose__in=(MAIN, SUPPLEMENT)
    )
    return sent.order_by("purpose", "-sequence").first()


def copy_claimed(claim: Claim) -> Copy:
    """What was sent; there is no claim of anything else."""
    copy = copy_sent(subscription_id=claim.subscription_id, issue_id=claim.issue_id, copy_no=claim.copy_no)
    if copy is None:
        raise Copy.DoesNotExist(f"{claim} names no copy")
    return copy


def address_of_copy(copy: Copy, issue: Issue) -> Address | None:
    """Where it went: from the main run where the issue goes; from stock where the next issue went then, as printed."""
    if copy.purpose == MAIN:
        return addresses_of(copy.subscription_id, [issue])[issue.pk][0]
    return people.address_printed(
        reader_id=copy.reader_id, zip5=copy.zip5, postcode=copy.postcode, city=copy.city, addr1=copy.addr1
    )


def claims_of(subscription_id: int) -> QuerySet[Claim]:
    """Every claim of a subscription and of those that were merged into it, the latest first."""
    return (
        Claim.objects.filter(subscription_id__in=merged_ones(subscription_id))
        .select_related("issue", "reason")
        .order_by("-pk")
    )


def open_claims() -> QuerySet[Claim]:
    """Claims that wait for a person, the oldest first."""
    waiting = Claim.objects.filter(state=Claim.State.OPEN)
    return waiting.select_related("issue__magazine", "reason", "subscription__reader").order_by("reported_at", "pk")


def replacements_waiting(issue_id: int | None = None) -> QuerySet[Claim]:
    """Claims whose copy waits for a claims run, of one issue or of all."""
    waiting = Claim.objects.filter(state=Claim.State.REPLACING)
    return waiting if issue_id is None else waiting.filter(issue_id=issue_id)


def later_runs_in_the_house() -> QuerySet[LabelRun]:
    """Supplements and claims runs that have drawn their copies, or do so now, and are not handed over: as long as that,
    the copies lie in the storeroom, and the run can be voided."""
    here = (LabelRun.State.RELEASING, LabelRun.State.RELEASED)
    return LabelRun.objects.filter(purpose__in=(SUPPLEMENT, CLAIM), state__in=here)


def reasons_of_readers() -> list[ServiceReason]:
    """What readers may say about a copy, in the house's words for them."""
    reasons = ServiceReason.objects.filter(use=ServiceReason.Use.CLAIM, is_active=True).exclude(words="")
    return list(reasons.order_by("position", "pk"))


def claimable_copies(subscription_id: int) -> list[ClaimableCopy]:
    """The copies of the last issues that were sent, the latest first; those of subscriptions merged into it, too."""
    lines = merged_ones(subscription_id)
    copies = Copy.objects.filter(subscription_id__in=lines, purpose__in=(MAIN, SUPPLEMENT), copy_no=1)
    issues = Issue.objects.in_bulk(copies.values_list("issue_id", flat=True))
    latest = sorted(copies, key=lambda copy: -issues[copy.issue_id].ordinal)[:SHOWN]
    runs = LabelRun.objects.in_bulk({copy.run_id for copy in latest if copy.purpose != MAIN})
    claims: dict[tuple[int, int, int], Claim] = {}
    standing = Claim.objects.filter(subscription_id__in=lines).exclude(state=Claim.State.WITHDRAWN)
    for claim in standing.select_related("issue", "reason").order_by("-pk"):
        claims.setdefault((claim.subscription_id, claim.issue_id, claim.copy_no), claim)
    found = []
    for copy in latest:
        issue, run = issues[copy.issue_id], runs.get(copy.run_id)
        found.append(
            ClaimableCopy(
                subscription_id=copy.subscription_id,
                issue=issue,
                copy_no=copy.copy_no,
                mailed_on=run.mailed_on if run else issue.mailed_on,
                due_on=due_on(copy, issue),
                claim=claims.get((copy.subscription_id, issue.pk, copy.copy_no)),
            )
        )
    return found


def due_on(copy: Copy, issue: Issue) -> dt.date:
    return claim_due_on(expected_until(copy, issue), policy_of(issue.magazine_id))


def expected_until(copy: Copy, issue: Issue) -> dt.date:
    """The last day on which the copy may still be on its way: later runs, and issues mailed late, take as long."""
    days = issue.in_home_until - issue.mail_on
    if copy.purpose == MAIN:
        return max(issue.in_home_until, (issue.mailed_on or issue.mail_on) + days)
    run = LabelRun.objects.filter(pk=copy.run_id).first()
    began = run.mailed_on or run.pulled_at.astimezone(issue.magazine.zone).date() if run and run.pulled_at else None
    return (began or issue.mail_on) + days


def known_about(copy: Copy, *, issue: Issue, rule: ClaimReason, now: dt.datetime) -> Claimed:
    """What the policy decides by."""
    subscription_id = copy.subscription_id
    before = Claim.objects.filter(subscription_id=subscription_id, reported_at__gt=now - YEAR)
    return Claimed(
        today=now.astimezone(issue.magazine.zone).date(),
        in_home_until=expected_until(copy, issue),
        issues_since=_pulled_after(issue),
        copy_arrived=rule.copy_arrived,
        may_be_replaced=rule.may_be_replaced,
        is_at_home=_is_at_home(subscription_id),
        stock=catalog.stock_of(issue.pk),
        replacements=before.filter(state__in=GIVEN).count(),
        # What the post brought back was nobody's claim.
        extensions=before.filter(state=Claim.State.EXTENDED).exclude(reason__code=RETURNED).count(),
        misses=1 + _missed_before(subscription_id, issue),
        may_extend=may_be_extended(copy, issue),
    )


def may_be_extended(copy: Copy, issue: Issue) -> bool:
    """Whether the copy used up something that can be given back at the end.

    One copy of several is not made good with an issue for all of them.
    """
    if Term.objects.get(pk=copy.term_id).copies > 1:
        return False
    # What is given back is given where the copies come from now.
    last = Term.objects.filter(subscription_id=in_force(copy.subscription_id)).order_by("c_from", "pk").last()
    endless = last is None or last.c_to is None
    return issue.weight > 0 and copy.copy_class in EXTENDABLE and not endless


def clusters_of(issue_id: int) -> list[Cluster]:
    """Where an issue is missed, the worst place first."""
    with connection.cursor() as cursor:
        cursor.execute(compose("clusters", {"issue": issue_id}))
        return [Cluster(*row) for row in cursor.fetchall()]


def issues_claimed(*, limit: int = 24) -> list[tuple[Issue, int]]:
    """The latest issues of which something was claimed, with how many claims."""
    claimed = Issue.objects.select_related("magazine").annotate(
        n=Count("claims", filter=~Q(claims__state=Claim.State.WITHDRAWN))
    )
    return [(issue, issue.n) for issue in claimed.filter(n__gt=0).order_by("-pull_at")[:limit]]


def _pulled_after(issue: Issue) -> int:
    later = Issue.objects.filter(magazine_id=issue.magazine_id, ordinal__gt=issue.ordinal, weight__gt=0)
    return later.filter(state__in=(Issue.State.PULLED, Issue.State.MAILED)).count()


def _is_at_home(subscription_id: int) -> bool:
    try:
        return home_zone(in_force(subscription_id)) == "us"
    except NoAddressForIssue:
        return False


def _missed_before(subscription_id: int, issue: Issue) -> int:
    """How many copies in a row, up to the one before this issue, were missed as well."""
    sent = set(
        Copy.objects.filter(subscription_id=subscription_id, purpose=MAIN, copy_no=1).values_list("issue_id", flat=True)
    )
    before = catalog.calendar(issue.magazine_id).filter(pk__in=sent, ordinal__lt=issue.ordinal).order_by("-ordinal")
    missed = _missed(subscription_id)
    count = 0
    for issue_id in before.values_list("pk", flat=True):
        if issue_id not in missed:
            break
        count += 1
    return count


def _missed(subscription_id: int) -> Sequence[int]:
    claims = Claim.objects.filter(subscription_id=subscription_id, reason__claim_reason__copy_arrived=False)
    standing = claims.exclude(Q(state=Claim.State.WITHDRAWN) | Q(state=Claim.State.REFUSED))
    return list(standing.values_list("issue_id", flat=True))
