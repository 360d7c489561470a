import hashlib
from typing import Any

from django import forms

from orders.checkout.models import Gift
from orders.checkout.rules import Person
from web.desk.forms.subscriptions import AddressForm


class MoveGiftForm(AddressForm):
    """Who gets the rest of a gift, and where."""

    email = forms.EmailField(required=False, label="Mail address", help_text="If the new recipient has one.")
    # What was told, and to which typed answers: another address is told anew.
    sure = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["name", "company", "email"]

    def mark(self) -> str:
        """Stands for what was typed."""
        typed = (self.typed(self.cleaned_data), self.cleaned_data["email"])
        return hashlib.sha256(repr(typed).encode()).hexdigest()[:32]

    def ask_whether_sure(self) -> None:
        """The next answer is the yes to this one."""
        self.data = {**{name: self.data[name] for name in self.data}, "sure": self.mark()}

    @staticmethod
    def person(answers: dict[str, Any]) -> Person:
        return Person(name=answers["name"], company=answers["company"], email=answers["email"])


class JoinGiftForm(forms.Form):
    """How a gift meets what its recipient has. The account number is the one on the label."""

    account = forms.IntegerField(
        min_value=1, max_value=9_999_999, label="Account number of the recipient", help_text="Seven digits."
    )
    meets = forms.ChoiceField(
        choices=[(m.value, str(m.label).capitalize()) for m in Gift.Meets], initial=Gift.Meets.QUEUE, label="The gift"
    )
    # Which typed answers were told what they mean: another account is told anew.
    told = forms.CharField(required=False, widget=forms.HiddenInput)
    sure = forms.BooleanField(
        required=False, widget=forms.HiddenInput, label="Yes, that is what the recipient and the donor want."
    )

    @property
    def is_sure(self) -> bool:
        return bool(self.cleaned_data["sure"]) and self._was_told

    def ask_whether_sure(self) -> None:
        """The next answer is the yes to this one, if its box is ticked."""
        if self._was_told:
            self.add_error("sure", "Tick this if that is meant; nothing has been changed.")
        typed = {name: self.data[name] for name in self.data if name != "sure"}
        self.data = {**typed, "told": self._mark()}
        self.fields["sure"].widget = forms.CheckboxInput()

    @property
    def _was_told(self) -> bool:
        return bool(self.cleaned_data["told"] == self._mark())

    def _mark(self) -> str:
        return f"{self.cleaned_data['account']}:{self.cleaned_data['meets']}"


class ProlongCodeForm(forms.Form):
    until = forms.DateField(label="Good until", widget=forms.DateInput(attrs={"type": "date"}))
