"""Orders, their lines and payments, what makes a line a gift, bills in mid-term, and what goes back to a payer."""

from .bills import Bill, BillLine
from .gifts import CardBatch, Gift, GiftCode, GiftMove
from .imports import OrderImport, StagedOrder
from .moves import ZoneMove
from .orders import AutoRenewConsent, IntakeKey, Order, OrderLine, OrderPayment
from .refunds import LineRefund

__all__ = [
    "AutoRenewConsent",
    "Bill",
    "BillLine",
    "CardBatch",
    "Gift",
    "GiftCode",
    "GiftMove",
    "IntakeKey",
    "LineRefund",
    "Order",
    "OrderImport",
    "OrderLine",
    "OrderPayment",
    "StagedOrder",
    "ZoneMove",
]
