"""What happens to payments. Network calls stand apart from transactions: see each one's first line."""

from orders.payments.actions.charge_plans import plan_charge
from orders.payments.actions.charges import send_attempt, send_waiting_attempts
from orders.payments.actions.checkouts import close_checkout, new_checkout, open_checkout, plan_checkout
from orders.payments.actions.forgetting import forget_where_from
from orders.payments.actions.inbox import receive_webhook
from orders.payments.actions.permits import grant_permit, withdraw_permit
from orders.payments.actions.privacy import follow_privacy_requests
from orders.payments.actions.refreshing import refresh
from orders.payments.actions.settling import fetch_missing_fees, mark_settled
from orders.payments.actions.stuck import look_after_stuck_attempts
from orders.payments.actions.sweeping import sweep_events
from orders.payments.actions.working_off import work_off_inbox

__all__ = [
    "close_checkout",
    "fetch_missing_fees",
    "follow_privacy_requests",
    "forget_where_from",
    "grant_permit",
    "look_after_stuck_attempts",
    "mark_settled",
    "new_checkout",
    "open_checkout",
    "plan_charge",
    "plan_checkout",
    "receive_webhook",
    "refresh",
    "send_attempt",
    "send_waiting_attempts",
    "sweep_events",
    "withdraw_permit",
    "work_off_inbox",
]
