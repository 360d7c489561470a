from typing import Any

from rest_framework import serializers

from web.api.shapes.base import IssueOut


class PlaceOut(serializers.Serializer[Any]):
    """An address as it was typed."""

    name = serializers.CharField()
    company = serializers.CharField()
    attention = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()
    undeliverable_since = serializers.DateField(allow_null=True)


class TermOut(serializers.Serializer[Any]):
    """One term in the order in which they are served. `issues` and `issues_left` null: without end."""

    uuid = serializers.UUIDField(source="term.uuid")
    state = serializers.CharField(help_text="over, running or waiting")
    copy_class = serializers.CharField(source="term.copy_class")
    copies = serializers.IntegerField(source="term.copies")
    payer_number = serializers.CharField(source="term.payer.number")
    issues = serializers.IntegerField(source="term.units", allow_null=True)
    issues_left = serializers.IntegerField(source="units_left", allow_null=True)
    price_cents = serializers.IntegerField(source="term.price_cents")
    currency = serializers.CharField(source="term.currency")
    first_issue = IssueOut(allow_null=True)
    last_issue = IssueOut(allow_null=True)


class NextCopyOut(serializers.Serializer[Any]):
    issue = IssueOut()
    is_grace = serializers.BooleanField()
    address = PlaceOut(allow_null=True)


class SubscriptionOut(serializers.Serializer[Any]):
    """One line of a reader: service, billing and renewal apart. All of it as the calendar is planned today."""

    uuid = serializers.UUIDField()
    merged_into = serializers.UUIDField(
        allow_null=True, help_text="The subscription it was made one with, which is the one that is served now."
    )
    magazine = serializers.CharField(source="overview.magazine.code")
    reader_number = serializers.CharField(source="overview.reader.number")
    service = serializers.CharField(source="overview.state", help_text="not_started, active, held, grace or ended")
    billing = serializers.CharField(help_text="paid, unpaid, disputed, free or none")
    renewal = serializers.CharField(source="overview.subscription.renewal")
    issues_left = serializers.IntegerField(source="overview.units_left", allow_null=True, help_text="Null: no end.")
    first_issue = IssueOut(source="overview.first_issue", allow_null=True)
    expire_issue = IssueOut(source="overview.expire.issue", allow_null=True)
    expire_reason = serializers.CharField(
        source="overview.expire.reason", help_text="dated, perpetual, open_hold, beyond_calendar or ended"
    )
    first_issue_affected = IssueOut(
        source="overview.address_from", allow_null=True, help_text="The first issue that a change of now would reach."
    )
    holds_until = serializers.DateTimeField(
        source="overview.address_from.pull_at",
        allow_null=True,
        default=None,
        help_text="Until when that holds: the cut-off of that issue.",
    )
    paid_through = serializers.CharField(source="overview.paid_through_label", help_text="What a label may print.")
    terms = TermOut(source="overview.terms", many=True)
    next_copies = NextCopyOut(source="overview.next_copies", many=True)


class LedgerLineOut(serializers.Serializer[Any]):
    """A plus or minus in issues; a hold has none, since it moves the end and takes nothing. `by` is who did it."""

    at = serializers.DateTimeField(source="line.at")
    kind = serializers.CharField(source="line.kind")
    issues = serializers.IntegerField(source="line.units")
    total = serializers.IntegerField(help_text="The sum so far.")
    reason = serializers.CharField(source="line.reason")
    about = serializers.CharField(source="line.about")
    link = serializers.CharField(source="line.link", help_text="What it came of: claim:, run:, merge:, term:, order:.")
    by = serializers.CharField(source="line.by")


class StepOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    sentence = serializers.CharField()
    issues_added = serializers.IntegerField(source="units", help_text="Below zero: taken away.")
    issues = serializers.ListField(child=serializers.CharField(), help_text="The cover labels it is about.")
    at = serializers.DateTimeField(allow_null=True)


class ExplanationOut(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="All of it, as one tells it to the reader.")
    steps = StepOut(many=True)
    conclusion = serializers.CharField()


class EntitlementOut(serializers.Serializer[Any]):
    """Whether the reader may in, for one magazine, and why."""

    magazine = serializers.CharField(source="magazine.code")
    entitled = serializers.BooleanField(source="is_entitled")
    code = serializers.CharField(
        help_text="active, vacation_hold, imposed_hold, bad_address_hold, access_term, grace, starts_later, "
        "gift_announced or ended_until_in_home: may in. disputed, non_pay, refunded, cancelled, ended or none: may not."
    )
    until = serializers.DateTimeField(allow_null=True, help_text="How long that lasts by what is known; null: no end.")
    first_issue = serializers.CharField(source="first_issue.cover_label", allow_null=True, default=None)
    last_issue = serializers.CharField(source="last_issue.cover_label", allow_null=True, default=None)


class EntitlementsOut(serializers.Serializer[Any]):
    entitled = serializers.BooleanField(source="best.is_entitled", help_text="For any of the magazines.")
    code = serializers.CharField(source="best.code")
    until = serializers.DateTimeField(source="best.until", allow_null=True)
    check_again_at = serializers.DateTimeField(help_text="Until then the answer may be kept; a refund ends it at once.")
    magazines = EntitlementOut(many=True)
