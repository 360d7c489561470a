from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from subscriptions.catalog.models import Magazine, Offer, OfferGiftTier, OfferPrice
from subscriptions.catalog.rules.calendar import FrequencyRule
from web.desk.forms.fields import CoversField, DollarsField, NumbersField

_US = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
       "America/Anchorage", "Pacific/Honolulu")  # fmt: skip

# A magazine's pages stand at /<code>/, after these.
_NOT_FOR_MAGAZINES = {
    "anymail", "api", "cancel-renewal", "demo", "desk", "livez", "metrics", "newsletters", "orders", "pay", "readyz",
    "redeem", "sign-in", "static",
}  # fmt: skip


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
    absorb_below_cents = DollarsField(
        label="Nobody's concern below", help_text="A move to a dearer zone that comes to less is borne by the house."
    )
    book_time_zone = forms.ChoiceField(choices=zones, widget=UnfoldAdminSelectWidget, initial="America/Chicago")

    class Meta:
        model = Magazine
        exclude = ("next_serial",)
        labels: ClassVar[dict[str, str]] = {
            "contact_email": "Mail address",
            "contact_phone": "Telephone",
            "contact_address": "Address",
            "pull_day": "Labels are pulled on day",
            "pull_months_before": "so many months before the cover",
            "pull_hour": "at this hour",
            "mail_after_days": "Mailed after so many days",
            "in_home_first_days": "First copies at home after",
            "in_home_last_days": "Last copies at home after",
            "grace_issues": "Grace issues",
            "recoup_within_issues": "A renewal pays for grace within",
            "back_start_new": "Back issues with a new order",
            "back_start_renewal": "Back issues with a late renewal",
            "back_start_reinstated": "Back issues when taken up again",
            "most_held_issues": "Issues held in a year, at most",
            "seasonal_margin_days": "Days before the end of a stay",
            "zone_change": "A move to a dearer zone",
            "surcharge_due_days": "Days to pay for dearer postage",
            "surcharge_unpaid": "Dearer postage that is not paid",
            "renew_at_issues_left": "Charge when so many issues are left",
            "keep_label_files_days": "Days for which label files are kept",
            "invite_at_issues_left": "Ask when so many issues are left",
            "issn": "ISSN",
            "usps_number": "USPS number",
            "mailer_id": "Mailer ID",
            "service_type": "Service type (STID)",
            "acs_code": "ACS code",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "pull_day": "Of the month. The 31st means the last day of a shorter month.",
            "pull_hour": "0 to 23, in the book time zone. Until then changes reach the issue.",
            "mail_after_days": "Counted from the pull.",
            "in_home_first_days": "Days, counted from the mailing day.",
            "in_home_last_days": "Days, counted from the mailing day. A copy that is not there by then is late.",
            "grace_issues": "Copies sent after the last paid issue, in the hope of renewal. New terms get this many, "
            "unless the last invitation goes out before the end: then nothing is hoped for.",
            "recoup_within_issues": "Issues after the end. Later, or with 0, grace is a gift.",
            "most_held_issues": "Leave it empty to let readers hold back as many as they like.",
            "seasonal_margin_days": "An issue expected so close to the end of a stay away goes home.",
            "surcharge_due_days": "The mail that asks for it names the day.",
            "surcharge_unpaid": "What happens after that day. The mail says so; a change here counts for new bills.",
            "renew_at_issues_left": "An automatic renewal is charged on the day after the pull that leaves so many.",
            "keep_label_files_days": "Counted from the mailing. They name every reader; the manifest is kept for good.",
            "mailer_id": "Six or nine digits from the Postal Service; without it the labels have no barcode.",
        }

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code in _NOT_FOR_MAGAZINES:
            raise forms.ValidationError(f"“{code}” is the address of other pages. Choose another code.")
        return code

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
    access_cents = DollarsField(
        label="Share for the access", required=False, help_text="Of the magazine's price; the rest is earned by issue."
    )

    class Meta:
        model = Offer
        fields = (
            "magazine", "name", "code", "kind", "issues", "access_days", "access_cents", "currency", "valid_from",
            "valid_until", "renews_with", "is_public",
        )  # fmt: skip
        labels: ClassVar[dict[str, str]] = {"access_days": "Days of digital access"}
        help_texts: ClassVar[dict[str, str]] = {
            "issues": "Printed issues; 0 for digital access alone.",
            "access_days": "Leave it empty for print alone. Earned by the day, from the share of the price below.",
        }

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        typed["access_cents"] = typed.get("access_cents") or 0
        if typed.get("issues") == 0 and not typed.get("access_days"):
            self.add_error("issues", "Give at least one issue, or days of digital access.")
        if typed["access_cents"] and not typed.get("access_days"):
            self.add_error("access_days", "Say how many days of access that share is for.")
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


class OfferGiftTierForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    magazine_cents = DollarsField(label="Magazine", help_text="For each gift from this one on; postage stays.")

    class Meta:
        model = OfferGiftTier
        fields = ("from_gift", "magazine_cents")
        labels: ClassVar[dict[str, str]] = {"from_gift": "From gift number"}
