"""Which apps follow a row that a lower app leaves and tick it off. The one table: lower apps never name upper ones."""

FOLLOWERS: dict[str, tuple[str, ...]] = {
    # Two files of one reader made one.
    "merge": ("terms",),
    # A copy of everything, and erasure. `readers` goes last, as the others find a person by what it erases.
    "privacy": ("newsletters", "terms", "fulfillment", "payments", "checkout", "renewals", "readers"),
}
