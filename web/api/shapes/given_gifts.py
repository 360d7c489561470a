"""A gift as staff see it after it was given: where it goes on, its code, its card, and what its donor gave besides."""

from typing import Any

from rest_framework import serializers

from orders.checkout.models import Gift
from subscriptions.readers.rules.address import TypedAddress
from web.api.shapes.base import FirstIssueOut, IssueOut, StrictSerializer
from web.api.shapes.cancellations import RefundOut
from web.api.shapes.gifts import OutcomeOut
from web.api.shapes.parties import AddressIn, PersonIn, addressed_to


class GiftMoveIn(StrictSerializer):
    """To whom the rest of a gift goes."""

    recipient = PersonIn()
    ship_to = AddressIn()
    preview = serializers.BooleanField(default=False, help_text="Only say what it would mean and who would owe what.")

    @staticmethod
    def typed(asked: dict[str, Any]) -> TypedAddress:
        return TypedAddress(**addressed_to(asked["recipient"], asked["ship_to"]))


class GiftMoveOut(FirstIssueOut):
    """What of a gift goes on to somebody else, and what a dearer zone means. Only the donor owes."""

    issues = serializers.IntegerField()
    outcome = serializers.CharField(help_text="Empty where postage is no dearer; otherwise due, absorbed or converted.")
    surcharge_cents = serializers.IntegerField()
    currency = serializers.CharField()
    subscription = serializers.UUIDField(allow_null=True, help_text="Null for a preview.")
    sentences = serializers.ListField(child=serializers.CharField(), help_text="Of a preview: to read out.")


class GiftJoinIn(StrictSerializer):
    subscription = serializers.UUIDField(help_text="What the recipient has of the same magazine.")
    meets = serializers.ChoiceField(choices=Gift.Meets.choices, default=Gift.Meets.QUEUE)
    preview = serializers.BooleanField(default=False, help_text="Only say what it would mean.")


class GiftJoinOut(FirstIssueOut):
    meets = serializers.CharField()
    outcome = OutcomeOut(help_text="Who owns which issues, and who renews, from here on.")
    postage = serializers.CharField(help_text="Empty where it is no dearer; otherwise due, absorbed or converted.")
    surcharge_cents = serializers.IntegerField(help_text="What the donor is asked for where it is due.")
    currency = serializers.CharField()


class ProlongIn(StrictSerializer):
    until = serializers.DateField(help_text="The first day on which the code is no longer good.")


class GiftCodeOut(serializers.Serializer[Any]):
    """A code without its letters: those go to the donor."""

    gift = serializers.UUIDField(source="line.uuid")
    order = serializers.CharField(source="line.order.number")
    donor_number = serializers.CharField(source="line.order.payer.number")
    to_name = serializers.CharField(source="line.gift.to_name")
    last4 = serializers.CharField()
    state = serializers.CharField()
    cents = serializers.IntegerField(source="line.total_cents")
    currency = serializers.CharField(source="line.order.currency")
    issued_at = serializers.DateTimeField()
    expires_on = serializers.DateField()


class NewCodeOut(GiftCodeOut):
    code = serializers.CharField(help_text="The letters of the new code, to be read out. The old ones are dead.")


class TakenBackOut(serializers.Serializer[Any]):
    refund = RefundOut(allow_null=True, help_text="Null where nothing was paid for it.")


class StaffGiftOut(serializers.Serializer[Any]):
    uuid = serializers.UUIDField(source="line.uuid")
    order = serializers.CharField(source="line.order.number")
    magazine = serializers.CharField(source="line.order.magazine.code")
    donor_number = serializers.CharField(source="line.order.payer.number")
    to_name = serializers.CharField(source="line.gift.to_name")
    from_name = serializers.CharField(source="line.gift.from_name")
    message = serializers.CharField(source="line.gift.message")
    announce = serializers.CharField(source="line.gift.announce")
    announce_on = serializers.DateField(source="line.gift.announce_on", allow_null=True)
    meets = serializers.CharField(source="line.gift.meets")
    issues = serializers.IntegerField(source="line.issues")
    first_issue = IssueOut(allow_null=True)
    subscription = serializers.UUIDField(allow_null=True, help_text="What it is served from now.")
    code = GiftCodeOut(allow_null=True)


class GivenOut(serializers.Serializer[Any]):
    """A page of a donor's gift book: names and towns as the donor typed them."""

    gift = serializers.UUIDField(source="line.uuid")
    order = serializers.CharField(source="line.order.number")
    name = serializers.CharField()
    town = serializers.CharField()
    state = serializers.CharField(help_text="waiting, coming, ended, stopped, not_redeemed or taken_back")
    first_issue = IssueOut(allow_null=True)
    last_issue = IssueOut(allow_null=True)
    issues_left = serializers.IntegerField(allow_null=True)
    access_until = serializers.DateField(allow_null=True)
    may_repeat = serializers.BooleanField(help_text="`repeats` of a new gift may name it.")


class CardBatchOut(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    cards = serializers.IntegerField()
    printed_at = serializers.DateTimeField()


class DueCardOut(serializers.Serializer[Any]):
    gift = serializers.UUIDField(source="line.uuid")
    order = serializers.CharField(source="line.order.number")
    to_name = serializers.CharField()
    announce_on = serializers.DateField(allow_null=True)


class PayLinkOut(serializers.Serializer[Any]):
    """Opens the order's page for whoever has it. `mailed_to` is empty where there is no mail address: pass it on."""

    url = serializers.CharField()
    mailed_to = serializers.CharField()
    good_until = serializers.DateTimeField()
