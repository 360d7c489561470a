"""Label runs: the main run of an issue, and the small ones after it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.catalog.models import Issue


class LabelRun(models.Model):
    """A run of labels for one issue: planned, rehearsed, approved, released, handed over, confirmed mailed; or voided.

    The main run pulls the issue. Supplements (copies owed from stock) and claims (replacements) follow it, as many as
    are needed; their copies use up no units.
    """

    class Purpose(models.IntegerChoices):
        MAIN = 1, "main"
        SUPPLEMENT = 2, "supplement"
        CLAIMS = 3, "claims"

    class State(models.TextChoices):
        PLANNED = "planned"
        REHEARSING = "rehearsing"
        REHEARSED = "rehearsed"
        APPROVED = "approved"
        RELEASING = "releasing"
        RELEASED = "released"
        HANDED_OVER = "handed_over", "handed over"
        MAILED = "mailed"
        VOIDED = "voided"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="runs")
    purpose = models.PositiveSmallIntegerField(choices=Purpose, default=Purpose.MAIN)
    # 1 for the first run of the issue and purpose; the next one, after a void or for what has come up since, is 2.
    revision = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=40)

    # What the rehearsal found: counts by class, skips by reason, checks, difference to the last issue.
    rehearsal = models.JSONField(default=dict)
    rehearsed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=40, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=40, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_to = models.CharField(max_length=80, blank=True)
    mailed_on = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    # Progress, for people: what is being done, and how far it is.
    step = models.CharField(max_length=60, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    # Set by the pull, in the transaction that freezes the copies: from here on a crash resumes with the files.
    pulled_at = models.DateTimeField(null=True, blank=True)
    # What every record of the file says alike (issue code, mailer id, ...), frozen with the copies: a magazine may
    # change its mailer id, and the file must come out the same.
    printed = models.JSONField(default=dict)
    # Records in the file; copies, more where a subscription gets several; those entitled that could not be sent.
    rows = models.PositiveIntegerField(default=0)
    copies = models.PositiveIntegerField(default=0)
    skips = models.PositiveIntegerField(default=0)
    serial_first = models.PositiveIntegerField(null=True, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    manifest_name = models.CharField(max_length=200, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    # The time for which its magazine keeps label files was over: the bytes are gone, name and hash stay.
    file_deleted_at = models.DateTimeField(null=True, blank=True)
    # A person was erased from its copies: the stored file is the only one with the bytes of its hash from then on.
    redacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_main_run", fields=["issue"], condition=Q(purpose=1) & ~Q(state="voided")
            ),
            models.UniqueConstraint(
                name="one_unfinished_run",
                fields=["issue", "purpose"],
                condition=Q(state__in=["planned", "rehearsing", "rehearsed", "approved", "releasing"]),
            ),
            models.UniqueConstraint(name="run_revision_once", fields=["issue", "purpose", "revision"]),
            models.CheckConstraint(name="run_has_a_purpose", condition=Q(purpose__in=[1, 2, 3])),
            models.CheckConstraint(
                name="released_run_has_its_file",
                condition=~Q(state__in=["released", "handed_over", "mailed"])
                | (~Q(file_sha256="") & ~Q(manifest_sha256="") & Q(released_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="released_run_was_pulled",
                condition=~Q(state__in=["released", "handed_over", "mailed"]) | Q(pulled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_finished_run_loses_its_file",
                condition=Q(file_deleted_at__isnull=True) | Q(state__in=["mailed", "voided"]),
            ),
            models.CheckConstraint(
                name="mailed_run_has_its_date", condition=~Q(state="mailed") | Q(mailed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="approved_run_was_rehearsed",
                condition=~Q(state__in=["approved", "releasing", "released", "handed_over", "mailed"])
                | (Q(rehearsed_at__isnull=False) & ~Q(approved_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} run of issue {self.issue_id}, revision {self.revision}"

    @property
    def is_main(self) -> bool:
        return self.purpose == self.Purpose.MAIN
