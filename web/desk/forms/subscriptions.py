from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from subscriptions.catalog.models import Issue
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms.models import Pause
from web.desk.forms.countries import COUNTRIES

_LINES = ("name", "company", "attention", "line1", "line2", "city", "region", "postcode", "country")


class AddressForm(forms.Form):
    """An address as it is typed. Whether it can be printed and delivered is the rules' question, not the form's."""

    name = forms.CharField(max_length=80, required=False)
    company = forms.CharField(max_length=80, required=False)
    attention = forms.CharField(max_length=80, required=False, label="Attention line")
    line1 = forms.CharField(max_length=80, label="Street and number, or box")
    line2 = forms.CharField(max_length=80, required=False, label="Apartment, suite or other second line")
    city = forms.CharField(max_length=60, required=False)
    region = forms.CharField(max_length=40, required=False, label="State or province")
    postcode = forms.CharField(max_length=16, required=False, label="ZIP or postal code")
    country = forms.ChoiceField(choices=COUNTRIES, initial="US")
    # Asked only when something looks odd.
    keep = forms.BooleanField(required=False, widget=forms.HiddenInput, label="It is right as it is typed; keep it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "city", "region", "postcode"):
            # A name or a company, and what most countries need; which, the rules say.
            self.fields[name].needed_by_some = True  # type: ignore[attr-defined]  # for the template

    def offer_to_keep(self) -> None:
        self.fields["keep"].widget = forms.CheckboxInput()

    @staticmethod
    def typed(answers: Mapping[str, Any]) -> TypedAddress:
        return TypedAddress(**{name: answers.get(name) or "" for name in _LINES})


class MoveForm(AddressForm):
    from_on = forms.DateField(
        label="From this day on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Becomes the first issue that is expected then. Empty: at once.",
    )
    claim_newest = forms.BooleanField(
        required=False,
        label="Nothing reaches the old address any more: send the newest issue again",
        help_text="By the rules for claims: from stock to the new address, else an issue more at the end.",
    )


class HoldForm(forms.Form):
    reason = forms.ChoiceField(
        choices=[(r.value, str(r.label).capitalize()) for r in Pause.Reason if r != Pause.Reason.SKIP]
    )
    from_issue = forms.TypedChoiceField(coerce=int, label="First issue to hold back")
    until_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="First issue to be sent again",
        help_text="Leave it open to hold until further notice.",
    )  # fmt: skip
    note = forms.CharField(max_length=60, required=False)
    over_limit_because = forms.CharField(
        max_length=120, required=False, label="Why more",
        help_text="Only when more is held back than the house allows a reader in a year.",
    )  # fmt: skip

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(issue.pk, f"{issue.cover_label} (No. {issue.number})") for issue in issues]
        self.fields["from_issue"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["until_issue"].choices = [("", "until further notice"), *choices]  # type: ignore[attr-defined]
