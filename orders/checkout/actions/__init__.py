"""The verbs of checkout: what a buyer orders, what a payment means for it, and what is withdrawn."""

from orders.checkout.actions.abandoned import OrderIsClosed, close_abandoned_orders, pay_again
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
from orders.checkout.actions.intake import (
    ConsentTextChanged,
    KeyUsedForAnotherOrder,
    NothingToDeliver,
    place_order,
)
from orders.checkout.actions.moving import Moved, SurchargeIsClosed, close_surcharge, move_house, move_to_typed
from orders.checkout.actions.order_rows import AutoRenewNotOffered, PlacedOrder
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
    "KeyUsedForAnotherOrder",
    "MoneyDoesNotReach",
    "Moved",
    "NotThePayer",
    "NothingToCredit",
    "NothingToDeliver",
    "OrderIsClosed",
    "PlacedOrder",
    "RefundIsSent",
    "SurchargeIsClosed",
    "cancel_subscription",
    "cancel_term",
    "change_copies",
    "close_abandoned_orders",
    "close_surcharge",
    "follow_privacy_requests",
    "move_house",
    "move_to_typed",
    "pay_again",
    "place_order",
    "place_renewal_order",
    "post_known_fees",
    "reinstate_subscription",
    "settle_attempts",
    "settle_paid_orders",
    "withdraw_consent",
]
