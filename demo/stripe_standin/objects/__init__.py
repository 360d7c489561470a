"""The shapes of Stripe's objects, filled in. Every field here exists in the SDK's class of the same name."""
