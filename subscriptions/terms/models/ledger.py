"""The expire ledger, and the copies from stock that it owes."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from subscriptions.catalog.models import Issue
from subscriptions.terms.models.lines import Subscription
from subscriptions.terms.models.reasons import ServiceReason
from subscriptions.terms.models.terms import Term


class Entry(models.Model):
    """The expire ledger: every plus and minus in units, with who and why. Append-only; a term's length is its sum.

    A copy is credited once, unless the credit was taken back: the trigger `one_credit_per_copy` stands in a migration.
    """

    class Kind(models.TextChoices):
        BOUGHT = "bought"
        BONUS = "bonus"
        CREDIT = "credit"
        RECOUP = "recoup", "grace recouped"
        BACK_START = "back_start", "sent from stock"
        CUT = "cut"
        SPLIT_OUT = "split_out", "goes on in another term"
        SPLIT_IN = "split_in", "goes on from another term"
        WRITE_OFF = "write_off", "grace written off"
        CORRECTION = "correction"
        TAKEN_OVER = "taken_over", "sent before it came here"
        ENDED = "ended", "end of what had none"

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    units = models.IntegerField()
    about = models.CharField(max_length=120, blank=True)
    reason = models.ForeignKey(ServiceReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # What it came of: `claim:{uuid}`, `run:{uuid}`, `merge:{uuid}`, `term:{uuid}`, `order:{number}`.
    link = models.CharField(max_length=60, blank=True, default="", db_default="")
    # The copy that a credit, a recoup or a back-start answers for: its issue.
    copy_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_copy_is_carried_once",
                fields=["term", "copy_issue"],
                condition=Q(kind__in=["recoup", "back_start"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units:+d} {self.kind}"


class OwedCopy(models.Model):
    """A pulled issue that a term was sold with and that comes from stock: the next supplemental run sends it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        WITHDRAWN = "withdrawn"

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="owed_copies")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="owed_copies")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="owed_copy")
    units = models.PositiveSmallIntegerField()
    # As many as were sold and taken out of stock; the term may go on with another number.
    copies = models.PositiveSmallIntegerField(default=1, db_default=1)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    run_uuid = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_issue_is_owed_once", fields=["subscription", "issue"], condition=~Q(state="withdrawn")
            ),
            models.CheckConstraint(name="an_owed_copy_is_one_at_least", condition=Q(copies__gte=1)),
            models.CheckConstraint(
                name="a_sent_copy_names_its_run", condition=~Q(state="sent") | Q(run_uuid__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["issue"], name="owed_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"issue {self.issue_id} owed to {self.subscription_id}"
