"""People and organisations, and their addresses as typed and as printed."""

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


class Address(models.Model):
    """One address, never edited: a change is a new row. What was typed stands beside the label form derived from it."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="addresses")
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=40)
    source = models.CharField(max_length=20, default="order", help_text="order, reader, clerk, import.")

    name = models.CharField(max_length=80, blank=True)
    company = models.CharField(max_length=80, blank=True)
    attention = models.CharField(max_length=80, blank=True)
    line1 = models.CharField(max_length=80)
    line2 = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=40, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2)
    zone = models.CharField(max_length=5)
    warnings = models.JSONField(default=list, help_text="Codes that the reader was shown and kept.")

    # The publisher's upper-case form, as it goes to the mail house (reference: postal 8.2, columns 11-23).
    label_name = models.CharField(max_length=40, blank=True)
    label_company = models.CharField(max_length=40, blank=True)
    label_attn = models.CharField(max_length=40, blank=True)
    label_addr1 = models.CharField(max_length=40)
    label_addr2 = models.CharField(max_length=40, blank=True)
    label_urb = models.CharField(max_length=28, blank=True)
    label_city = models.CharField(max_length=28, blank=True)
    label_state = models.CharField(max_length=2, blank=True)
    label_zip5 = models.CharField(max_length=5, blank=True)
    label_plus4 = models.CharField(max_length=4, blank=True)
    label_dpc = models.CharField(max_length=2, blank=True)
    label_postcode = models.CharField(max_length=10, blank=True)
    label_country = models.CharField(max_length=40, blank=True)
    # Set by returned mail or a clerk: nothing goes to it, and its subscription consumes nothing.
    undeliverable_since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="address_has_a_delivery_line", condition=~Q(label_addr1="")),
            models.CheckConstraint(
                name="address_has_someone_on_it", condition=~Q(label_name="") | ~Q(label_company="")
            ),
        ]
        indexes = [models.Index(fields=["label_zip5", "label_addr1"], name="address_zip_street")]

    def __str__(self) -> str:
        return f"address {self.pk}"


class PossibleDuplicate(models.Model):
    """A new reader who looks like one on file: a clerk decides. Nothing is merged or disclosed by itself."""

    class Answer(models.TextChoices):
        OPEN = "open"
        SAME = "same", "the same person"
        DIFFERENT = "different", "different people"

    new_reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    known_reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=40)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="pair_asked_once", fields=["new_reader", "known_reader"])]

    def __str__(self) -> str:
        return f"{self.new_reader_id} / {self.known_reader_id}"
