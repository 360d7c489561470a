"""What fulfillment knows of a person: every copy, with the address that was printed.

A copy that was mailed stays, with its class, state and three digits of the ZIP code, as postal statements and revenue
stand on it; whom it went to is erased, and its run is marked. The stored label file is what went to the mail house, and
goes with its own retention.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from foundation.actors import Actor
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import Claim, Copy, LabelRun
from subscriptions.readers import actions as readers
from subscriptions.readers import queries as people
from subscriptions.readers.models import Address
from subscriptions.readers.queries import Person
from subscriptions.readers.rules.privacy import NAME, STREET
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription

# The trigger on the copies lets exactly this through: see the migration `erased_copies`.
_ERASE = """
UPDATE fulfillment_copy
   SET name = 'ERASED READER', company = '', attn = '', addr1 = 'ERASED', addr2 = '', urb = '', city = '',
       zip5 = left(zip5, 3), plus4 = '', dpc = '', postcode = left(postcode, 3)
 WHERE (subscription_id = ANY(%(lines)s) AND reader_id = ANY(%(files)s))
    OR (subscription_id = ANY(%(once)s) AND reader_id = ANY(%(others)s) AND run_id = ANY(%(runs)s)
        AND (name = ANY(%(names)s) OR name = '' AND company = ANY(%(names)s)))
"""


def follow_privacy_requests(*, now: dt.datetime) -> int:
    return readers.follow(readers.Part("fulfillment", _objection, _tell, _erase), now=now)


def _objection(person: Person, now: dt.datetime) -> str:
    if _claims(person).filter(state__in=[Claim.State.OPEN, Claim.State.REPLACING]).exists():
        return "A copy was claimed, and the claim is not settled yet. Please ask again when it is."
    return ""


def _tell(person: Person, now: dt.datetime) -> dict[str, Any]:
    claims = _claims(person).select_related("issue", "reason").order_by("pk")
    return {"copies": _copies_told(person), "claims": [_claim(claim) for claim in claims]}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "issue": str(claim.issue),
        "reason": claim.reason.name,
        "note": claim.note,
        "reported_at": claim.reported_at,
        "state": claim.state,
        "answer": claim.answer,
    }


def _copies_told(person: Person) -> list[dict[str, Any]]:
    copies = list(_copies(person))
    issues = Issue.objects.select_related("magazine").in_bulk({copy.issue_id for copy in copies})
    runs = LabelRun.objects.in_bulk({copy.run_id for copy in copies})
    return [
        {
            "magazine": issues[copy.issue_id].magazine.name,
            "issue": str(issues[copy.issue_id]),
            "kind": copy.copy_class,
            "mailed_on": runs[copy.run_id].mailed_on if copy.run_id in runs else None,
            "printed_as": ", ".join(filter(None, _printed(copy))),
        }
        for copy in sorted(copies, key=lambda copy: (issues[copy.issue_id].mail_on, copy.copy_no))
    ]


def _printed(copy: Copy) -> tuple[str, ...]:
    lines = (copy.name, copy.company, copy.attn, copy.addr2, copy.urb, copy.addr1, copy.city, copy.state)
    return (*lines, copy.zip5, copy.plus4, copy.postcode, copy.country)


def _erase(person: Person, by: Actor, now: dt.datetime) -> Mapping[str, int] | None:
    """Waits until the last copy on its way has been mailed: until then the mail house needs its label."""
    run_ids = set(_copies(person).values_list("run_id", flat=True))
    runs = LabelRun.objects.filter(pk__in=run_ids)
    if runs.exclude(state=LabelRun.State.MAILED).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ERASE, asdict(_trace_of(person)))
        copies = cursor.rowcount
    _claims(person).update(note="")
    # An answer may have been written by hand.
    _claims(person).exclude(answer="").update(answer=STREET)
    return {"copies": copies, "runs": runs.filter(redacted_at__isnull=True).update(redacted_at=now)}


def _copies(person: Person) -> QuerySet[Copy]:
    """By subscription, which leads the key of every partition."""
    trace = _trace_of(person)
    own = Q(subscription_id__in=trace.lines, reader_id__in=trace.files)
    printed = Q(name__in=trace.names) | Q(name="", company__in=trace.names)
    then = Q(subscription_id__in=trace.once, reader_id__in=trace.others, run_id__in=trace.runs)
    return Copy.objects.filter(own | (then & printed))


@dataclass(frozen=True, slots=True)
class _Trace:
    """Where copies that name a person are: on `lines` for one of their `files`; and, with one of their `names` printed,
    for them or `others` they were merged into, on lines that were `once` theirs or became one with such a line, by the
    `runs` that were pulled while a merge stood: somebody else may have the same name.
    """

    lines: list[int]
    files: list[int]
    once: list[int]
    others: list[int]
    runs: list[int]
    names: list[str]


def _trace_of(person: Person) -> _Trace:
    """A merge that was undone gives back a reader's lines, but no copy that went out while it stood."""
    printed = Address.objects.filter(reader_id__in=person.files).values_list("label_name", "label_company")
    names = {name for pair in printed for name in pair} | {name.upper()[:40] for name in person.names}
    others = people.ever_merged_into(person.files)
    return _Trace(
        lines=_lines(person),
        files=list(person.files),
        once=sorted(terms.lines_ever_of(person.files)),
        others=sorted(others),
        runs=_runs_while_merged(others),
        names=sorted(names - {"", NAME.upper()}),
    )


def _runs_while_merged(files: Collection[int]) -> list[int]:
    pulled = Q(pk__in=[])
    for at, undone_at in people.times_of_merges(files):
        pulled |= Q(pulled_at__gte=at) & (Q(pulled_at__lt=undone_at) if undone_at else Q())
    return list(LabelRun.objects.filter(pulled).values_list("pk", flat=True))


def _claims(person: Person) -> QuerySet[Claim]:
    return Claim.objects.filter(subscription__in=_lines(person))


def _lines(person: Person) -> list[int]:
    """Every line that is or was this person's: one that was merged away, too."""
    lines = Subscription.objects.filter(reader_id__in=person.files)
    return list(lines.values_list("pk", flat=True))
