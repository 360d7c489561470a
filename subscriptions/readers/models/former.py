"""What a reader was on file under before it was put right."""

from django.db import models
from django.utils import timezone

from subscriptions.readers.models.people import Reader


class FormerDetails(models.Model):
    """Name, mail address and telephone as they stood until somebody of the staff put them right.

    Kept so that an erasure finds what was written under them, and a copy of everything tells it.
    """

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="former_details")
    name = models.CharField(max_length=80, blank=True)
    company = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    until_at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)

    class Meta:
        verbose_name_plural = "former details"

    def __str__(self) -> str:
        return f"former details of reader {self.reader_id:07d}"
