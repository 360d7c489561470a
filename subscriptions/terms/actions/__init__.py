"""What can happen to a subscription."""

from .addresses import AddressChange, AddressOfSomeoneElse, change_address
from .holds import (
    HoldIsOver,
    HoldRunsBackwards,
    NothingToHold,
    OnlyRunsSkip,
    end_hold,
    hold,
)
from .laying import reweigh_issue
from .subscriptions import open_subscription, set_renewal
from .terms import LineStartedElsewhere, start_term

__all__ = [
    "AddressChange",
    "AddressOfSomeoneElse",
    "HoldIsOver",
    "HoldRunsBackwards",
    "LineStartedElsewhere",
    "NothingToHold",
    "OnlyRunsSkip",
    "change_address",
    "end_hold",
    "hold",
    "open_subscription",
    "reweigh_issue",
    "set_renewal",
    "start_term",
]
