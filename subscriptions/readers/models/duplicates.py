"""Who may be whom: a question for a clerk."""

from django.db import models
from django.utils import timezone

from subscriptions.readers.models.people import Reader


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
