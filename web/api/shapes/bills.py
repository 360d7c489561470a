from typing import Any

from rest_framework import serializers

from web.api.shapes.base import IssueOut, StrictSerializer


class CopyOrderIn(StrictSerializer):
    copies = serializers.IntegerField(min_value=1, max_value=999, help_text="Of each issue, all together.")


class WaiverIn(StrictSerializer):
    because = serializers.CharField(max_length=120, help_text="Why the house lets the payer off.")


class PaidOtherwiseIn(StrictSerializer):
    note = serializers.CharField(max_length=120, allow_blank=True, default="", help_text="A cheque, say.")


class BillOut(serializers.Serializer[Any]):
    """What a change in mid-term costs its payer. `why`: `postage` or `copies`; `state` is that of its order.

    Postage may be paid until `due_on`; then `if_unpaid` says what happens: `convert`, `absorb` or `wait`.
    """

    order = serializers.CharField()
    subscription = serializers.UUIDField()
    payer_number = serializers.CharField()
    why = serializers.CharField()
    state = serializers.CharField()
    cents = serializers.IntegerField()
    currency = serializers.CharField()
    copies = serializers.IntegerField(allow_null=True)
    first_issue = IssueOut()
    due_on = serializers.DateField(allow_null=True)
    if_unpaid = serializers.CharField(allow_blank=True)
    pay_url = serializers.URLField(help_text="Where its payer, signed in by a mailed link, pays by card.")
