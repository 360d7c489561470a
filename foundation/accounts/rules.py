"""Who may do what: one table, deny by default. Doors ask for a capability, never for a role."""

from django.db.models import TextChoices


class Role(TextChoices):
    CLERK = "clerk", "Customer service"
    FULFILLMENT = "fulfillment", "Fulfillment"
    FINANCE = "finance", "Finance"
    ADMIN = "admin", "Administrator"
    WEBSITE = "website", "The magazine's website (machine)"


_EVERY_DESK = {Role.CLERK, Role.FULFILLMENT, Role.FINANCE, Role.ADMIN}

CAPABILITIES: dict[str, set[Role]] = {
    "open_desk": _EVERY_DESK,
    "see_readers": {Role.CLERK, Role.FULFILLMENT, Role.FINANCE, Role.ADMIN},
    "change_readers": {Role.CLERK, Role.ADMIN},
    "see_entitlements": {Role.CLERK, Role.WEBSITE, Role.ADMIN},
    "see_orders": {Role.CLERK, Role.FINANCE, Role.ADMIN},
    "place_orders": {Role.CLERK, Role.WEBSITE, Role.ADMIN},
    "import_orders": {Role.FINANCE, Role.ADMIN},
    "see_calendar": _EVERY_DESK,
    "change_catalog": {Role.FULFILLMENT, Role.ADMIN},
    "change_offers": {Role.FINANCE, Role.ADMIN},
    "see_runs": {Role.CLERK, Role.FULFILLMENT, Role.FINANCE, Role.ADMIN},
    "work_runs": {Role.FULFILLMENT, Role.ADMIN},
    "download_labels": {Role.FULFILLMENT, Role.ADMIN},
    "see_claims": {Role.CLERK, Role.FULFILLMENT, Role.ADMIN},
    "see_stock": {Role.CLERK, Role.FULFILLMENT, Role.ADMIN},
    "see_renewals": {Role.CLERK, Role.FINANCE, Role.ADMIN},
    "give_concessions": {Role.FINANCE, Role.ADMIN},
    "waive_surcharges": {Role.FINANCE, Role.ADMIN},
    "see_money": {Role.FINANCE, Role.ADMIN},
    "close_periods": {Role.FINANCE, Role.ADMIN},
    "see_checks": _EVERY_DESK,
    "see_work_list": {Role.CLERK, Role.ADMIN},
    "set_up": {Role.ADMIN},
}


def may(role: str, capability: str) -> bool:
    """:raises KeyError: when the capability is not in the table, so that a typing error is never a yes"""
    return role in CAPABILITIES[capability]
