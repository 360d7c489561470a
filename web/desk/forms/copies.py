from django import forms


class CopiesForm(forms.Form):
    copies = forms.IntegerField(min_value=1, max_value=999, label="Copies of each issue")
    how = forms.ChoiceField(
        choices=[
            ("convert", "More or fewer issues for the money that is left"),
            ("bill", "The same issues; the payer pays for more copies by card"),
            ("credit", "The same issues; the money for copies given up is held for the payer"),
            ("absorb", "The same issues; the house bears the difference"),
        ],
        label="What becomes of the money",
    )
