from typing import Any

from rest_framework import serializers

from orders.checkout.models import Gift
from orders.checkout.rules import MOST_MESSAGE, GiftWish, Person
from subscriptions.readers.rules.address import TypedAddress
from web.api.shapes.base import FirstIssueOut, IssueOut, StrictSerializer
from web.api.shapes.parties import AddressIn, PersonIn, addressed_to


class GiftIn(StrictSerializer):
    """One gift. Without `ship_to` it is a code, and the recipient says later where it goes."""

    recipient = PersonIn(help_text="Who gets it. The mail address is needed to announce it by mail.")
    ship_to = AddressIn(required=False)
    account = serializers.IntegerField(
        min_value=1, max_value=9_999_999, required=False, help_text="For staff: the recipient's number, if on file."
    )
    meets = serializers.ChoiceField(
        choices=Gift.Meets.choices, default=Gift.Meets.QUEUE, help_text="How it meets what the `account` has already."
    )
    repeats = serializers.UUIDField(
        required=False,
        help_text="With `payer_account`: `gift` of one in the donor's `gifts/`, whose recipient gets this one too, "
        "wherever they live now. Without an address.",
    )
    offer = serializers.SlugField(max_length=30, default="", help_text="If it is another than the order's.")
    copies = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    start_issue = serializers.IntegerField(
        min_value=1, max_value=1_000_000, required=False, help_text="The number of the issue it starts with."
    )
    arrives_on = serializers.DateField(required=False, help_text="It starts with the issue that arrives around then.")
    message = serializers.CharField(max_length=MOST_MESSAGE, allow_blank=True, default="")
    from_name = serializers.CharField(max_length=80, allow_blank=True, default="")
    announce = serializers.ChoiceField(choices=Gift.Announce.choices, default=Gift.Announce.DONOR)
    announce_on = serializers.DateField(required=False)
    code_country = serializers.RegexField(
        r"^[A-Z]{2}$", default="US", help_text="Where a code is good: its postage is paid for there."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "repeats" in attrs:
            odd = [name for name in ("ship_to", "account") if name in attrs]
            sentence = "A gift that is given again goes to where its recipient lives now."
            if odd:
                raise serializers.ValidationError(dict.fromkeys(odd, sentence), code="goes_as_before")
        return attrs

    @staticmethod
    def as_wish(data: dict[str, Any]) -> GiftWish:
        recipient, ship_to, repeats = data["recipient"], data.get("ship_to"), data.get("repeats")
        return GiftWish(
            **{name: value for name, value in data.items() if name not in ("recipient", "ship_to", "repeats")},
            repeats=str(repeats) if repeats else "",
            recipient=Person(**recipient),
            ship_to=TypedAddress(**addressed_to(recipient, ship_to)) if ship_to else None,
        )


class GiftOut(serializers.Serializer[Any]):
    """What makes a line of an order a gift, for whoever gives it."""

    uuid = serializers.UUIDField()
    to_name = serializers.CharField()
    announce = serializers.CharField()
    announce_on = serializers.DateField(allow_null=True)
    code = serializers.CharField(help_text="What the recipient redeems; empty for other gifts, and afterwards.")


class RedemptionIn(StrictSerializer):
    """A code, and where the magazine is to go. `subscription` and `meets` are for staff, who asked the recipient."""

    code = serializers.CharField(max_length=40)
    recipient = PersonIn()
    ship_to = AddressIn()
    subscription = serializers.UUIDField(required=False)
    meets = serializers.ChoiceField(choices=Gift.Meets.choices, default=Gift.Meets.QUEUE)

    def typed(self) -> TypedAddress:
        data = self.validated_data
        return TypedAddress(**addressed_to(data["recipient"], data["ship_to"]))


class RedemptionOut(FirstIssueOut):
    """What a code has become. Says nothing of a price: it is for whoever was given it."""

    magazine = serializers.CharField(source="line.order.magazine.code")
    subscription = serializers.UUIDField(source="line.subscription.uuid", allow_null=True, default=None)
    issues = serializers.IntegerField(source="line.issues")
    access_days = serializers.IntegerField(source="line.access_days", allow_null=True)
    copies = serializers.IntegerField(source="line.copies")
    first_issue = IssueOut(source="term.start_issue", allow_null=True, default=None)
    holds_until = serializers.DateTimeField(source="term.start_issue.pull_at", allow_null=True, default=None)


class StretchOut(serializers.Serializer[Any]):
    first_issue = IssueOut(allow_null=True)
    last_issue = IssueOut(allow_null=True)
    issues = serializers.IntegerField(allow_null=True)
    paid_by = serializers.CharField(help_text="`recipient`, `donor` or `another donor`: money back goes there only.")


class OutcomeOut(serializers.Serializer[Any]):
    """What a gift would be for somebody who has a subscription already. Nothing is written by asking."""

    meets = serializers.CharField()
    first_issue = IssueOut(allow_null=True)
    last_issue = IssueOut(allow_null=True)
    stretches = StretchOut(many=True)
    renewed_by = serializers.CharField()
    charge_after = IssueOut(allow_null=True)
    sentences = serializers.ListField(child=serializers.CharField())
