from typing import Any

from rest_framework import serializers

from orders.checkout.models import LineRefund
from web.api.shapes.base import FirstIssueOut, IssueOut, StrictSerializer


class CancellationIn(StrictSerializer):
    when = serializers.ChoiceField(
        choices=["now", "end"], help_text="now: nothing more is sent; end: on to the last issue that is paid for."
    )
    reason = serializers.SlugField(max_length=30, help_text="The code of a reason for a cancellation.")
    money = serializers.ChoiceField(
        choices=LineRefund.Way.values,
        default=LineRefund.Way.REFUND,
        help_text="Sent back to the payer, or held as a credit.",
    )


class TermCancellationIn(StrictSerializer):
    reason = serializers.SlugField(max_length=30, help_text="The code of a reason for a cancellation.")
    money = serializers.ChoiceField(
        choices=LineRefund.Way.values,
        default=LineRefund.Way.REFUND,
        help_text="Sent back to the payer, or held as a credit.",
    )


class ReinstatementIn(StrictSerializer):
    back_issues = serializers.IntegerField(
        min_value=0, max_value=60, default=0, help_text="Issues missed meanwhile, from stock, as the house allows."
    )


class RefundOut(serializers.Serializer[Any]):
    """What a term let go of when it ended: promised back to its payer, or held for them."""

    uuid = serializers.UUIDField()
    subscription = serializers.UUIDField(
        source="term.subscription.uuid", allow_null=True, default=None, help_text="None for a gift code taken back."
    )
    order = serializers.CharField(source="order_line.order.number", allow_null=True, default=None)
    payer_number = serializers.CharField(source="payer.number")
    way = serializers.CharField()
    state = serializers.CharField()
    cents = serializers.IntegerField()
    magazine_cents = serializers.IntegerField()
    postage_cents = serializers.IntegerField()
    earned_cents = serializers.IntegerField(help_text="A price concession: what of it came out of revenue.")
    currency = serializers.CharField()
    promised_at = serializers.DateTimeField()


class AccessEndedOut(serializers.Serializer[Any]):
    """`refund` is null where no money is left to give back."""

    ended_on = serializers.DateField(source="access.ended_on")
    refund = RefundOut(allow_null=True)


class CancellationOut(FirstIssueOut):
    """`first_issue` is the first that does not come any more.

    `last_issue` is null where none was sent; `charge_under_way` when an automatic charge had left before."""

    last_issue = IssueOut(allow_null=True)
    refunds = RefundOut(many=True)
    charge_under_way = serializers.BooleanField()


class ReinstatementOut(FirstIssueOut):
    """`first_issue` is null where it had not stopped: it was cancelled for the end of what is paid for."""

    last_issue = IssueOut(allow_null=True)
    issues_left = serializers.IntegerField(allow_null=True)


class CopiesIn(StrictSerializer):
    copies = serializers.IntegerField(min_value=1, max_value=999)
    how = serializers.ChoiceField(
        choices=["convert", "credit", "absorb"],
        help_text="convert: another number of issues; credit: the rest is held for the payer; absorb: at our cost.",
    )


class CopiesOut(FirstIssueOut):
    last_issue = IssueOut(allow_null=True)
    issues_left = serializers.IntegerField(allow_null=True)
    credits = RefundOut(many=True)


class ConcessionIn(StrictSerializer):
    cents = serializers.IntegerField(min_value=1, max_value=100_000_000, help_text="How much less the term costs.")
    because = serializers.CharField(max_length=120)
    money = serializers.ChoiceField(
        choices=LineRefund.Way.values,
        default=LineRefund.Way.REFUND,
        help_text="Sent back to the payer, or held as a credit.",
    )
