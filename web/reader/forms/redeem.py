"""What somebody types who was given a code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.checkout.models import Gift
from orders.checkout.rules import Person
from web.reader.forms.address import FIELDS, AddressForm

CHOICES = {
    "running": [
        (Gift.Meets.QUEUE.value, _("The gift comes behind what I have")),
        (Gift.Meets.PARALLEL.value, _("I would like two copies of each issue")),
    ],
    "ended": [
        (Gift.Meets.QUEUE.value, _("Go on where I left off, to my address on file")),
        (Gift.Meets.PARALLEL.value, _("Begin anew, at the address below")),
    ],
}


class CodeForm(forms.Form):
    use_required_attribute = False
    code = forms.CharField(
        label=_("The code on your card"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Sixteen letters and digits. Capitals, blanks and dashes do not matter."),
        error_messages={"required": _("Please type the code.")},
    )


class RedeemForm(AddressForm):
    """Where the gift goes. `there`: what its reader has of the magazine, where one is signed in; as `views.redeem`."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=40)
    name = forms.CharField(
        label=_("Your name"), max_length=80, error_messages={"required": _("Please give your name.")}
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        help_text=_("To sign in when you move or go away. We do not pass it on."),
    )
    meets = forms.ChoiceField(label=_("You get it already"), widget=forms.RadioSelect, required=False)
    field_order = ["name", "email", *FIELDS]

    def __init__(self, *args: Any, there: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.there = there
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        if there in CHOICES:
            self.fields["meets"].choices = CHOICES[there]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["meets"]

    @property
    def joining(self) -> str:
        """How the gift joins what is there; behind what never ends nothing can come."""
        if self.there == "endless":
            return Gift.Meets.PARALLEL
        return self.cleaned_data.get("meets") or Gift.Meets.QUEUE

    def person(self) -> Person:
        return Person(name=self.cleaned_data["name"], email=self.cleaned_data["email"])
