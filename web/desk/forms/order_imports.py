from typing import Any

from django import forms

from subscriptions.catalog.models import Magazine


class UploadOrdersForm(forms.Form):
    magazine = forms.ChoiceField()
    batch = forms.CharField(
        max_length=30,
        label="Name of the batch",
        help_text="What the pile of paper is called, such as fair-2026-11. A reference of it is taken only once.",
    )
    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        help_text="A table with a header, saved as “CSV UTF-8”.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        magazines = Magazine.objects.order_by("name").values_list("code", "name")
        field = self.fields["magazine"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(magazines)
