"""Who is on file."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class Reader(models.Model):
    """A person or organisation on file: who pays, who reads, or both. Not a user account."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=80, blank=True)
    company = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # An alias after a merge, never a deletion; it can be undone.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="aliases")

    class Meta:
        constraints = [
            models.CheckConstraint(name="reader_has_a_name", condition=~Q(name="") | ~Q(company="")),
            models.CheckConstraint(name="reader_is_not_merged_into_itself", condition=~Q(merged_into=models.F("id"))),
        ]
        indexes = [
            models.Index(Lower("email"), name="reader_email"),
            models.Index(Lower("name"), "id", name="reader_name"),
        ]

    def __str__(self) -> str:
        return f"reader {self.number}"

    @property
    def number(self) -> str:
        """The account number that people read out: seven digits."""
        return f"{self.pk:07d}"

    @property
    def shown_name(self) -> str:
        return self.name or self.company
