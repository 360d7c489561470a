import re
from typing import Any

from rest_framework import serializers

from subscriptions.terms.rules import EveryYear, Once
from web.api.shapes.base import IssueOut, StrictSerializer
from web.api.shapes.claims import ClaimAnswerOut
from web.api.shapes.parties import AddressIn

DAY_OF_YEAR = r"^\d\d-\d\d$"
_NEEDS = {
    "permanent": ((), ("from_on", "from_issue", "claim_newest")),
    "temporary": (("from_on", "until_on"), ()),
    "seasonal": (("first", "last"), ()),
}


class AddressChangeIn(StrictSerializer):
    """For good (at once, `from_on` a day or `from_issue` an issue), for a while or every year.

    A while goes from `from_on` until the day of coming home, `until_on`; every year from `first` to `last`, both MM-DD
    and included, over New Year if need be."""

    kind = serializers.ChoiceField(choices=["permanent", "temporary", "seasonal"])
    address = AddressIn()
    from_on = serializers.DateField(required=False)
    from_issue = serializers.IntegerField(required=False, min_value=1, max_value=10_000_000)
    until_on = serializers.DateField(required=False)
    first = serializers.RegexField(DAY_OF_YEAR, required=False)
    last = serializers.RegexField(DAY_OF_YEAR, required=False)
    claim_newest = serializers.BooleanField(
        required=False, help_text="For good only: nothing reaches the old address, so claim the newest mailed issue."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed, may = _NEEDS[attrs["kind"]]
        given = set(attrs) - {"kind", "address"}
        missing, odd = set(needed) - given, given - {*needed, *may}
        if missing or odd:
            words = dict.fromkeys(missing, "This kind of change needs it.")
            words |= dict.fromkeys(odd, "This kind of change does not have it.")
            raise serializers.ValidationError(words, code="required" if missing else "invalid")
        return attrs

    @property
    def stay(self) -> Once | EveryYear:
        asked = self.validated_data
        if asked["kind"] == "temporary":
            return Once(asked["from_on"], asked["until_on"])
        return EveryYear(_month_and_day(asked["first"]), _month_and_day(asked["last"]))


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = re.split("-", text)
    return int(month), int(day)


class AddressOut(serializers.Serializer[Any]):
    """An address as it was typed, with where it comes from. Nothing goes there while it is undeliverable."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    company = serializers.CharField()
    attention = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the answer's own word
    entered_at = serializers.DateTimeField()
    undeliverable_since = serializers.DateField(allow_null=True)


class StayOut(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    kind = serializers.CharField()
    address = AddressOut()
    from_on = serializers.DateField(allow_null=True)
    until_on = serializers.DateField(allow_null=True)
    first = serializers.SerializerMethodField()
    last = serializers.SerializerMethodField()

    def get_first(self, stay: Any) -> str | None:
        return f"{stay.from_month:02d}-{stay.from_day:02d}" if stay.from_month else None

    def get_last(self, stay: Any) -> str | None:
        return f"{stay.until_month:02d}-{stay.until_day:02d}" if stay.until_month else None


class DestinationOut(serializers.Serializer[Any]):
    """One planned issue and where it goes as things stand. `why`: `comes`, `held` or `not_owed`."""

    issue = IssueOut()
    address = AddressOut(allow_null=True)
    is_away = serializers.SerializerMethodField()
    why = serializers.CharField()
    is_open = serializers.BooleanField(help_text="Whether a change of this moment still reaches it.")

    def get_is_away(self, destination: Any) -> bool:
        return destination.away is not None


class WhereOut(serializers.Serializer[Any]):
    home = AddressOut(allow_null=True)
    away = StayOut(many=True)
    next_issues = DestinationOut(many=True)


class ZoneMoveOut(serializers.Serializer[Any]):
    """A dearer zone in mid-term: the surcharge for the issues left of one term, and what was made of it."""

    payer_number = serializers.CharField(source="payer.number")
    issues_left = serializers.IntegerField()
    surcharge_cents = serializers.IntegerField()
    currency = serializers.CharField()
    outcome = serializers.CharField()
    left_over_cents = serializers.IntegerField()


class AddressChangeOut(serializers.Serializer[Any]):
    """What the change does in issues. Until `holds_until` the first of them still follows another change."""

    kind = serializers.CharField()
    stay = StayOut(allow_null=True)
    first_issue = IssueOut(
        allow_null=True, help_text="The first issue that comes and that it sends elsewhere; null where none is due."
    )
    issues = IssueOut(many=True, help_text="Away: the planned issues that come and go there.")
    still_old = IssueOut(many=True, help_text="Out of reach, and on their way to the old address.")
    meanwhile = IssueOut(many=True, help_text="What a change for later leaves to the old address.")
    replaced = serializers.BooleanField(
        help_text="Whether an earlier change of address, which no issue has followed yet, is given up."
    )
    home_again = IssueOut(allow_null=True)
    holds_until = serializers.DateTimeField(allow_null=True)
    due_cents = serializers.IntegerField()
    zone_moves = ZoneMoveOut(many=True)
    next_issues = DestinationOut(many=True)
    claim = ClaimAnswerOut(allow_null=True, help_text="What became of the newest mailed issue, if it was claimed.")
