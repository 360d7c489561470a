"""What can happen to a subscription."""

from .addresses import AddressChange, AddressOfSomeoneElse, change_address
from .bulk_holds import HoldNeedsItsReason, NobodyToHold, bulk_hold, end_bulk_hold
from .hold_limits import HoldInGrace, HoldNeedsPayment, TooManyHeld
from .holds import (
    HoldHasBegun,
    HoldIsOver,
    HoldIsTheHouses,
    HoldRunsBackwards,
    NothingToHold,
    OnlyRunsSkip,
    change_hold_end,
    end_hold,
    hold,
    hold_while_away,
    withdraw_hold,
)
from .laying import reweigh_issue
from .subscriptions import open_subscription, set_renewal
from .terms import LineStartedElsewhere, start_term

__all__ = [
    "AddressChange",
    "AddressOfSomeoneElse",
    "HoldHasBegun",
    "HoldInGrace",
    "HoldIsOver",
    "HoldIsTheHouses",
    "HoldNeedsItsReason",
    "HoldNeedsPayment",
    "HoldRunsBackwards",
    "LineStartedElsewhere",
    "NobodyToHold",
    "NothingToHold",
    "OnlyRunsSkip",
    "TooManyHeld",
    "bulk_hold",
    "change_address",
    "change_hold_end",
    "end_bulk_hold",
    "end_hold",
    "hold",
    "hold_while_away",
    "open_subscription",
    "reweigh_issue",
    "set_renewal",
    "start_term",
    "withdraw_hold",
]
