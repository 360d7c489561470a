"""The states of a payment attempt and the ways between them (reference: stripe.md 5.3)."""

# A state that Stripe reports and this table does not allow is old news, and is left aside.
# Money is never refused: wherever Stripe may have been called, a late `paid` is allowed.
TRANSITIONS: dict[str, frozenset[str]] = {
    "planned": frozenset({"submitting", "canceled", "expired"}),
    "submitting": frozenset(
        {
            "open",
            "paid",
            "declined",
            "needs_customer",
            "pending",
            "unknown",
            "never_sent",
            "rejected",
            "canceled",
            "expired",
        }
    ),
    "unknown": frozenset(
        {"open", "paid", "declined", "needs_customer", "pending", "never_sent", "rejected", "canceled", "expired"}
    ),
    "open": frozenset({"paid", "pending", "declined", "canceled", "expired"}),
    "needs_customer": frozenset({"paid", "pending", "declined", "canceled"}),
    "pending": frozenset({"paid", "declined", "canceled"}),
    "declined": frozenset({"paid", "canceled"}),
    "expired": frozenset({"paid"}),
    "canceled": frozenset({"paid"}),
    "never_sent": frozenset({"paid"}),
    "rejected": frozenset({"paid"}),
    "paid": frozenset(),
}


def may_become(state: str, new_state: str) -> bool:
    return new_state in TRANSITIONS[state]
