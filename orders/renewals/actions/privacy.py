"""What renewals know of a person: charges announced and made. The mails are `readers`' part."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from foundation.actors import Actor
from orders.renewals.actions.stops import FOLLOWED
from orders.renewals.models import Cycle, Invitation, Notice
from subscriptions.readers import actions as readers
from subscriptions.readers.queries import Person
from subscriptions.terms import queries as terms

_LIVE = (Cycle.State.SCHEDULED, Cycle.State.CHARGING, Cycle.State.DUNNING, Cycle.State.NEEDS_READER)


def follow_privacy_requests(*, now: dt.datetime) -> int:
    return readers.follow(readers.Part("renewals", _objection, _tell, _erase), now=now)


def _objection(person: Person, now: dt.datetime) -> str:
    if Cycle.objects.filter(consent__payer_id__in=person.files, state__in=_LIVE).exists():
        return "An automatic renewal is under way. Cancel it first, and then ask again."
    return ""


def _tell(person: Person, now: dt.datetime) -> dict[str, Any]:
    cycles = Cycle.objects.filter(consent__payer_id__in=person.files).order_by("pk")
    told = [cycle.pk for cycle in cycles.select_related("subscription__magazine") if not _tells_a_secret(cycle, now)]
    notices = Notice.objects.filter(cycle__in=cycles).order_by("pk")
    invitations = Invitation.objects.filter(term__payer_id__in=person.files).order_by("pk")
    return {
        "automatic_renewals": list(
            cycles.filter(pk__in=told).values(
                "charge_on", "magazine_cents", "postage_cents", "currency", "state", "ended_because"
            )
        ),
        "notices": list(notices.values("number", "written_on", "charge_on", "amount_cents")),
        "invitations": list(invitations.values("effort", "issues_left", "sent_on")),
    }


def _tells_a_secret(cycle: Cycle, now: dt.datetime) -> bool:
    """It ended because something follows, and what follows is a gift that is announced later."""
    today = now.astimezone(cycle.subscription.magazine.zone).date()
    return cycle.ended_because == FOLLOWED and terms.ahead_of(cycle.subscription_id, told_on=today).secret


def _erase(person: Person, by: Actor, now: dt.datetime) -> Mapping[str, int]:
    return {}
