"""Who is on file."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Household(models.Model):
    """People who live together, as a clerk was told: each keeps a file and subscriptions of their own."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"household {self.pk}"


class Reader(models.Model):
    """A person or organisation on file: who pays, who reads, or both. Not a user account.

    What a search reads (the name as words, surname first, indexes of mail and telephone) stands in `0005_search.sql`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=80, blank=True)
    company = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Who it was is gone; number, orders and money stay.
    erased_at = models.DateTimeField(null=True, blank=True)
    # An alias after a merge, never a deletion; it can be undone. Names the reader in force, however often that one was
    # merged on: the chain stands in `ReaderMerge`, and this is derived from it.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="aliases")
    household = models.ForeignKey(Household, on_delete=models.SET_NULL, null=True, blank=True, related_name="members")

    class Meta:
        constraints = [
            models.CheckConstraint(name="reader_has_a_name", condition=~Q(name="") | ~Q(company="")),
            models.CheckConstraint(name="reader_is_not_merged_into_itself", condition=~Q(merged_into=models.F("id"))),
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
