"""Orders, their lines and payments, what makes a line a gift, and what goes back to a payer."""

from .moves import ZoneMove
from .orders import AutoRenewConsent, IntakeKey, Order, OrderLine, OrderPayment
from .refunds import LineRefund

__all__ = ["AutoRenewConsent", "IntakeKey", "LineRefund", "Order", "OrderLine", "OrderPayment", "ZoneMove"]
