from django import forms


class ReceiveForm(forms.Form):
    copies = forms.IntegerField(min_value=1, max_value=1_000_000, label="Copies that came in")
    note = forms.CharField(max_length=120, required=False, label="From whom, or why")


class CountForm(forms.Form):
    copies = forms.IntegerField(
        min_value=0, max_value=1_000_000, label="Copies on the shelf",
        help_text="All that lie there, those that are promised and not sent yet among them.",
    )  # fmt: skip
    note = forms.CharField(max_length=120, label="Why it is another number")
