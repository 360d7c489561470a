from typing import Any

from rest_framework import serializers

from orders.checkout.rules import MOST_GIFTS, WEBSITE, OrderRequest, Person
from subscriptions.readers.models import Reader
from subscriptions.readers.rules.address import TypedAddress
from web.api.shapes.base import FieldProblem, IssueOut, StrictSerializer
from web.api.shapes.bills import BillOut
from web.api.shapes.gifts import GiftIn, GiftOut
from web.api.shapes.parties import AddressIn, PersonIn, addressed_to


class AutoRenewIn(StrictSerializer):
    """The buyer's yes to automatic renewal: the hash of the exact text that the quote gave and the page showed."""

    text_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")


class OrderIn(StrictSerializer):
    offer = serializers.SlugField(max_length=30)
    payer = PersonIn(required=False, help_text="Who pays. Not with `payer_account`.")
    payer_account = serializers.IntegerField(
        min_value=1,
        max_value=9_999_999,
        required=False,
        help_text="For staff, with `gifts`: the number of the donor, who is on file.",
    )
    ship_to = AddressIn(required=False, help_text="Where it goes. Not with `gifts`, which have their own.")
    recipient = PersonIn(required=False, help_text="Who reads it, when that is not the payer.")
    gifts = GiftIn(many=True, required=False, min_length=1, max_length=MOST_GIFTS)  # type: ignore[call-arg]  # a list's
    copies = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    start_issue = serializers.IntegerField(
        min_value=1, max_value=1_000_000, required=False, help_text="The number of the issue that it starts with."
    )
    source_key = serializers.CharField(max_length=20, default=WEBSITE)
    auto_renew = AutoRenewIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("payer" in attrs) == ("payer_account" in attrs):
            raise serializers.ValidationError({"payer": "Who pays? Send a payer, or an account."}, code="required")
        if not attrs.get("gifts"):
            if "payer_account" in attrs:
                raise serializers.ValidationError({"payer_account": "Only with gifts."}, code="only_with_gifts")
            if "ship_to" not in attrs:
                raise serializers.ValidationError({"ship_to": "Where should the magazine go?"}, code="required")
            return attrs
        odd: list[str] = [name for name in ("ship_to", "recipient", "auto_renew", "start_issue") if name in attrs]
        odd += ["copies"] if attrs["copies"] != 1 else []
        if odd:
            sentence = (
                "In an order of gifts each gift has a recipient, address, start and copies of its own; none renews."
            )
            raise serializers.ValidationError(dict.fromkeys(odd, sentence), code="not_with_gifts")
        return attrs

    @staticmethod
    def as_request(data: dict[str, Any], *, donor: Reader | None = None) -> OrderRequest:
        """:param donor: the reader on file behind `payer_account`"""
        renew, ship_to = data.get("auto_renew"), data.get("ship_to")
        payer = _on_file(donor) if donor else Person(**data["payer"])
        reader = data.get("recipient") or data.get("payer", {})
        return OrderRequest(
            offer=data["offer"],
            payer=payer,
            ship_to=TypedAddress(**addressed_to(reader, ship_to)) if ship_to else None,
            recipient=Person(**data["recipient"]) if data.get("recipient") else None,
            copies=data["copies"],
            source_key=data["source_key"],
            agreed_text_sha256=renew["text_sha256"] if renew else "",
            gifts=tuple(GiftIn.as_wish(gift) for gift in data.get("gifts", [])),
            start_issue=data.get("start_issue"),
        )


def _on_file(reader: Reader) -> Person:
    return Person(reader.name, reader.email, reader.company, reader.phone)


class QuoteIn(StrictSerializer):
    offer = serializers.SlugField(max_length=30)
    country = serializers.RegexField(r"^[A-Z]{2}$")
    copies = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    start_issue = serializers.IntegerField(
        min_value=1, max_value=1_000_000, required=False, help_text="The number of the issue that it starts with."
    )


class ConsentOut(serializers.Serializer[Any]):
    """The words to show beside the auto-renew box. Send `text_sha256` back with the order when the box is ticked."""

    text_version = serializers.CharField(source="version")
    text = serializers.CharField()
    text_sha256 = serializers.CharField(source="sha256")


class QuoteOut(serializers.Serializer[Any]):
    offer = serializers.CharField(source="offer.code")
    zone = serializers.CharField()
    copies = serializers.IntegerField()
    issues = serializers.IntegerField(source="offer.issues")
    magazine_cents = serializers.IntegerField()
    postage_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    currency = serializers.CharField()
    first_issue = IssueOut(allow_null=True)
    expire_issue = IssueOut(allow_null=True)
    holds_until = serializers.DateTimeField(allow_null=True)
    auto_renew = ConsentOut(source="consent", allow_null=True)


class OrderLineOut(serializers.Serializer[Any]):
    offer = serializers.CharField(source="offer.code")
    issues = serializers.IntegerField()
    copies = serializers.IntegerField()
    magazine_cents = serializers.IntegerField()
    postage_cents = serializers.IntegerField()
    subscription = serializers.UUIDField(source="subscription.uuid", allow_null=True, default=None)
    first_issue = IssueOut(allow_null=True)
    expire_issue = IssueOut(allow_null=True)
    is_behind = serializers.BooleanField(
        help_text="It comes behind issues that its buyer is to get already; no first issue is named then."
    )
    gift = GiftOut(allow_null=True)


class NeighbourOut(serializers.Serializer[Any]):
    """Somebody else whose copies go through the same door."""

    reader_number = serializers.CharField(source="reader.number")
    name = serializers.CharField(source="reader.shown_name")
    subscription = serializers.UUIDField(source="subscription.uuid")
    last_issue = IssueOut(allow_null=True)


class OrderOut(serializers.Serializer[Any]):
    """An order. `token` lets its buyer look at it again: send it in the `Order-Token` header, never in an address."""

    number = serializers.CharField()
    state = serializers.CharField()
    total_cents = serializers.IntegerField()
    currency = serializers.CharField()
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    auto_renew = serializers.BooleanField()
    lines = OrderLineOut(many=True)
    bill = BillOut(allow_null=True, help_text="A change in mid-term has this instead of lines.")
    holds_until = serializers.DateTimeField(
        allow_null=True,
        help_text="Until when the first issue stands, if it is paid for by then; null where none is named.",
    )
    checkout_url = serializers.CharField(allow_null=True)
    address_warnings = FieldProblem(many=True)
    token = serializers.CharField(required=False)
    neighbours = NeighbourOut(
        many=True,
        required=False,
        help_text="For staff who may change readers, as they order: who gets the magazine there already.",
    )
