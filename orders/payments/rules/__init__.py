"""What payments count and decide, without a database and without Stripe's SDK."""
