"""What can happen to a subscription."""

from .access import AccessIsOver, end_access, give_access_to, start_access
from .addresses import AddressChange, AddressOfSomeoneElse, ChangeTakesOneStart, change_address
from .bulk_extensions import ExtensionStands, NobodyToExtend, bulk_extend, take_back_bulk_extension
from .bulk_holds import HoldNeedsItsReason, NobodyToHold, bulk_hold, end_bulk_hold
from .calendar import add_issue, drop_issue, restore_issue, reweigh_issue
from .comps import CompIsOdd, confirm_comp, give_comp
from .correcting import CorrectionIsOdd, NothingToCorrect, correct_term
from .ending import Ended, NothingToCancel, cancel_at_end, cancel_now, cancel_term, cancel_terms
from .extending import (
    CopyIsCredited,
    Extension,
    ExtensionIsOdd,
    ExtensionIsTakenBack,
    ExtensionIsUsed,
    NothingToExtend,
    extend,
    take_back,
)
from .first_terms import Bought, FirstTerm, open_with_terms
from .following import LineAfter, follow_merge, follow_merges, preview_merge
from .giving_back import give_back_unsent
from .grace import NoGraceToWriteOff, write_off_grace, write_off_lapsed_grace
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
from .households import CopyIsHeldAlready, NobodyElseGetsIt, hold_for_household
from .laying_away import lay_addresses_again
from .merging import LineIsHeld, LineIsMerged, NothingToUndo, merge_lines, unmerge_lines
from .owed import let_owed_wait_again, mark_owed_sent
from .privacy import follow_privacy_requests, objection_for_staff, objection_to_erasure
from .reasons import UnknownReason
from .reinstating import NothingToReinstate, reinstate
from .splitting import OtherMagazine, Split, SplitDoesNotFit, split
from .stays import (
    NoSuchDay,
    NothingGoesThere,
    StayAnswer,
    StayIsOver,
    StayRunsBackwards,
    end_stay,
    lay_subscription,
    stay_at_typed,
    stay_away,
    stay_every_year,
)
from .subscriptions import open_subscription, set_renewal
from .terms import LineStartedElsewhere, Origin, start_term
from .withdrawing import OwedCopyHasNoTerm, OwedCopyIsSent, withdraw_owed

__all__ = [
    "AccessIsOver",
    "AddressChange",
    "AddressOfSomeoneElse",
    "Bought",
    "ChangeTakesOneStart",
    "CompIsOdd",
    "CopyIsCredited",
    "CopyIsHeldAlready",
    "CorrectionIsOdd",
    "Ended",
    "Extension",
    "ExtensionIsOdd",
    "ExtensionIsTakenBack",
    "ExtensionIsUsed",
    "ExtensionStands",
    "FirstTerm",
    "HoldHasBegun",
    "HoldInGrace",
    "HoldIsOver",
    "HoldIsTheHouses",
    "HoldNeedsItsReason",
    "HoldNeedsPayment",
    "HoldRunsBackwards",
    "LineAfter",
    "LineIsHeld",
    "LineIsMerged",
    "LineStartedElsewhere",
    "NoGraceToWriteOff",
    "NoSuchDay",
    "NobodyElseGetsIt",
    "NobodyToExtend",
    "NobodyToHold",
    "NothingGoesThere",
    "NothingToCancel",
    "NothingToCorrect",
    "NothingToExtend",
    "NothingToHold",
    "NothingToReinstate",
    "NothingToUndo",
    "OnlyRunsSkip",
    "Origin",
    "OtherMagazine",
    "OwedCopyHasNoTerm",
    "OwedCopyIsSent",
    "Split",
    "SplitDoesNotFit",
    "StayAnswer",
    "StayIsOver",
    "StayRunsBackwards",
    "TooManyHeld",
    "UnknownReason",
    "add_issue",
    "bulk_extend",
    "bulk_hold",
    "cancel_at_end",
    "cancel_now",
    "cancel_term",
    "cancel_terms",
    "change_address",
    "change_hold_end",
    "confirm_comp",
    "correct_term",
    "drop_issue",
    "end_access",
    "end_bulk_hold",
    "end_hold",
    "end_stay",
    "extend",
    "follow_merge",
    "follow_merges",
    "follow_privacy_requests",
    "give_access_to",
    "give_back_unsent",
    "give_comp",
    "hold",
    "hold_for_household",
    "hold_while_away",
    "lay_addresses_again",
    "lay_subscription",
    "let_owed_wait_again",
    "mark_owed_sent",
    "merge_lines",
    "objection_for_staff",
    "objection_to_erasure",
    "open_subscription",
    "open_with_terms",
    "preview_merge",
    "reinstate",
    "restore_issue",
    "reweigh_issue",
    "set_renewal",
    "split",
    "start_access",
    "start_term",
    "stay_at_typed",
    "stay_away",
    "stay_every_year",
    "take_back",
    "take_back_bulk_extension",
    "unmerge_lines",
    "withdraw_hold",
    "withdraw_owed",
    "write_off_grace",
    "write_off_lapsed_grace",
]
