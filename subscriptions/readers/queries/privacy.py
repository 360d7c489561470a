"""Who asked for a copy or for erasure, what waits for which app, and under what a person is on file."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from subscriptions.readers.models import FormerDetails, PrivacyRequest, PrivacyTick, Reader
from subscriptions.readers.queries.people import files_of


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that one person is on file under: numbers of all files, names, and mail addresses in lower case.

    `own_emails` are those that nobody else has: couples share one, and what went to both is not erased for one.
    `former_emails` are own ones, too, with the moment at which they were put right. They may have been a stranger's: an
    erasure reaches what went there until then, and a copy of everything does not tell it.
    """

    reader: Reader
    files: tuple[int, ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]
    own_emails: tuple[str, ...]
    former_emails: Mapping[str, dt.datetime] = field(default_factory=dict)


def person(reader: Reader) -> Person:
    files = files_of([reader.pk])
    rows = list(Reader.objects.filter(pk__in=files))
    former = list(FormerDetails.objects.filter(reader_id__in=files).order_by("until_at", "pk"))
    known: list[Reader | FormerDetails] = [*rows, *former]
    emails = sorted({row.email.lower() for row in rows if row.email})
    once = {row.email.lower(): row.until_at for row in former if row.email and row.email.lower() not in emails}
    others = Reader.objects.alias(mail=Lower("email")).filter(mail__in=[*emails, *once]).exclude(pk__in=files)
    shared = {email.lower() for email in others.values_list("email", flat=True)}
    return Person(
        reader=reader,
        files=tuple(files),
        names=tuple(sorted({word for row in known for word in (row.name, row.company) if word})),
        emails=tuple(emails),
        own_emails=tuple(email for email in emails if email not in shared),
        former_emails={email: until for email, until in sorted(once.items()) if email not in shared},
    )


def privacy_to_follow(app: str) -> QuerySet[PrivacyRequest]:
    """Requests that this app has still to check or to act upon; oldest first."""
    ticks = PrivacyTick.objects.filter(request=OuterRef("pk"), app=app)
    checks = Q(state=PrivacyRequest.State.CHECKING) & ~Exists(ticks.filter(step=PrivacyTick.Step.CHECK))
    acts = Q(state=PrivacyRequest.State.WAITING) & ~Exists(ticks.filter(step=PrivacyTick.Step.ACT))
    return PrivacyRequest.objects.filter(checks | acts).order_by("pk")


def apps_to_come(request: PrivacyRequest, step: str) -> set[str]:
    """Which apps have not ticked this step."""
    done = PrivacyTick.objects.filter(request=request, step=step).values_list("app", flat=True)
    return set(settings.FOLLOWERS["privacy"]) - set(done)


def open_requests() -> QuerySet[PrivacyRequest]:
    """What is under way or waits for staff, by the day on which it is due."""
    waiting = PrivacyRequest.objects.filter(state__in=PrivacyRequest.OPEN)
    return waiting.select_related("reader").order_by("due_on", "pk")


def requests_of(reader_id: int) -> QuerySet[PrivacyRequest]:
    mine = PrivacyRequest.objects.filter(reader_id__in=files_of([reader_id]))
    return mine.prefetch_related("ticks").order_by("-pk")


def files_past_keeping(*, today: dt.date) -> QuerySet[PrivacyRequest]:
    return PrivacyRequest.objects.exclude(file_name="").filter(file_until__lt=today)
