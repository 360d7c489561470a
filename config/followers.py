"""Which apps follow a row that a lower app leaves, and tick it off: the one table, as no lower app names an upper one."""

FOLLOWERS: dict[str, tuple[str, ...]] = {
    # Two files of one reader made one.
    "merge": ("terms",),
}
