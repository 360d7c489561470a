"""The desk's words for what the rows call by a code."""

CLASSES = {
    "paid": "Paid",
    "gift": "Gift",
    "agency": "Agency",
    "bulk": "Bulk",
    "credit": "Credit (unpaid)",
    "grace": "Grace",
    "comp": "Complimentary",
    "staff": "Staff",
    "sample": "Sample",
    "claim": "Claim",
}

# What an entry of the expire ledger is.
ENTRIES = {
    "recoup": "grace copies paid for",
    "back_start": "sent from stock",
    "cut": "cut short",
    "split_out": "went on as another term",
    "split_in": "came on from another term",
    "write_off": "grace written off",
    "taken_over": "sent before it came here",
}

# Why somebody who is owed the issue does not get it, or did get the last one and not this one.
SKIPS = {
    "no_address": "no address for this issue",
    "undeliverable": "mail came back from the address",
    "incomplete": "the address lacks ZIP, city or state",
    "vacation": "on vacation hold",
    "imposed": "held by the publisher",
    "non_pay": "held as unpaid",
    "dispute": "held, payment disputed",
    "bad_address": "held, undeliverable address",
    "expired": "ran out",
    "held": "newly on hold",
    "cannot be sent": "cannot be sent",
    "unexplained": "unexplained: look at these",
}

# Countries stand on the label as they are.
PLACES: dict[str, str] = {}

WARNINGS = {
    "no_zip_plus_4": "without ZIP+4",
    "zip_does_not_fit_state": "ZIP and state do not fit",
    "no_house_number": "no house number",
}

# Why two readers may be one.
LIKENESS = {
    "same_email": "The same mail address",
    "same_address_and_name": "The same name or company, or nearly so, at the same address",
    "same_name_close_by": "The same name at nearly the same house number of the street",
}

AUDIT = {
    "run.planned": "planned the run",
    "run.rehearsal_asked": "asked for a rehearsal",
    "run.rehearsed": "rehearsed it",
    "run.approved": "approved it",
    "run.unapproved": "took the approval back",
    "run.release_asked": "asked for the release",
    "run.released": "released it",
    "run.voided": "voided it",
    "run.handed_over": "handed it over",
    "run.mailed": "confirmed it mailed",
    "run.file_downloaded": "downloaded the label file",
    "run.file_written_again": "had the label file written again",
    "run.posted": "posted what it has earned",
}

# The colour of a state: good, busy (something goes on by itself), due (somebody is waited for), bad, quiet.
TONES = {
    "good": {"paid", "taken", "active", "mailed", "handed_over", "renewed", "done", "confirmed", "released", "approved",
             "open"},
    "busy": {"rehearsing", "checking", "releasing", "taking", "submitting", "pending", "charging", "waiting", "new"},
    "due": {"planned", "rehearsed", "awaiting_payment", "dunning", "needs_reader", "needs_customer", "held", "grace",
            "unmatched", "asked", "ready", "unknown", "needs_update"},
    "bad": {"refused", "bounced", "dead", "rejected", "declined", "lapsed", "voided", "dropped", "blocked", "faulty"},
}  # fmt: skip


def tone(state: str) -> str:
    return next((name for name, states in TONES.items() if state == name or state in states), "quiet")
