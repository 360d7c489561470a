"""The reasons that a house gives, by their code."""

from foundation.errors import DomainError
from subscriptions.terms.models import ServiceReason


class UnknownReason(DomainError):
    code = "unknown_reason"


def reason_for(code: str, *, use: str) -> ServiceReason:
    """:raises UnknownReason: when there is none of that code for this use, or it is no longer given"""
    reason = ServiceReason.objects.filter(code=code, use=use, is_active=True).first()
    if reason is None:
        raise UnknownReason(f"“{code}” is not a reason that can be given here.")
    return reason
