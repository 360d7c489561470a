"""The verbs of checkout: what a buyer orders, what a payment means for it, and what is withdrawn."""

from orders.checkout.actions.abandoned import OrderIsClosed, close_abandoned_orders, pay_again
from orders.checkout.actions.announcing import NoCardsDue, announce_gifts, print_cards
from orders.checkout.actions.bill_money import apply_paid_bill
from orders.checkout.actions.bill_sweeps import close_in_time, follow_bills
from orders.checkout.actions.bills import (
    NothingToPay,
    PaymentIsUnderWay,
    SeveralPayers,
    bill_moves,
    order_copies,
    withdraw_copies,
)
from orders.checkout.actions.cancelling import (
    Cancelled,
    NotTheReader,
    cancel_subscription,
    cancel_term,
    reinstate_subscription,
)
from orders.checkout.actions.card_testing import CheckoutPaused
from orders.checkout.actions.concessions import ConcessionIsOdd, NothingToReprice, give_concession
from orders.checkout.actions.consents import withdraw_consent
from orders.checkout.actions.copies import (
    CopiesAreTheSame,
    CopiesChanged,
    MoneyDoesNotReach,
    NothingToCredit,
    change_copies,
)
from orders.checkout.actions.ending_access import AccessEnded, end_access
from orders.checkout.actions.fees import post_known_fees
from orders.checkout.actions.gift_codes import (
    GiftCodeIsOver,
    GiftCodeIsUsed,
    NoWayToSend,
    Redeemed,
    guard_against_guessing,
    prolong_code,
    redeem_code,
    refuse_closed_code,
    replace_code,
    send_code,
    take_back_code,
)
from orders.checkout.actions.gift_moves import GiftHasNotBegun, GiftIsJoined, MovedGift, join_gift, move_gift
from orders.checkout.actions.import_checking import check_waiting_imports
from orders.checkout.actions.import_taking import take_asked_imports
from orders.checkout.actions.imports import (
    ImportHasErrors,
    ImportIsBusy,
    ImportIsClosed,
    ask_take,
    forget_old_imports,
    stage_import,
    withdraw_import,
)
from orders.checkout.actions.intake import (
    ConsentTextChanged,
    KeyUsedForAnotherOrder,
    NothingToDeliver,
    place_order,
)
from orders.checkout.actions.moved_before import MovedBefore, move_and_claim_newest
from orders.checkout.actions.moving import Moved, move_house, move_to_typed
from orders.checkout.actions.order_rows import AutoRenewNotOffered, PlacedOrder
from orders.checkout.actions.pay_links import EnteredOrder, PayLink, enter_gift_order, order_behind, send_pay_link
from orders.checkout.actions.privacy import follow_privacy_requests
from orders.checkout.actions.refunds import NotThePayer, RefundIsSent
from orders.checkout.actions.renewal_orders import place_renewal_order
from orders.checkout.actions.settle import settle_attempts, settle_paid_orders
from orders.checkout.actions.surcharges import (
    SurchargeIsBeingPaid,
    SurchargeIsClosed,
    mark_surcharge_paid,
    waive_surcharge,
)

__all__ = [
    "AccessEnded",
    "AutoRenewNotOffered",
    "Cancelled",
    "CheckoutPaused",
    "ConcessionIsOdd",
    "ConsentTextChanged",
    "CopiesAreTheSame",
    "CopiesChanged",
    "EnteredOrder",
    "GiftCodeIsOver",
    "GiftCodeIsUsed",
    "GiftHasNotBegun",
    "GiftIsJoined",
    "ImportHasErrors",
    "ImportIsBusy",
    "ImportIsClosed",
    "KeyUsedForAnotherOrder",
    "MoneyDoesNotReach",
    "Moved",
    "MovedBefore",
    "MovedGift",
    "NoCardsDue",
    "NoWayToSend",
    "NotThePayer",
    "NotTheReader",
    "NothingToCredit",
    "NothingToDeliver",
    "NothingToPay",
    "NothingToReprice",
    "OrderIsClosed",
    "PayLink",
    "PaymentIsUnderWay",
    "PlacedOrder",
    "Redeemed",
    "RefundIsSent",
    "SeveralPayers",
    "SurchargeIsBeingPaid",
    "SurchargeIsClosed",
    "announce_gifts",
    "apply_paid_bill",
    "ask_take",
    "bill_moves",
    "cancel_subscription",
    "cancel_term",
    "change_copies",
    "check_waiting_imports",
    "close_abandoned_orders",
    "close_in_time",
    "end_access",
    "enter_gift_order",
    "follow_bills",
    "follow_privacy_requests",
    "forget_old_imports",
    "give_concession",
    "guard_against_guessing",
    "join_gift",
    "mark_surcharge_paid",
    "move_and_claim_newest",
    "move_gift",
    "move_house",
    "move_to_typed",
    "order_behind",
    "order_copies",
    "pay_again",
    "place_order",
    "place_renewal_order",
    "post_known_fees",
    "print_cards",
    "prolong_code",
    "redeem_code",
    "refuse_closed_code",
    "reinstate_subscription",
    "replace_code",
    "send_code",
    "send_pay_link",
    "settle_attempts",
    "settle_paid_orders",
    "stage_import",
    "take_asked_imports",
    "take_back_code",
    "waive_surcharge",
    "withdraw_consent",
    "withdraw_copies",
    "withdraw_import",
]
