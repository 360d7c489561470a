from typing import Any

from django.db import models

from foundation.actors import Actor
from foundation.audit.models import AuditEntry


def record(by: Actor, action: str, subject: models.Model, **detail: Any) -> None:
    """Append one line to the audit trail. `detail` holds ids, cents and states; never a name, address or secret."""
    AuditEntry.objects.create(
        actor=by.reference,
        action=action,
        object_kind=subject._meta.label_lower,
        object_id=str(subject.pk),
        detail=detail,
    )
