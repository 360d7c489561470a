"""What a reader wishes to be written about: one tick for each purpose and way."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subscriptions.readers.rules.preferences import Kind

CHANNELS = {"email": _("by e-mail"), "post": _("by post"), "telephone": _("by telephone")}
PURPOSES = {
    "renewal": _("Reminders that your subscription runs out"),
    "offers": _("Offers from us"),
    "partners": _("Offers from others whom we trust"),
}


class PreferencesForm(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose in PURPOSES:
            for channel, words in CHANNELS.items():
                self.fields[f"{channel}_{purpose}"] = forms.BooleanField(required=False, label=words)

    @staticmethod
    def as_initial(holds: Mapping[Kind, bool]) -> dict[str, bool]:
        return {"_".join(kind): allowed for kind, allowed in holds.items()}

    @property
    def by_purpose(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        for purpose, words in PURPOSES.items():
            yield words, [self[f"{channel}_{purpose}"] for channel in CHANNELS]

    def said(self) -> dict[Kind, bool]:
        kinds = [(channel, purpose) for purpose in PURPOSES for channel in CHANNELS]
        return {kind: bool(self.cleaned_data["_".join(kind)]) for kind in kinds}
