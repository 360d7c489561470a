"""What Stripe does with money: intents are confirmed, cards judged, charges made, sessions paid."""
