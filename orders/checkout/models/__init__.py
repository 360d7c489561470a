"""Orders, their lines and payments, and what makes a line a gift."""

from .orders import AutoRenewConsent, IntakeKey, Order, OrderLine, OrderPayment

__all__ = ["AutoRenewConsent", "IntakeKey", "Order", "OrderLine", "OrderPayment"]
