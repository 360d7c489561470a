"""Where people are, as typed and as printed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.readers.models.keys import door_key, name_key
from subscriptions.readers.models.people import Reader


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
    # What look-alikes are looked for by; null name: a company alone.
    door_key = models.GeneratedField(expression=door_key(), output_field=models.TextField(), db_persist=True)
    name_key = models.GeneratedField(expression=name_key(), output_field=models.TextField(null=True), db_persist=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="address_has_a_delivery_line", condition=~Q(label_addr1="")),
            models.CheckConstraint(
                name="address_has_someone_on_it", condition=~Q(label_name="") | ~Q(label_company="")
            ),
        ]
        indexes = [
            models.Index(fields=["label_zip5", "label_addr1"], name="address_zip_street"),
            # With the id, so that the first few of a common name are found without reading all of them.
            models.Index(fields=["door_key", "id"], name="address_door"),
            models.Index(fields=["name_key", "id"], name="address_name"),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"
