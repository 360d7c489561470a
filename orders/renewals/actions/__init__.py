"""The verbs of renewal: plan, give notice, charge, follow up, invite, cancel."""

from orders.renewals.actions.cancel import cancel_auto_renew, cancel_subscription, cancel_term
from orders.renewals.actions.charge import charge_due_cycles
from orders.renewals.actions.follow_up import follow_up_charges
from orders.renewals.actions.invite import send_due_invitations
from orders.renewals.actions.notify import send_due_notices
from orders.renewals.actions.plan import follow_shifted_service, keep_cycles_true, plan_cycles
from orders.renewals.actions.privacy import follow_privacy_requests

__all__ = [
    "cancel_auto_renew",
    "cancel_subscription",
    "cancel_term",
    "charge_due_cycles",
    "follow_privacy_requests",
    "follow_shifted_service",
    "follow_up_charges",
    "keep_cycles_true",
    "plan_cycles",
    "send_due_invitations",
    "send_due_notices",
]
