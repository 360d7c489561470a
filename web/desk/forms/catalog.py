from typing import Any
from zoneinfo import available_timezones

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from subscriptions.catalog.models import Magazine, Offer, OfferPrice
from subscriptions.catalog.rules.calendar import FrequencyRule
from web.desk.forms.fields import CoversField, DollarsField, NumbersField

_US = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
       "America/Anchorage", "Pacific/Honolulu")  # fmt: skip


def zones() -> list[tuple[str, Any]]:
    others = sorted(available_timezones().difference(_US))
    return [("United States", [(zone, zone) for zone in _US]), ("Everywhere", [(zone, zone) for zone in others])]


class MagazineForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    covers = CoversField(
        help_text="One year's covers in order, combined issues with a slash: "
        "Jan, Feb, Mar, Apr, May, Jun, Jul/Aug, Sep, Oct, Nov/Dec"
    )
    invite_at_issues_left = NumbersField(
        required=False,
        help_text="Readers who do not renew automatically are asked when so many issues are left: 3, 1, 0",
    )
    book_time_zone = forms.ChoiceField(choices=zones, widget=UnfoldAdminSelectWidget, initial="America/Chicago")

    class Meta:
        model = Magazine
        exclude = ("next_serial",)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        needed = ("pull_day", "pull_months_before", "pull_hour", "mail_after_days")
        first, last = typed.get("in_home_first_days"), typed.get("in_home_last_days")
        if (
            "covers" in typed
            and first is not None
            and last is not None
            and all(typed.get(n) is not None for n in needed)
        ):
            try:
                FrequencyRule(
                    covers=tuple(tuple(months) for months in typed["covers"]),
                    in_home_after_days=(first, last),
                    **{name: typed[name] for name in needed},
                )
            except ValueError as odd:
                self.add_error("covers" if "cover" in str(odd) or "month stands" in str(odd) else None, str(odd))
        return typed


class OfferForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = Offer
        fields = (
            "magazine", "name", "code", "kind", "issues", "currency", "valid_from", "valid_until", "renews_with",
            "is_public",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        renews_with, magazine = typed.get("renews_with"), typed.get("magazine")
        if renews_with and magazine and renews_with.magazine_id != magazine.pk:
            self.add_error("renews_with", "A term renews with an offer of the same magazine.")
        if renews_with and typed.get("kind") == Offer.Kind.GIFT:
            self.add_error("renews_with", "A gift is never renewed automatically.")
        if renews_with and typed.get("currency") != renews_with.currency:
            self.add_error("renews_with", "It renews in another currency.")
        return typed


class OfferPriceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    magazine_cents = DollarsField(label="Magazine", help_text="What the magazine costs.")
    postage_cents = DollarsField(label="Postage", help_text="On top; earned apart.")

    class Meta:
        model = OfferPrice
        fields = ("zone", "magazine_cents", "postage_cents")
