"""The verbs of checkout: what a buyer orders, what a payment means for it, and what is withdrawn."""

from orders.checkout.actions.abandoned import OrderIsClosed, close_abandoned_orders, pay_again
from orders.checkout.actions.announcing import NoCardsDue, announce_gifts, print_cards
from orders.checkout.actions.cancelling import Cancelled, cancel_subscription, cancel_term, reinstate_subscription
from orders.checkout.actions.consents import withdraw_consent
from orders.checkout.actions.copies import (
    CopiesAreTheSame,
    CopiesChanged,
    MoneyDoesNotReach,
    NothingToCredit,
    change_copies,
)
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
from orders.checkout.actions.gift_moves import GiftHasNotBegun, MovedGift, join_gift, move_gift
from orders.checkout.actions.intake import (
    ConsentTextChanged,
    KeyUsedForAnotherOrder,
    NothingToDeliver,
    place_order,
)
from orders.checkout.actions.moving import Moved, SurchargeIsClosed, close_surcharge, move_house, move_to_typed
from orders.checkout.actions.order_rows import AutoRenewNotOffered, PlacedOrder
from orders.checkout.actions.pay_links import EnteredOrder, PayLink, enter_gift_order, order_behind, send_pay_link
from orders.checkout.actions.privacy import follow_privacy_requests
from orders.checkout.actions.refunds import NotThePayer, RefundIsSent
from orders.checkout.actions.renewal_orders import place_renewal_order
from orders.checkout.actions.settle import settle_attempts, settle_paid_orders

__all__ = [
    "AutoRenewNotOffered",
    "Cancelled",
    "ConsentTextChanged",
    "CopiesAreTheSame",
    "CopiesChanged",
    "EnteredOrder",
    "GiftCodeIsOver",
    "GiftCodeIsUsed",
    "GiftHasNotBegun",
    "KeyUsedForAnotherOrder",
    "MoneyDoesNotReach",
    "Moved",
    "MovedGift",
    "NoCardsDue",
    "NoWayToSend",
    "NotThePayer",
    "NothingToCredit",
    "NothingToDeliver",
    "OrderIsClosed",
    "PayLink",
    "PlacedOrder",
    "Redeemed",
    "RefundIsSent",
    "SurchargeIsClosed",
    "announce_gifts",
    "cancel_subscription",
    "cancel_term",
    "change_copies",
    "close_abandoned_orders",
    "close_surcharge",
    "enter_gift_order",
    "follow_privacy_requests",
    "guard_against_guessing",
    "join_gift",
    "move_gift",
    "move_house",
    "move_to_typed",
    "order_behind",
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
    "take_back_code",
    "withdraw_consent",
]
