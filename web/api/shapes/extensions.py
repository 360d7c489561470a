from typing import Any

from rest_framework import serializers

from subscriptions.catalog.models import Issue
from subscriptions.terms.actions import Extension
from subscriptions.terms.models import Entry
from web.api.shapes.base import FirstIssueOut, IssueOut, StrictSerializer


class ExtensionIn(StrictSerializer):
    """Issues on top: how many, a reason of the house, and for a copy given back the number of its issue."""

    issues = serializers.IntegerField(min_value=1, max_value=60)
    reason = serializers.CharField(max_length=30)
    copy_issue = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    about = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class EntryOut(serializers.Serializer[Entry]):
    """A plus or minus of the expire ledger, in issues."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    issues = serializers.IntegerField(source="units")
    reason = serializers.CharField(source="reason.code", default="", allow_blank=True)
    about = serializers.CharField()
    link = serializers.CharField()
    at = serializers.DateTimeField()


class ExtensionOut(FirstIssueOut):
    """`first_issue` is the first of those on top."""

    entry = EntryOut()
    last_issue = serializers.CharField(allow_blank=True, help_text="Empty while it cannot be named.")


class CorrectionIn(StrictSerializer):
    """By how many issues a number was keyed wrong: more, or fewer when negative."""

    issues = serializers.IntegerField(min_value=-60, max_value=60)
    because = serializers.CharField(max_length=120)


class CorrectionOut(FirstIssueOut):
    """`first_issue` is the first that counts by the right number; `term` is what goes on with it."""

    entry = EntryOut()
    term = serializers.UUIDField(source="entry.term.uuid")
    first_issue = IssueOut(source="entry.term.start_issue", allow_null=True)
    holds_until = serializers.DateTimeField(source="entry.term.start_issue.pull_at", allow_null=True, default=None)
    last_issue = serializers.CharField(allow_blank=True, help_text="Empty while it cannot be named.")


class CompIn(StrictSerializer):
    """Free copies: `issues` null has no end. Somebody answers for them, and confirms them by a day."""

    issues = serializers.IntegerField(min_value=1, max_value=120, allow_null=True)
    copies = serializers.IntegerField(min_value=1, max_value=999, default=1)
    copy_class = serializers.ChoiceField(choices=["comp", "staff", "sample"], default="comp")
    owner = serializers.CharField(max_length=80)
    why = serializers.CharField(max_length=120)
    confirm_by = serializers.DateField()


class CompOut(FirstIssueOut):
    """One term of free copies."""

    uuid = serializers.UUIDField()
    issues = serializers.IntegerField(source="units", allow_null=True)
    first_issue = IssueOut(source="start_issue", allow_null=True)
    holds_until = serializers.DateTimeField(source="start_issue.pull_at", allow_null=True, default=None)
    owner = serializers.CharField(source="comp.owner")
    confirm_by = serializers.DateField(source="comp.confirm_by")


class FreeOut(CompOut):
    """With whose they are and why."""

    subscription = serializers.UUIDField(source="subscription.uuid")
    reader = serializers.CharField(source="subscription.reader.number")
    why = serializers.CharField(source="comp.why")


class ConfirmIn(StrictSerializer):
    confirm_by = serializers.DateField()


def extension_out(extension: Extension, *, first_issue: Issue | None, last_issue: Issue | None) -> dict[str, Any]:
    return {"entry": extension.entry, "first_issue": first_issue, "last_issue": str(last_issue or "")}
