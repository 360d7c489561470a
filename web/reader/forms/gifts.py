"""What a donor types: who gives, and for each gift to whom, where, when and with which words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.checkout.models import Gift
from orders.checkout.rules import MOST_MESSAGE, GiftWish, Person
from subscriptions.catalog.models import Issue
from subscriptions.readers.models import Reader
from web import gift_rows
from web.reader.countries import HOME
from web.reader.forms.address import FIELDS, AddressForm, layout_for

ON_A_DAY = "day"


class GiverForm(forms.Form):
    """Who gives; nothing more to type for whoever is signed in."""

    use_required_attribute = False
    offer = forms.ChoiceField(
        label=_("What do you give?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one of the subscriptions."),
            "invalid_choice": _("This subscription is not on sale. Please choose one from the list."),
        },
    )
    payer_name = forms.CharField(
        label=_("Your name"), max_length=80, error_messages={"required": _("Please give your name.")}
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("For the receipt, and to find your gifts again. We do not pass it on."),
        error_messages={
            "required": _("Please give your e-mail address, so that we can send the receipt."),
            "invalid": _("This is not an e-mail address. It should look like name@example.com."),
        },
    )
    from_name = forms.CharField(
        label=_("From whom is it, on the card?"),
        max_length=80,
        required=False,
        help_text=_("Grandma and Grandpa, for instance. Empty: your name."),
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(self, *args: Any, offers: Sequence[tuple[str, str]], giver: Reader | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.giver = giver
        self.fields["offer"].choices = offers  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["payer_name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        if giver is not None:
            del self.fields["payer_name"], self.fields["email"]

    def payer(self) -> Person:
        if self.giver is not None:
            return Person(self.giver.name, self.giver.email, self.giver.company, self.giver.phone)
        return Person(name=self.cleaned_data["payer_name"], email=self.cleaned_data["email"])


class GiftForm(AddressForm):
    """One gift: to whom, where (or by code), when it begins, and how its recipient hears of it."""

    recipient = forms.CharField(
        label=_("Who gets it?"), max_length=80, error_messages={"required": _("Who is the gift for?")}
    )
    by_code = forms.BooleanField(
        label=_("I do not know the address. Give me a code that I can pass on."), required=False
    )
    message = forms.CharField(
        label=_("A few words for the card"),
        max_length=MOST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("The card has room for 200 letters.")},
    )
    start = forms.ChoiceField(label=_("When does it begin?"), required=False)
    arrives_on = forms.DateField(
        label=_("Around which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Please write the day like 2026-12-24.")},
    )
    announce = forms.ChoiceField(
        label=_("How do they hear of it?"),
        required=False,
        choices=[
            (Gift.Announce.DONOR.value, _("I tell them (with a card to print)")),
            (Gift.Announce.CARD.value, _("You post them a card")),
            (Gift.Announce.MAIL.value, _("You write them an e-mail")),
        ],
    )
    recipient_email = forms.EmailField(label=_("Their e-mail address"), required=False, max_length=254)
    announce_on = forms.DateField(
        label=_("On which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty, and they hear of it as soon as it is paid."),
        error_messages={"invalid": _("Please write the day like 2026-12-24.")},
    )
    field_order = ["recipient", "by_code", *FIELDS]

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("With the next issue")),
            *[(str(issue.number), _("With %(issue)s") % {"issue": issue.cover_label}) for issue in issues],
            (ON_A_DAY, _("With the issue that arrives around a day")),
        ]
        for name in FIELDS:
            # They are somebody else's: what the browser knows of the donor is not to be filled in.
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("start") == ON_A_DAY and not data.get("arrives_on") and "arrives_on" not in self.errors:
            self.add_error("arrives_on", _("Around which day should the first issue arrive?"))
        by_mail = data.get("announce") == Gift.Announce.MAIL
        if by_mail and not data.get("recipient_email") and "recipient_email" not in self.errors:
            self.add_error("recipient_email", _("Where should we write to?"))
        return data

    def _look_at_address(self) -> None:
        if not self.cleaned_data.get("by_code"):
            super()._look_at_address()

    def name_field(self) -> str:
        return "recipient"

    @property
    def has_wishes(self) -> bool:
        """Whether something was chosen that is folded away at first."""
        folded = ("start", "arrives_on", "recipient_email", "announce_on")
        by_donor = (None, "", Gift.Announce.DONOR)
        return any(self[name].value() for name in folded) or self["announce"].value() not in by_donor

    def wish(self, *, from_name: str) -> GiftWish:
        data = self.cleaned_data
        start = data.get("start") or ""
        return GiftWish(
            recipient=Person(name=data["recipient"], email=data["recipient_email"]),
            ship_to=None if data["by_code"] else self.typed(),
            start_issue=int(start) if start.isdigit() and not data["by_code"] else None,
            arrives_on=data["arrives_on"] if start == ON_A_DAY and not data["by_code"] else None,
            message=data["message"].strip(),
            from_name=from_name,
            announce=data["announce"] or Gift.Announce.DONOR,
            announce_on=data["announce_on"],
            code_country=HOME,
        )


# Where the field of a refusal stands in the row; the path behind `gifts.2.` is the one of the API.
PLACES = {
    "recipient.name": "recipient",
    "recipient.email": "recipient_email",
    "message": "message",
    "start_issue": "start",
    "arrives_on": "arrives_on",
    "announce": "announce",
    "announce_on": "announce_on",
    "ship_to.name": "recipient",
} | {f"ship_to.{name}": name for name in FIELDS}
_TYPED = (
    "recipient",
    "by_code",
    "message",
    "start",
    "arrives_on",
    "announce",
    "recipient_email",
    "announce_on",
    *FIELDS,
)


def typed_rows(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """What was typed so far, with one more or one less if that was asked for."""
    return gift_rows.typed_rows(typed, lambda place: {name: typed.get(f"g{place}-{name}", "") for name in _TYPED})


def country_of(row: Mapping[str, str]) -> str:
    return layout_for(row["country"] or HOME) if not row["by_code"] else HOME
