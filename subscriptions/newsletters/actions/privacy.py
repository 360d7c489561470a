"""What newsletters know of a person: the lists that their mail addresses are on, and the proof of having asked."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from foundation.actors import Actor
from subscriptions.newsletters.models import Enrolment
from subscriptions.readers import actions as readers
from subscriptions.readers.queries import Person
from subscriptions.readers.rules.privacy import EMAIL_DOMAIN


def follow_privacy_requests(*, now: dt.datetime) -> int:
    return readers.follow(readers.Part("newsletters", _objection, _tell, _erase), now=now)


def _objection(person: Person, now: dt.datetime) -> str:
    return ""


def _tell(person: Person, now: dt.datetime) -> list[dict[str, Any]]:
    rows = _enrolments(person.emails).select_related("newsletter").order_by("pk")
    return [
        {
            "newsletter": row.newsletter.name,
            "email": row.email,
            "state": row.state,
            "asked_at": row.asked_at,
            "asked_from": row.asked_from,
            "confirmed_at": row.confirmed_at,
            "confirmed_from": row.confirmed_from,
            "left_at": row.left_at,
            "words_agreed_to": row.consent_text,
        }
        for row in rows
    ]


def _erase(person: Person, by: Actor, now: dt.datetime) -> Mapping[str, int]:
    """Off every list; the words and times of consent stay, without whose they were.

    What was confirmed from an address of before, after it was put right, is somebody else's.
    """
    rows = [*_enrolments(person.own_emails)]
    for email, until_at in person.former_emails.items():
        rows += _enrolments((email,)).exclude(confirmed_at__gt=until_at)
    for row in rows:
        row.email, row.state = f"erased-{row.pk}@{EMAIL_DOMAIN}", Enrolment.State.LEFT
        row.left_at = row.left_at or now
        row.asked_from = row.confirmed_from = None
        row.save(update_fields=["email", "state", "left_at", "asked_from", "confirmed_from"])
    return {"enrolments": len(rows)}


def _enrolments(emails: tuple[str, ...]) -> QuerySet[Enrolment]:
    return Enrolment.objects.alias(mail=Lower("email")).filter(mail__in=emails)
