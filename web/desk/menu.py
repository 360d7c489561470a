"""The desk's menu: each entry is shown to the roles that may open it."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from foundation.accounts.models import User


class Entry(NamedTuple):
    title: str
    icon: str
    url: str
    capability: str


MENU: dict[str, tuple[Entry, ...]] = {
    "": (
        Entry("Today", "today", "admin:index", "open_desk"),
        Entry("Readers", "person_search", "admin:readers", "see_readers"),
        Entry("Possible duplicates", "group", "admin:duplicates", "see_work_list"),
        Entry("Privacy requests", "privacy_tip", "admin:privacy", "see_work_list"),
        Entry("Enter gifts", "redeem", "admin:enter_gifts", "change_readers"),
        Entry("Gift cards", "featured_seasonal_and_gifts", "admin:gift_cards", "change_readers"),
        Entry("Free subscriptions", "volunteer_activism", "admin:comps", "see_work_list"),
        Entry("Holds for many", "pause_circle", "admin:bulk_holds", "change_readers"),
        Entry("Issues on top for many", "add_circle", "admin:bulk_extensions", "change_readers"),
        Entry("Surcharges due", "local_post_office", "admin:surcharges", "see_orders"),
        Entry("Orders", "receipt_long", "admin:checkout_order_changelist", "see_orders"),
        Entry("Orders from files", "upload_file", "admin:order_imports", "import_orders"),
    ),
    "Issues": (
        Entry("Calendar", "calendar_month", "admin:calendar", "see_calendar"),
        Entry("Label runs", "local_shipping", "admin:runs", "see_runs"),
        Entry("Back issues", "inventory_2", "admin:stock", "see_stock"),
        Entry("Claims", "mark_email_unread", "admin:claims", "see_claims"),
        Entry("Renewals due", "autorenew", "admin:renewals", "see_renewals"),
    ),
    "Offers": (
        Entry("Magazines", "menu_book", "admin:catalog_magazine_changelist", "see_calendar"),
        Entry("Offers and prices", "sell", "admin:catalog_offer_changelist", "see_calendar"),
        Entry("Source keys", "conversion_path", "admin:catalog_sourcekey_changelist", "see_calendar"),
        Entry("Reasons", "rule", "admin:terms_servicereason_changelist", "see_calendar"),
        Entry("Newsletters", "mail", "admin:newsletters_newsletter_changelist", "see_calendar"),
    ),
    "Money": (
        Entry("Deferred revenue", "finance", "admin:revenue", "see_money"),
        Entry("Earned by issue", "bar_chart", "admin:earned", "see_money"),
        Entry("Trial balance", "balance", "admin:trial_balance", "see_money"),
        Entry("Refunds to send", "currency_exchange", "admin:refunds", "see_money"),
        Entry("Book months", "event_available", "admin:months", "see_money"),
        Entry("Journals", "book", "admin:ledger_journal_changelist", "see_money"),
        Entry("Gift codes", "redeem", "admin:gift_codes", "see_orders"),
        Entry("Payments", "credit_card", "admin:payments_paymentattempt_changelist", "see_orders"),
        Entry("Stripe's events", "webhook", "admin:payments_webhookevent_changelist", "see_money"),
    ),
    "House": (
        Entry("Nightly check", "verified", "admin:checks", "see_checks"),
        Entry("Mail sent", "outbox", "admin:mail_outgoingmail_changelist", "open_desk"),
        Entry("Settings", "settings", "admin:settings", "set_up"),
        Entry("Who did what", "history", "admin:audit_auditentry_changelist", "set_up"),
    ),
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What unfold draws as the sidebar; a heading without entries is left out."""
    user = request.user
    if not isinstance(user, User):
        return []
    may_open = [entry for entries in MENU.values() for entry in entries if user.may(entry.capability)]
    here = _place_of(request.path, [reverse(entry.url) for entry in may_open])
    groups = []
    for heading, entries in MENU.items():
        items = [
            {"title": entry.title, "icon": entry.icon, "link": reverse(entry.url), "active": reverse(entry.url) == here}
            for entry in entries
            if entry in may_open
        ]
        if items:
            groups.append({"title": heading, "separator": bool(heading), "items": items})
    return groups


def _place_of(path: str, links: list[str]) -> str:
    """The one entry to light up: the nearest above this page, as some lie below others, and all below the first."""
    above = [link for link in links if path.startswith(link) and (link != reverse("admin:index") or link == path)]
    return max(above, key=len, default="")
