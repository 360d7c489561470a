"""The arithmetic of earned and unserved money, as the money wing names it. It stands in `foundation.shares`."""

from foundation.shares import allocate, earned_cents, unserved_cents

__all__ = ["allocate", "earned_cents", "unserved_cents"]
