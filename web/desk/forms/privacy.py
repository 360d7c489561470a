from django import forms

from subscriptions.readers.models import PrivacyRequest

# A member of staff has not been signed in by the reader's link.
_HOW = [(v.value, str(v.label).capitalize()) for v in PrivacyRequest.Verified if v != PrivacyRequest.Verified.SIGNED_IN]


class AskForm(forms.Form):
    verified = forms.ChoiceField(label="How do you know that it is this person?", choices=_HOW)


class CloseForm(forms.Form):
    refused_because = forms.CharField(
        max_length=300,
        required=False,
        label="Why, for the reader",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Leave it empty if the reader has taken the request back.",
    )
