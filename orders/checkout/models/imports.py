"""Files of orders that were taken elsewhere, and their lines until they are taken or withdrawn."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.catalog.models import Magazine


class OrderImport(models.Model):
    """A file of orders taken on paper, at an event or by an agent. It is taken whole, once, or not at all."""

    class State(models.TextChoices):
        CHECKING = "checking", "being checked"
        FAULTY = "faulty", "has errors"
        READY = "ready", "ready to take"
        TAKING = "taking", "being taken"
        TAKEN = "taken"
        WITHDRAWN = "withdrawn"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="+")
    # Names the pile of paper. With the reference of a line it is taken once, whatever file it comes in again.
    batch = models.CharField(max_length=30)
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.CHECKING)
    # What people are told beside the state: why a file that was ready is checked again.
    note = models.CharField(max_length=200, blank=True)
    rows = models.PositiveIntegerField()
    rows_checked = models.PositiveIntegerField(default=0)
    faulty_rows = models.PositiveIntegerField(default=0)
    warned_rows = models.PositiveIntegerField(default=0)
    total_cents = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    # Price and issues of each offer and zone, and each source key, as they were when the file was checked.
    standing = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=40)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_import_is_taken_with_errors",
                condition=~Q(state__in=["ready", "taking", "taken"]) | Q(faulty_rows=0),
            ),
            models.CheckConstraint(
                name="an_import_is_checked_to_its_end",
                condition=~Q(state__in=["ready", "faulty", "taking", "taken"]) | Q(rows_checked=models.F("rows")),
            ),
        ]
        indexes = [models.Index(fields=["id"], name="import_at_work", condition=Q(state__in=["checking", "taking"]))]

    def __str__(self) -> str:
        return f"{self.batch}: {self.file_name}"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.TAKING)


class StagedOrder(models.Model):
    """One line of such a file. It is gone once the file is taken or withdrawn: then the order says what it said."""

    order_import = models.ForeignKey(OrderImport, on_delete=models.CASCADE, related_name="staged")
    # The line of the file, the header being the first.
    line_number = models.PositiveIntegerField()
    reference = models.CharField(max_length=40, blank=True)
    cells = models.JSONField()
    # None until the line was checked; each has `field`, `code` and `detail`.
    problems = models.JSONField(null=True)
    warnings = models.JSONField(default=list)
    total_cents = models.PositiveBigIntegerField(default=0)
    # The rows of the order to be, by table, under keys of their own, which are known before they are there.
    made = models.JSONField(null=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    reader_to_be = models.BigIntegerField(null=True)
    address_to_be = models.BigIntegerField(null=True)
    order_to_be = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_line_is_staged_once", fields=["order_import", "line_number"]),
            models.CheckConstraint(
                name="only_a_good_line_is_made_into_an_order", condition=Q(made__isnull=True) | Q(problems=[])
            ),
        ]
        indexes = [models.Index(fields=["order_import", "reference"], name="staged_reference")]

    def __str__(self) -> str:
        return f"line {self.line_number}"
