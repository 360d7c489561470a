from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """Who did what to which row, and why. Append-only (a trigger refuses the rest); without names and addresses.

    An erasure may empty words that somebody typed, under keys of `detail` that end in `_because`.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"
