"""A person asks for a copy of everything, or for erasure. Each app does its part by a sweep, and ticks it off."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from foundation.actors import Actor, system
from foundation.audit import actions as audit
from foundation.errors import DomainError, NotFound
from foundation.one_by_one import each
from foundation.wake import wake
from subscriptions.readers import queries
from subscriptions.readers.models import PrivacyRequest, PrivacyTick, Reader
from subscriptions.readers.queries.privacy import Person
from subscriptions.readers.rules.privacy import DUE_WITHIN

_Kind, _State, _Step = PrivacyRequest.Kind, PrivacyRequest.State, PrivacyTick.Step


class RequestIsOpen(DomainError):
    code = "request_is_open"


class RequestIsClosed(DomainError):
    code = "request_is_closed"


class ReaderIsErased(DomainError):
    code = "reader_is_erased"


class FileIsMerged(DomainError):
    code = "file_is_merged"


class ErasureIsUnderWay(DomainError):
    code = "erasure_is_under_way"


@dataclass(frozen=True, slots=True)
class Part:
    """What one app does: says why an erasure cannot be now, tells what it knows, erases.

    `objection` answers a sentence or nothing. `tell` answers what JSON can hold. `erase` answers counts, or None when
    it cannot be done yet and comes round again.
    """

    app: str
    objection: Callable[[Person, dt.datetime], str]
    tell: Callable[[Person, dt.datetime], Any]
    erase: Callable[[Person, Actor, dt.datetime], Mapping[str, int] | None]


@transaction.atomic
def ask_privacy(*, reader_id: int, kind: str, verified: str, by: Actor, now: dt.datetime) -> PrivacyRequest:
    """Ask for a copy, or for erasure. An erasure that the reader asked for waits for staff; all else begins at once.

    :raises NotFound: for an unknown reader
    :raises RequestIsOpen: when one of that kind is under way
    :raises ReaderIsErased: when nothing is left to erase
    :raises FileIsMerged: when it was merged this moment
    """
    reader = _in_force(reader_id)
    if reader.erased_at is not None:
        raise ReaderIsErased(f"What was on file about {reader.number} was erased before.")
    waits = kind == _Kind.ERASURE and by.kind == "reader"
    try:
        with transaction.atomic():
            request = PrivacyRequest.objects.create(
                reader=reader,
                kind=_Kind(kind),
                state=_State.ASKED,
                verified=PrivacyRequest.Verified(verified),
                asked_at=now,
                asked_by=by.reference,
                due_on=(now + DUE_WITHIN).date(),
            )
    except IntegrityError as open_one:
        raise RequestIsOpen("A request of that kind is under way for this reader.") from open_one
    audit.record(by, "privacy.asked", request, reader=reader.pk, kind=request.kind, verified=request.verified)
    if not waits:
        _begin(request, by=by, now=now)
    return request


@transaction.atomic
def start_erasure(*, request_id: int, by: Actor, now: dt.datetime) -> PrivacyRequest:
    """A member of staff lets an erasure that a reader asked for begin.

    :raises RequestIsClosed: when it does not wait for that
    :raises FileIsMerged: when the file was merged since: there is more of this person than was asked about
    """
    request = _lock(request_id)
    if request.state != _State.ASKED:
        raise RequestIsClosed("This request does not wait for anybody.")
    _begin(request, by=by, now=now)
    audit.record(by, "privacy.started", request)
    return request


@transaction.atomic
def close_request(*, request_id: int, by: Actor, now: dt.datetime, refused_because: str = "") -> PrivacyRequest:
    """Refuse a request with a sentence for the reader, or without one withdraw it. What an app has erased stays so.

    :raises RequestIsClosed: when it is over
    """
    request = _lock(request_id)
    if not request.is_open:
        raise RequestIsClosed("This request is over.")
    request.refused_because = refused_because.strip()
    _close(request, _State.REFUSED if request.refused_because else _State.WITHDRAWN, by=by, now=now)
    return request


def refuse_while_erasing(files: Collection[int]) -> None:
    """What is erased is what was looked at: until it is over, no file comes to a person or leaves them.

    Lock the readers first: the beginning of an erasure does so, too.

    :raises ErasureIsUnderWay: while one of these files is erased
    """
    begun = PrivacyRequest.objects.filter(kind=_Kind.ERASURE, state__in=(_State.CHECKING, _State.WAITING))
    if request := begun.filter(reader_id__in=files).select_related("reader").first():
        number = request.reader.number
        raise ErasureIsUnderWay(
            f"What is on file about {number} is being erased. Wait until that is over, or withdraw it."
        )


def follow(part: Part, *, now: dt.datetime) -> int:
    """One app does its part of every request that waits for it; how many there were."""
    waiting = list(queries.privacy_to_follow(part.app).values_list("pk", flat=True))
    each(waiting, lambda request_id: _follow_one(part, request_id, now=now), failed="privacy_not_followed")
    return len(waiting)


@transaction.atomic
def _follow_one(part: Part, request_id: int, *, now: dt.datetime) -> None:
    """Of two workers one does it. The last app to tick a step moves the request on."""
    request = PrivacyRequest.objects.select_for_update().select_related("reader").get(pk=request_id)
    if not queries.privacy_to_follow(part.app).filter(pk=request_id).exists():
        return
    person, by = queries.person(request.reader), system(f"privacy:{request.pk}")
    if request.state == _State.CHECKING:
        _tick(request, part.app, _Step.CHECK, now=now, objection=part.objection(person, now)[:300])
        _after_the_checks(request, by=by, now=now)
    elif request.kind == _Kind.EXPORT:
        if any(not queries.is_followed(merge) for file in person.files for merge in queries.merges_of(file)):
            return  # Lines are still on their way to this reader, or away; it comes round again.
        _tick(request, part.app, _Step.ACT, now=now, told=part.tell(person, now))
        if not queries.apps_to_come(request, _Step.ACT):
            wake("privacy_asked")
    elif _may_act(request, part.app) and (summary := part.erase(person, by, now)) is not None:
        _tick(request, part.app, _Step.ACT, now=now, summary=dict(summary))
        _after_the_acts(request, by=by, now=now)


def _may_act(request: PrivacyRequest, app: str) -> bool:
    """This app goes last: the others find a person by what it erases."""
    return app != OWN or queries.apps_to_come(request, _Step.ACT) == {OWN}


OWN = "readers"


def _after_the_checks(request: PrivacyRequest, *, by: Actor, now: dt.datetime) -> None:
    if queries.apps_to_come(request, _Step.CHECK):
        return
    objections = request.ticks.filter(step=_Step.CHECK).exclude(objection="").order_by("pk")
    if sentences := list(objections.values_list("objection", flat=True)):
        request.refused_because = "\n".join(sentences)
        _close(request, _State.REFUSED, by=by, now=now)
        return
    request.state = _State.WAITING
    request.save(update_fields=["state"])
    wake("privacy_asked")


def _after_the_acts(request: PrivacyRequest, *, by: Actor, now: dt.datetime) -> None:
    to_come = queries.apps_to_come(request, _Step.ACT)
    if not to_come:
        _close(request, _State.DONE, by=by, now=now)
    elif to_come == {OWN}:
        wake("privacy_asked")


def _begin(request: PrivacyRequest, *, by: Actor, now: dt.datetime) -> None:
    # Under the lock that merging takes: of the two, the later sees the other.
    reader = Reader.objects.select_for_update(no_key=True).get(pk=request.reader_id)
    if reader.merged_into_id is not None:
        kept = f"{reader.merged_into_id:07d}"
        raise FileIsMerged(f"{reader.number} was merged into {kept}. Withdraw this request, and ask for {kept}.")
    request.state = _State.CHECKING if request.kind == _Kind.ERASURE else _State.WAITING
    request.started_at, request.started_by = now, by.reference
    request.save(update_fields=["state", "started_at", "started_by"])
    wake("privacy_asked")


def _close(request: PrivacyRequest, state: str, *, by: Actor, now: dt.datetime) -> None:
    request.state, request.closed_at, request.closed_by = state, now, by.reference
    request.save(update_fields=["state", "closed_at", "closed_by", "refused_because"])
    request.ticks.update(told=None)
    audit.record(by, f"privacy.{state}", request, reader=request.reader_id, kind=request.kind)


def _tick(request: PrivacyRequest, app: str, step: str, *, now: dt.datetime, **found: Any) -> None:
    PrivacyTick.objects.create(request=request, app=app, step=step, done_at=now, **found)


def _in_force(reader_id: int) -> Reader:
    reader = Reader.objects.select_related("merged_into").filter(pk=reader_id).first()
    if reader is None:
        raise NotFound("There is no reader with that number.")
    return queries.reader_in_force(reader)


def _lock(request_id: int) -> PrivacyRequest:
    request = PrivacyRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise NotFound("There is no such request.")
    return request
