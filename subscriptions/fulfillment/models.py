"""Label runs, and one row per copy with every printed fact frozen at the pull."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.catalog.models import Issue


class LabelRun(models.Model):
    """The main run of one issue: planned, rehearsed, approved, released, handed over, confirmed mailed; or voided."""

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
    # 1 for the first run of the issue; a run after a void is revision 2.
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

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_live_main_run", fields=["issue"], condition=~Q(state="voided")),
            models.UniqueConstraint(name="run_revision_once", fields=["issue", "revision"]),
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
                name="mailed_run_has_its_date", condition=~Q(state="mailed") | Q(mailed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="approved_run_was_rehearsed",
                condition=~Q(state__in=["approved", "releasing", "released", "handed_over", "mailed"])
                | (Q(rehearsed_at__isnull=False) & ~Q(approved_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"main run of issue {self.issue_id}, revision {self.revision}"


class Copy(models.Model):
    """One copy of one issue for one subscription, as printed. Partitioned by issue; the table stands in the migration.

    Written by the pull in one statement and never changed. Money, statements and galleys read only these rows.
    A subscription with several copies has one record in the file, its copy number 1; the others repeat `rec_no`.
    """

    pk = models.CompositePrimaryKey("subscription_id", "issue_id", "copy_no", "purpose", "sequence")
    issue_id = models.IntegerField()
    subscription_id = models.BigIntegerField()
    copy_no = models.SmallIntegerField()
    purpose = models.SmallIntegerField()
    sequence = models.SmallIntegerField()
    run_id = models.BigIntegerField()
    term_id = models.BigIntegerField()
    reader_id = models.BigIntegerField()
    # The place in the term, in units, and how many units this copy uses up: 0 for grace, and above the first copy.
    x = models.IntegerField()
    units = models.SmallIntegerField()
    copy_class = models.CharField(max_length=8)
    paid_code = models.CharField(max_length=1)
    rec_no = models.IntegerField()
    # 0 when the magazine has no mailer id.
    serial = models.IntegerField()
    copies = models.SmallIntegerField()
    # Seven digits and their check digit, kept so that the file is a plain scan of these rows.
    subscriber_no = models.CharField(max_length=8)
    top_line = models.CharField(max_length=30)
    list_code = models.CharField(max_length=8)
    version = models.CharField(max_length=8)
    name = models.CharField(max_length=40)
    company = models.CharField(max_length=40)
    attn = models.CharField(max_length=40)
    addr1 = models.CharField(max_length=40)
    addr2 = models.CharField(max_length=40)
    urb = models.CharField(max_length=28)
    city = models.CharField(max_length=28)
    state = models.CharField(max_length=2)
    zip5 = models.CharField(max_length=5)
    plus4 = models.CharField(max_length=4)
    dpc = models.CharField(max_length=2)
    postcode = models.CharField(max_length=10)
    country = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "fulfillment_copy"

    def __str__(self) -> str:
        return f"issue {self.issue_id} for subscription {self.subscription_id}"


MAIN, SUPPLEMENT, CLAIM = 1, 2, 3  # purposes of a copy
