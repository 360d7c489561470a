"""Magazines, offers with their prices, source keys and newsletters: what is typed once and then sold."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subscriptions.catalog.models import Magazine, Offer, OfferGiftTier, OfferPrice, SourceKey
from subscriptions.fulfillment.models import ClaimReason
from subscriptions.newsletters.models import Newsletter
from subscriptions.terms.models import ServiceReason
from web.desk.admin.base import DeskAdmin, DeskInline
from web.desk.forms.catalog import MagazineForm, OfferForm, OfferGiftTierForm, OfferPriceForm
from web.desk.site import site
from web.desk.templatetags.desk import money


@admin.register(Magazine, site=site)
class MagazineAdmin(DeskAdmin):
    heading = "Magazines"
    sees, changes = "see_calendar", "change_catalog"
    form = MagazineForm
    list_display = ("name", "code", "publisher", "calendar")
    fieldsets = (
        ("The magazine", {"fields": ("name", "code", "label_code", "publisher", "currency", "book_time_zone")}),
        ("Customer service", {"fields": ("contact_email", "contact_phone", "contact_address")}),
        (
            "How often it appears",
            {"fields": ("covers", "pull_day", "pull_months_before", "pull_hour", "mail_after_days",
                        "in_home_first_days", "in_home_last_days"),
             "description": "The calendar is laid out by this. Labels are pulled on this day of the month, so many "
             "months before the cover; the other days are counted from there."},
        ),
        (
            "Renewal",
            {"fields": ("grace_issues", "recoup_within_issues", "renew_at_issues_left", "invite_at_issues_left")},
        ),
        (
            "Service",
            {"fields": ("back_start_new", "back_start_renewal", "back_start_reinstated", "most_held_issues",
                        "seasonal_margin_days", "zone_change", "absorb_below_cents",
                        "surcharge_due_days", "surcharge_unpaid"),
             "description": "Back issues come from stock, and only what is there is promised."},
        ),
        ("The post", {"fields": ("issn", "usps_number", "mailer_id", "service_type", "acs_code", "next_serial",
                                  "keep_label_files_days")}),
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        # Files, addresses of pages and prices go by these from the first order on.
        return ("code", "label_code", "currency", "next_serial") if obj else ("next_serial",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"code": ("name",)}

    @admin.display(description="Calendar")
    def calendar(self, magazine: Magazine) -> SafeString:
        return format_html('<a href="{}">Issues</a>', reverse("admin:calendar_of", args=[magazine.code]))


class PriceInline(DeskInline):
    sees, changes = "see_calendar", "change_offers"
    model = OfferPrice
    hide_title = True
    form = OfferPriceForm
    min_num = 1
    max_num = len(OfferPrice.Zone)
    verbose_name_plural = "Prices by zone"
    readonly_display = ("zone", "magazine_price", "postage_price")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return (
            ("zone", "magazine_cents", "postage_cents")
            if self.has_change_permission(request)
            else self.readonly_display
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return () if self.has_change_permission(request) else self.readonly_display

    @admin.display(description="Magazine")
    def magazine_price(self, price: OfferPrice) -> str:
        return money(price.magazine_cents, price.offer.currency)

    @admin.display(description="Postage")
    def postage_price(self, price: OfferPrice) -> str:
        return money(price.postage_cents, price.offer.currency)


class GiftTierInline(DeskInline):
    sees, changes = "see_calendar", "change_offers"
    model = OfferGiftTier
    hide_title = True
    form = OfferGiftTierForm
    verbose_name_plural = "Price of further gifts in one order"
    readonly_display = ("from_gift", "price")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("from_gift", "magazine_cents") if self.has_change_permission(request) else self.readonly_display

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return () if self.has_change_permission(request) else self.readonly_display

    @admin.display(description="Magazine")
    def price(self, tier: OfferGiftTier) -> str:
        return money(tier.magazine_cents, tier.offer.currency)


@admin.register(Offer, site=site)
class OfferAdmin(DeskAdmin):
    heading = "Offers and prices"
    sees, changes = "see_calendar", "change_offers"
    form = OfferForm
    inlines = (PriceInline, GiftTierInline)
    list_display = ("name", "magazine", "kind", "issues", "us_price", "valid_from", "valid_until", "is_public")
    list_filter = ("kind", "is_public", "magazine")
    list_select_related = ("magazine",)
    ordering = ("magazine", "kind", "issues")
    search_fields = ("code", "name")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("prices")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        # A sold offer stays what it was: another term or magazine is another offer.
        return ("magazine", "code", "issues", "currency") if obj else ()

    @admin.display(description="US price")
    def us_price(self, offer: Offer) -> str:
        prices = [price.total_cents for price in offer.prices.all() if price.zone == OfferPrice.Zone.US]
        return money(prices[0], offer.currency) if prices else "not sold"


class ClaimReasonInline(DeskInline):
    """What a claim with this reason means for the copy. Without a row it did not arrive, and may be sent again."""

    sees, changes = "see_calendar", "change_catalog"
    model = ClaimReason
    hide_title = True
    fields = ("copy_arrived", "may_be_replaced")
    min_num = max_num = 1
    can_delete = False
    verbose_name = verbose_name_plural = "What it says of the copy"


@admin.register(ServiceReason, site=site)
class ServiceReasonAdmin(DeskAdmin):
    heading = "Reasons"
    sees, changes = "see_calendar", "change_catalog"
    list_display = ("name", "use", "effect", "words", "is_active")
    list_filter = ("use", "is_active")
    ordering = ("use", "position", "pk")

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[type[DeskInline]]:
        is_claim = isinstance(obj, ServiceReason) and obj.use == ServiceReason.Use.CLAIM
        return [ClaimReasonInline] if is_claim else []

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        # What was given with it stays what it was: another effect is another reason.
        return ("code", "use", "effect") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"code": ("name",)}


@admin.register(SourceKey, site=site)
class SourceKeyAdmin(DeskAdmin):
    heading = "Source keys"
    sees, changes = "see_calendar", "change_offers"
    list_display = ("code", "name", "channel", "mailed_on", "pieces", "retired_on")
    list_filter = ("channel",)
    search_fields = ("code", "name")
    ordering = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


@admin.register(Newsletter, site=site)
class NewsletterAdmin(DeskAdmin):
    heading = "Newsletters"
    sees, changes = "see_calendar", "change_catalog"
    list_display = ("name", "slug", "is_open")
    ordering = ("name",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()
