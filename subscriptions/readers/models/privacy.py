"""What a person has asked about what is on file about them, and what each app has done about it."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.readers.models.people import Reader


class PrivacyRequest(models.Model):
    """A copy of everything, or the end of everything that no law makes the house keep. Each app does its part."""

    class Kind(models.TextChoices):
        EXPORT = "export", "a copy of everything"
        ERASURE = "erasure", "erasure"

    class State(models.TextChoices):
        ASKED = "asked", "waits for a member of staff"
        CHECKING = "checking", "looked at by each app"
        WAITING = "waiting", "under way"
        DONE = "done"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    OPEN = (State.ASKED, State.CHECKING, State.WAITING)

    class Verified(models.TextChoices):
        SIGNED_IN = "signed_in", "signed in by a mailed link"
        TELEPHONE = "telephone", "by telephone, with what is on file"
        LETTER = "letter", "by a signed letter"
        IN_PERSON = "in_person", "in person"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="privacy_requests")
    kind = models.CharField(max_length=7, choices=Kind)
    state = models.CharField(max_length=9, choices=State)
    verified = models.CharField(max_length=9, choices=Verified)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=40)
    # The law's term, from the day of asking.
    due_on = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=40, blank=True)
    # In sentences for the person who asked; says what to do first.
    refused_because = models.TextField(blank=True)
    # Of an export: a name that nobody guesses, in the storage of the label files; empty again once it was deleted.
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    file_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_request_of_a_kind",
                fields=["reader", "kind"],
                condition=Q(state__in=["asked", "checking", "waiting"]),
            ),
            models.CheckConstraint(
                name="a_closed_request_says_when",
                condition=Q(state__in=["asked", "checking", "waiting"]) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_request_says_why", condition=~Q(state="refused") | ~Q(refused_because="")
            ),
            models.CheckConstraint(
                name="a_file_has_its_last_day", condition=Q(file_name="") | Q(kind="export", file_until__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="privacy_open", condition=Q(closed_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} for {self.reader_id}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def has_file(self) -> bool:
        return bool(self.file_name)


class PrivacyTick(models.Model):
    """One app has done its part of a request: it has looked whether anything stands in the way, or it has acted."""

    class Step(models.TextChoices):
        CHECK = "check"
        ACT = "act"

    request = models.ForeignKey(PrivacyRequest, on_delete=models.PROTECT, related_name="ticks")
    app = models.CharField(max_length=20)
    step = models.CharField(max_length=5, choices=Step)
    done_at = models.DateTimeField(default=timezone.now)
    # Why it cannot be done now, in a sentence for the person who asked.
    objection = models.CharField(max_length=300, blank=True)
    # Counts, for people; never a name.
    summary = models.JSONField(default=dict)
    # What this app knows of the person, until it is in the file.
    told = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [models.UniqueConstraint(name="an_app_ticks_once", fields=["request", "app", "step"])]

    def __str__(self) -> str:
        return f"{self.app}: {self.step} {self.request_id}"
