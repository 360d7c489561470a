"""What knows no magazine: accounts and roles, the clock, audit trail, outgoing mail, limits, secrets, wake-ups."""
