"""A believable publishing house on a laptop: its own PostgreSQL, its processes, the Stripe stand-in, its story."""
