"""Copies that readers miss, and what the house does about it, as data."""

import uuid

from django.db import models
from django.db.models import Q

from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms.models import Entry, ServiceReason, Subscription


class ClaimReason(models.Model):
    """What a reason of a claim means for the copy. Its effect on the term stands with the reason itself."""

    reason = models.OneToOneField(ServiceReason, on_delete=models.PROTECT, related_name="claim_reason")
    # Late or damaged: there is nothing to wait for, and it is no miss.
    copy_arrived = models.BooleanField(default=False)
    # Another copy helps; where it does not (it came late), issues are added at the end.
    may_be_replaced = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.reason.name


class ClaimPolicy(models.Model):
    """What a magazine does about copies claimed. Without a row these defaults hold."""

    magazine = models.OneToOneField(Magazine, on_delete=models.PROTECT, related_name="claim_policy")
    # A copy may be missed from so many days after the last day of its in-home window.
    due_after_days = models.PositiveSmallIntegerField(default=0)
    # Copies of the last so many issues that were pulled; with anything older a person decides.
    claimable_issues = models.PositiveSmallIntegerField(default=6)
    # In 365 days, per subscription: copies sent again, by where the reader lives, then issues added at the end.
    replacements_at_home = models.PositiveSmallIntegerField(default=1)
    replacements_abroad = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=2)
    # So many issues missed in a row mean that the address is wrong: nothing more is sent, and a person looks.
    misses_that_mean_undeliverable = models.PositiveSmallIntegerField(default=3)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="one_miss_is_no_bad_address", condition=Q(misses_that_mean_undeliverable__gte=2)
            ),
            models.CheckConstraint(name="some_issue_can_be_claimed", condition=Q(claimable_issues__gte=1)),
        ]

    def __str__(self) -> str:
        return f"claims of {self.magazine_id}"


class Claim(models.Model):
    """A reader says that a copy did not come, or how it came. It names its copy by the parts of the copy's key."""

    class State(models.TextChoices):
        OPEN = "open", "waits for a person"
        REPLACING = "replacing", "another copy waits for a run"
        SENT = "sent", "another copy was sent"
        EXTENDED = "extended", "issues were added"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="claims")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="claims")
    copy_no = models.PositiveSmallIntegerField(default=1)
    # The how manieth claim of this copy; above the first, a member of staff has insisted.
    sequence = models.PositiveSmallIntegerField(default=1)
    reason = models.ForeignKey(ServiceReason, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    # What the reader was told.
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=40, blank=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="claim")
    run_uuid = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="claim_sequence_once", fields=["subscription", "issue", "copy_no", "sequence"]
            ),
            models.UniqueConstraint(
                name="one_unfinished_claim_per_copy",
                fields=["subscription", "issue", "copy_no"],
                condition=Q(state__in=["open", "replacing"]),
            ),
            models.CheckConstraint(
                name="a_sent_claim_names_its_run",
                condition=Q(state="sent", run_uuid__isnull=False) | (~Q(state="sent") & Q(run_uuid__isnull=True)),
            ),
            models.CheckConstraint(
                name="an_extension_names_its_entry", condition=~Q(state="extended") | Q(entry__isnull=False)
            ),
            models.CheckConstraint(
                name="an_answer_has_words_and_a_time",
                condition=Q(state="open") | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(name="claims_are_counted_from_one", condition=Q(copy_no__gte=1, sequence__gte=1)),
        ]
        indexes = [
            models.Index(fields=["issue"], name="claim_replacing", condition=Q(state="replacing")),
            models.Index(fields=["reported_at"], name="claim_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"claim of issue {self.issue_id} by {self.subscription_id}"
