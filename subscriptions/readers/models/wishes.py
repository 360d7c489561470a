"""What was noted about a reader, and how they wish to be written to."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.readers.models.merges import ReaderMerge
from subscriptions.readers.models.people import Reader


class ReaderNote(models.Model):
    """What a member of staff wrote down about a reader, for the others."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(max_length=2000)
    pinned = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.CheckConstraint(name="a_note_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"note {self.pk}"


class ContactPreference(models.Model):
    """Yes or no to one kind of mail by one way. Append-only (a trigger refuses the rest); the latest counts."""

    class Channel(models.TextChoices):
        EMAIL = "email", "e-mail"
        POST = "post"
        TELEPHONE = "telephone"

    class Purpose(models.TextChoices):
        RENEWAL = "renewal", "reminders to renew"
        OFFERS = "offers", "offers of ours"
        PARTNERS = "partners", "offers of others"

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="preferences")
    channel = models.CharField(max_length=9, choices=Channel)
    purpose = models.CharField(max_length=8, choices=Purpose)
    allowed = models.BooleanField()
    source = models.CharField(max_length=20, help_text="reader, clerk, api, merge.")
    # The merge that made it stricter; what it was before comes back when the merge is undone.
    merge = models.ForeignKey(ReaderMerge, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["reader", "channel", "purpose", "id"], name="preference_latest")]

    def __str__(self) -> str:
        return f"{'yes' if self.allowed else 'no'} to {self.purpose} by {self.channel}"
