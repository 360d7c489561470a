"""What a mail provider reports through anymail's webhooks (`/anymail/<provider>/tracking/`)."""

import uuid
from typing import Any

import structlog

from foundation import clock
from foundation.mail import actions

log = structlog.get_logger(__name__)

NOT_DELIVERED = frozenset({"bounced", "rejected", "complained"})


def take(event: Any) -> None:
    """Record a bounce, a rejection or a complaint; anything else (opened, clicked) is not our business."""
    if event.event_type not in NOT_DELIVERED:
        return
    try:
        actions.record_bounce(
            provider_id=event.message_id or "",
            mail_uuid=_our_uuid(event.metadata),
            reason=f"{event.event_type}: {event.reject_reason or 'no reason given'}",
            now=clock.now(),
        )
    except actions.MailIsUnknown:
        # The provider's account may send for others too; an error answer would make it tell us for days.
        log.warning("bounce_of_unknown_mail", provider_event=event.event_type)


def _our_uuid(metadata: dict[str, str]) -> uuid.UUID | None:
    told = metadata.get("mail_uuid", "")
    try:
        return uuid.UUID(told)
    except ValueError:
        return None
