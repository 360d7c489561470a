"""Joining, confirming and leaving newsletters; and what they know of a person."""

from .joining import CONFIRM, LEAVE, NEXT_MAIL_AFTER, UnknownNewsletter, ask_to_join, confirm, leave, look_at
from .privacy import follow_privacy_requests

__all__ = [
    "CONFIRM",
    "LEAVE",
    "NEXT_MAIL_AFTER",
    "UnknownNewsletter",
    "ask_to_join",
    "confirm",
    "follow_privacy_requests",
    "leave",
    "look_at",
]
